"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

store: Final = click.option(
    "--store",
    "url",
    default="sqlite:///servicecore.db",
    show_default=True,
    envvar="SERVICECORE_STORE",
    help="Where the data lives: sqlite:///FILE or memory:",
)
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
