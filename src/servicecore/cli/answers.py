"""How commands answer: text and tables for people, one JSON document with ``--json``, and documented exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from enum import IntEnum
from functools import cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

import attrs
import click
from rich.console import Console

from servicecore.cli.files import RefusedFile
from servicecore.errors import InvalidValue, NotFound, Refused, ServiceCoreError
from servicecore.kernel.problems import Problem
from servicecore.storage.codec import JsonCodec

P = ParamSpec("P")
R = TypeVar("R")

SYSTEM_ERROR: Final = "cli.system_error"
"""Code of what the operating system refused: a folder that is read-only, a full disk."""
_ABOUT_INPUT: Final = frozenset({"boundary.bad_mapping", "vectors.unknown_format", NotFound.code})
"""Codes of errors that say something about what was given, not about the environment."""


class Exit(IntEnum):
    """What the exit code of a command says."""

    DONE = 0
    FOUND = 1
    """It ran to its end and found what has to be looked at (bad rows, misses, discrepancies), or it refused its input:
    then nothing was changed."""
    USAGE = 2
    """It was called with wrong arguments, or with a file that is not there."""
    BROKEN = 3
    """The environment is broken: a database or file that cannot be used."""


def console() -> Console:
    """Return the console for answers; it draws no colour where the output is no terminal."""
    return Console(highlight=False, soft_wrap=True)


@cache
def _codec() -> JsonCodec:
    """Return the codec of all answers: its writers take a while to build, and a report may have thousands of values."""
    return JsonCodec()


def plain(value: Any) -> Any:
    """Return a value as JSON has it: attrs values by the stored form, everything else as it is."""
    if attrs.has(type(value)):
        return _codec().to_plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False, sort_keys=True))


def answers(function: Callable[P, R]) -> Callable[P, R]:
    """Turn our exceptions into a message and an exit code: input that is refused is FOUND, anything else BROKEN."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Refused as refused:
            raise _failed(kwargs, refused.code, "refused", Exit.FOUND, refused.problems) from refused
        except RefusedFile as refused:
            raise _failed(kwargs, refused.code, str(refused), Exit.FOUND, refused.problems) from refused
        except InvalidValue as error:
            raise _failed(kwargs, error.code, "refused", Exit.FOUND, (error.problem,)) from error
        except ServiceCoreError as error:
            exit_code = Exit.FOUND if error.code in _ABOUT_INPUT else Exit.BROKEN
            raise _failed(kwargs, error.code, str(error), exit_code) from error
        except BrokenPipeError:
            raise  # click ends quietly: whoever read the output has had enough
        except OSError as error:
            raise _failed(kwargs, SYSTEM_ERROR, str(error), Exit.BROKEN) from error

    return run


def _failed(
    options: dict[str, Any], code: str, message: str, exit_code: Exit, problems: tuple[Problem, ...] = ()
) -> SystemExit:
    locale = options.get("locale", "en")
    if options.get("as_json"):
        error: dict[str, Any] = {"code": code, "message": message}
        if problems:
            error["problems"] = [
                {"code": each.code, "path": each.path, "params": dict(each.params), "text": each.text(locale)}
                for each in problems
            ]
        print_json({"error": error})
    else:
        click.echo(f"servicecore: {message}", err=True)
        for each in problems:
            click.echo(f"  {each.text(locale)}", err=True)
    return SystemExit(exit_code)


def finish(*, found: bool) -> None:
    """End the command: with FOUND where something has to be looked at."""
    if found:
        raise SystemExit(Exit.FOUND)
