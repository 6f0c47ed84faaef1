"""The entry point of the command line."""

from __future__ import annotations

from typing import Final

import click

from servicecore import __version__
from servicecore.cli.command_line import CommandLine, Entry

_ROOM: Final = "servicecore.cli.commands"
ENTRIES: Final = {
    "check-book": Entry(f"{_ROOM}.check_book", "check_book", "Check a price book file and its prices."),
    "db": Entry(f"{_ROOM}.db", "db", "Bring a database up to this release."),
    "demo": Entry(f"{_ROOM}.demo", "demo", "Live through a call-centre day, told step by step."),
    "explain": Entry(f"{_ROOM}.explain", "explain", "Explain an order, case, contract, invoice ..."),
    "import": Entry(f"{_ROOM}.import_data", "import_data", "Read a folder of files as a mapping says."),
    "plugins": Entry(f"{_ROOM}.plugins", "plugins", "Look at the installed plugins."),
    "quote": Entry(f"{_ROOM}.quote", "quote", "Price a cart, and say why it costs that."),
    "replay": Entry(f"{_ROOM}.replay", "replay", "Price recorded orders again, and compare."),
    "run-due": Entry(f"{_ROOM}.run_due", "run_due", "Do everything whose time has come."),
    "schema": Entry(f"{_ROOM}.schema", "schema", "Print the JSON Schema of commands, events and files."),
    "vectors": Entry(f"{_ROOM}.vectors", "vectors", "Run acceptance vectors."),
    "verify": Entry(f"{_ROOM}.verify", "verify", "Prove that a database is what its events say."),
    "work": Entry(f"{_ROOM}.work", "work", "Look at failed work, and release what is parked."),
}


@click.group(
    cls=CommandLine,
    entries=ENTRIES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="servicecore")
def main() -> None:
    """Run customer service and call-centre commerce from the shell.

    Every command takes --json and then prints one JSON document, also when it fails.

    \b
    Exit codes:
      0  done
      1  done, and something has to be looked at (a bad row, a miss, a
         discrepancy), or the input was refused; nothing was changed then
      2  called with wrong arguments, or a file that is not there
      3  the environment is broken: a database or file that cannot be used
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
