"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from servicecore.errors import InvalidValue
from servicecore.storage.urls import parse_url

DEFAULT_STORE: Final = "sqlite:///servicecore.db"
STORE_VARIABLE: Final = "SERVICECORE_STORE"


def check_url(_context: click.Context, parameter: click.Parameter, url: str | None) -> str | None:
    """Return ``url``, or end the command with a usage error that says what is accepted."""
    try:
        parse_url(url or DEFAULT_STORE)
    except InvalidValue as error:
        hint = "STORE" if isinstance(parameter, click.Argument) else None
        raise click.BadParameter(error.problem.text(), param_hint=hint) from error
    return url


store: Final = click.option(
    "--store",
    "url",
    default=DEFAULT_STORE,
    show_default=True,
    envvar=STORE_VARIABLE,
    show_envvar=True,
    callback=check_url,
    help="Where the data lives: sqlite:///FILE, postgresql://... or memory:",
)
store_argument: Final = click.argument("named", metavar="[STORE]", required=False, callback=check_url)
"""The store as an argument, which wins over the option: for commands that are about a database and nothing else."""
as_json: Final = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
locale: Final = click.option(
    "--locale",
    type=click.Choice(["en", "it", "de"]),
    default="en",
    show_default=True,
    help="Language of the sentences.",
)
quiet: Final = click.option("--quiet", is_flag=True, help="Show no progress.")
existing_file: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
existing_folder: Final = click.Path(exists=True, file_okay=False, path_type=Path)
