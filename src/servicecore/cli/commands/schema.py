"""``servicecore schema``: the JSON Schema of commands, events and files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from servicecore.boundary import schema_of
from servicecore.boundary.mapping import mapping_schema
from servicecore.boundary.models import Models
from servicecore.boundary.price_books import price_book_schema
from servicecore.cli import options
from servicecore.cli.answers import answers, console, print_json
from servicecore.cli.installed_plugins import installed_parts
from servicecore.engine import KINDS
from servicecore.engine.settings_file import settings_schema
from servicecore.pricing.cart import Cart


@click.command()
@click.argument("name", default="")
@options.as_json
@answers
def schema(name: str, as_json: bool) -> None:
    """Print the JSON Schema (2020-12) of NAME: a command, an event, `cart`, or a file.

    Files are `price-book`, `settings` and `mapping`.

    Without NAME, list the names; with --json, print all schemas by name.
    """
    known = _schemas()
    if name:
        if name not in known:
            raise click.BadParameter(f"{name!r} has no schema; `servicecore schema` lists the names", param_hint="NAME")
        print_json(known[name]())
    elif as_json:
        print_json({each: make() for each, make in known.items()})
    else:
        for each in sorted(known):
            console().print(each)


def _schemas() -> dict[str, Callable[[], dict[str, Any]]]:
    """Return by name what makes each schema, so that one alone does not wait for all."""
    models = Models()
    classes: dict[str, type] = {"cart": Cart}
    for kind in KINDS:
        classes |= {operation.name: operation.command for operation in kind.operations}
        classes |= {event.type_name: event for event in kind.events()}
    made = {name: partial(schema_of, cls, title=name, models=models) for name, cls in classes.items()}
    files = {"mapping": mapping_schema, "settings": settings_schema}
    return {**made, **files, "price-book": lambda: price_book_schema(installed_parts())}
