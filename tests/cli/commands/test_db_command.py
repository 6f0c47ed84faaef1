"""Db upgrade: a fresh, a current, an emptied and a newer database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from servicecore.storage.sql.migrate import NOTHING, migrate
from servicecore.storage.sql.revisions import NEWEST

Run = Callable[..., Any]


def test_a_fresh_file_becomes_a_database(run: Run) -> None:
    answer = run("db", "upgrade", "--store", "sqlite:///new.db", "--json")
    assert answer.code == 0
    assert answer.json == {"url": "sqlite:///new.db", "revision": NEWEST}
    assert run("verify", "sqlite:///new.db").code == 0


def test_a_current_one_stays_as_it_is(run: Run, demo_store: str) -> None:
    before = Path(demo_store.removeprefix("sqlite:///")).read_bytes()
    answer = run("db", "upgrade", demo_store)
    assert (answer.code, answer.out) == (0, f"{demo_store}: schema {NEWEST}\n")
    assert Path(demo_store.removeprefix("sqlite:///")).read_bytes() == before


def test_one_of_an_older_revision_is_brought_up(run: Run) -> None:
    """The oldest there can be so far: a database whose tables were migrated away."""
    run("db", "upgrade", "sqlite:///old.db")
    migrate("sqlite:///old.db", NOTHING)
    assert run("db", "upgrade", "sqlite:///old.db", "--json").json["revision"] == NEWEST
    assert run("verify", "sqlite:///old.db").code == 0


def test_one_of_a_newer_release_is_refused_and_stays_as_it_is(run: Run, demo_store: str) -> None:
    path = demo_store.removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    try:
        connection.execute("UPDATE servicecore_schema SET version_num = '9999'")
        connection.commit()
    finally:
        connection.close()
    answer = run("db", "upgrade", demo_store, "--json")
    assert answer.code == 3
    assert "9999" in answer.json["error"]["message"]
    assert run("explain", "C-1001", "--store", demo_store, "--json").code == 3


def test_a_database_of_something_else_is_refused(run: Run) -> None:
    connection = sqlite3.connect("other.db")
    try:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()
    finally:
        connection.close()
    answer = run("db", "upgrade", "sqlite:///other.db", "--json")
    assert answer.code == 3
    assert "recipes" in answer.json["error"]["message"]


def test_memory_needs_no_upgrade(run: Run) -> None:
    assert run("db", "upgrade", "memory:").code == 0
