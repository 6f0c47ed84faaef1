"""JSON Schema (2020-12) of commands, events and configuration, made from their classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from servicecore.boundary.models import Models
from servicecore.kernel.operations import AggregateKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(cls: type, *, title: str = "", models: Models | None = None) -> dict[str, Any]:
    """Return the JSON Schema of an attrs class, with its docstrings as descriptions."""
    schema = (models or Models()).of(cls).model_json_schema()
    return {"$schema": DIALECT, **schema, "title": title or cls.__name__}


def command_schemas(kinds: Iterable[AggregateKind[Any]]) -> dict[str, dict[str, Any]]:
    """Return the schema of every command, by its name, sorted (F13)."""
    models = Models()
    schemas = {
        operation.name: schema_of(operation.command, title=operation.name, models=models)
        for kind in kinds
        for operation in kind.operations
    }
    return dict(sorted(schemas.items()))


def event_schemas(kinds: Iterable[AggregateKind[Any]]) -> dict[str, dict[str, Any]]:
    """Return the schema of every event, by its type name, sorted."""
    models = Models()
    schemas = {
        event.type_name: schema_of(event, title=event.type_name, models=models)
        for kind in kinds
        for event in kind.events()
    }
    return dict(sorted(schemas.items()))
