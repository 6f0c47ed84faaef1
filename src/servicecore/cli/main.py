"""The entry point of the command line."""

from __future__ import annotations

import click

from servicecore import __version__
from servicecore.cli.commands.db import db
from servicecore.cli.commands.demo import demo
from servicecore.cli.commands.explain import explain
from servicecore.cli.commands.import_data import import_data
from servicecore.cli.commands.plugins import plugins
from servicecore.cli.commands.quote import quote
from servicecore.cli.commands.replay import replay
from servicecore.cli.commands.run_due import run_due
from servicecore.cli.commands.schema import schema
from servicecore.cli.commands.vectors import vectors
from servicecore.cli.commands.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="servicecore")
def main() -> None:
    """Run customer service and call-centre commerce from the shell.

    Exit codes: 0 done; 1 done, and something has to be looked at (a bad row, a miss, a discrepancy, a refusal);
    2 wrong arguments; 3 the environment is broken (no such file, a database that cannot be used).
    """


for command in (db, demo, explain, import_data, plugins, quote, replay, run_due, schema, vectors, verify):
    main.add_command(command)
