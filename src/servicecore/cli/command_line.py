"""The group of commands: each is imported when it runs, and with ``--json`` also a usage error is one document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from importlib import import_module
from typing import Any, Final, NamedTuple

import click

USAGE_ERROR: Final = "cli.usage"
"""Code of the JSON document that says what is wrong with the arguments."""
INTERRUPTED: Final = "cli.interrupted"
"""Code of the JSON document that says that the command was interrupted."""


class Entry(NamedTuple):
    """Where a command lives, and what the overview says about it in one line."""

    module: str
    attribute: str
    summary: str

    def load(self) -> click.Command:
        """Return the command, imported."""
        command: click.Command = getattr(import_module(self.module), self.attribute)
        return command


class Commands(MutableMapping[str, click.Command]):
    """Commands by name; reading one imports it."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._known: dict[str, Entry | click.Command] = dict(entries)

    def __getitem__(self, name: str) -> click.Command:
        known = self._known[name]
        if isinstance(known, Entry):
            known = self._known[name] = known.load()
        return known

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class CommandLine(click.Group):
    """A group that knows its commands by a table, so that the overview and one command need not import them all."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **options: Any) -> None:
        super().__init__(*args, **options)
        self.commands = Commands(entries)
        self.entries = entries

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview out of the table."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.entries[name].summary) for name in sorted(self.entries)])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line; with ``--json`` what click would write for people is one JSON document too."""
        given = list(sys.argv[1:] if args is None else args)
        if not standalone_mode or "--json" not in given:
            return super().main(given, prog_name, complete_var, standalone_mode, **extra)
        try:
            code = super().main(given, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as error:
            _fail(USAGE_ERROR, error.format_message(), error.exit_code)
        except click.Abort:
            _fail(INTERRUPTED, "interrupted", 1)
        sys.exit(code if isinstance(code, int) else 0)


def _fail(code: str, message: str, exit_code: int) -> None:
    click.echo(json.dumps({"error": {"code": code, "message": message}}, indent=2, ensure_ascii=False))
    sys.exit(exit_code)
