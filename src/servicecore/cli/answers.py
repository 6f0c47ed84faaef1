"""How commands answer: text and tables for people, one JSON document with ``--json``, and documented exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import attrs
import click
from rich.console import Console

from servicecore.errors import Refused, ServiceCoreError
from servicecore.storage.codec import JsonCodec

P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """What the exit code of a command says."""

    DONE = 0
    FOUND = 1
    """It ran to its end and found what has to be looked at: bad rows, misses, discrepancies, a refusal."""
    USAGE = 2
    """It was called with wrong arguments."""
    BROKEN = 3
    """The environment is broken: no such file, a database that cannot be used."""


def console() -> Console:
    """Return the console for answers; it draws no colour where the output is no terminal."""
    return Console(highlight=False, soft_wrap=True)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: attrs values by the stored form, everything else as it is."""
    if attrs.has(type(value)):
        return JsonCodec().to_plain(value)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False, sort_keys=True))


def answers(function: Callable[P, R]) -> Callable[P, R]:
    """Turn our exceptions into a message and an exit code: a refusal is FOUND, anything else BROKEN."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Refused as refused:
            raise _failed(kwargs, refused.code, str(refused), Exit.FOUND) from refused
        except ServiceCoreError as error:
            raise _failed(kwargs, error.code, str(error), Exit.BROKEN) from error

    return run


def _failed(options: dict[str, Any], code: str, message: str, exit_code: Exit) -> SystemExit:
    if options.get("as_json"):
        print_json({"error": {"code": code, "message": message}})
    else:
        click.echo(f"servicecore: {message}", err=True)
    return SystemExit(exit_code)


def finish(*, found: bool) -> None:
    """End the command: with FOUND where something has to be looked at."""
    if found:
        raise SystemExit(Exit.FOUND)
