"""Compares the tables of a SQLite file, as SQLite understands them, with those of a fresh database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from typing import Any, Final, TypeAlias

from servicecore.storage.ports import Inconsistency

Ask: TypeAlias = "Callable[[str], list[Any]]"

_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
_SETTINGS: Final = "SELECT k, v FROM search_config ORDER BY k"
_CONDITIONS: Final = "SELECT substr(sql, instr(sql, ' WHERE ')) FROM sqlite_master WHERE name = '{}'"


def fresh_statements() -> tuple[str, ...]:
    """Return the statements that make a fresh database."""
    text = (files("servicecore.storage.sql") / "fresh_sqlite.sql").read_text("utf-8")
    return tuple(filter(None, text.split(";\n")))


def check_schema(ask: Ask) -> Iterator[Inconsistency]:
    """Stream the tables that are missing, of nobody, or other than they were made."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        for statement in fresh_statements():
            fresh.execute(statement)
        expected = _shapes(lambda statement: fresh.execute(statement).fetchall())
        settings = fresh.execute(_SETTINGS).fetchall()
    found = _shapes(ask)
    for table in sorted(expected.keys() | found.keys()):
        if table not in found:
            yield Inconsistency("", "", f"table {table} is missing")
        elif table not in expected:
            yield Inconsistency("", "", f"table {table} does not belong to servicecore")
        elif found[table] != expected[table]:
            yield Inconsistency("", "", f"table {table} has other columns, keys or indexes than it was made with")
    if "search_config" in found and ask(_SETTINGS) != settings:
        yield Inconsistency("", "", "the search has other settings than it was made with")


def _shapes(ask: Ask) -> dict[str, Any]:
    return {name: _shape(ask, name) for (name,) in ask(_TABLES)}


def _shape(ask: Ask, table: str) -> Any:
    quoted = '"{}"'.format(table.replace('"', '""'))
    return (
        [row[2:] for row in ask(f"PRAGMA table_list({quoted})")],
        ask(f"PRAGMA table_xinfo({quoted})"),
        ask(f"PRAGMA foreign_key_list({quoted})"),
        sorted(_index(ask, *row[1:]) for row in ask(f"PRAGMA index_list({quoted})")),
    )


def _index(ask: Ask, name: str, unique: int, origin: str, partial: int) -> tuple[Any, ...]:
    quoted = '"{}"'.format(name.replace('"', '""'))
    condition = ask(_CONDITIONS.format(name.replace("'", "''"))) if partial else []
    return (unique, origin, partial, ask(f"PRAGMA index_xinfo({quoted})"), condition)
