"""Db upgrade: a fresh, a current, an emptied and a newer database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from servicecore.engine import StaleIndexes
from servicecore.storage.open_store import open_store
from servicecore.storage.sql.migrate import NOTHING, migrate
from servicecore.storage.sql.revisions import NEWEST

Run = Callable[..., Any]


def test_a_fresh_file_becomes_a_database(run: Run) -> None:
    answer = run("db", "upgrade", "--store", "sqlite:///new.db", "--json")
    assert answer.code == 0
    assert answer.json == {
        "url": "sqlite:///new.db",
        "revision": NEWEST,
        "looked_at": 0,
        "rewritten": 0,
        "kinds": [
            {"kind": "order", "looked_at": 0, "rewritten": 0},
            {"kind": "recorded_order", "looked_at": 0, "rewritten": 0},
        ],
        "left": [],
    }
    assert run("verify", "sqlite:///new.db").code == 0


def test_a_current_one_stays_as_it_is(run: Run, demo_store: str) -> None:
    before = Path(demo_store.removeprefix("sqlite:///")).read_bytes()
    answer = run("db", "upgrade", demo_store)
    filed = f"{demo_store}: every document is filed as this release files it"
    assert (answer.code, answer.out) == (0, f"{demo_store}: schema {NEWEST}\n{filed}\n")
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


def test_what_an_older_release_filed_is_told_and_filed_anew(run: Run, demo_store: str) -> None:
    """``verify`` names the command, ``db upgrade`` says what it did, ``db reindex`` finds nothing left to do."""
    connection = sqlite3.connect(demo_store.removeprefix("sqlite:///"))
    try:
        orders = connection.execute("SELECT count(*) FROM documents WHERE kind = 'order'").fetchone()[0]
        connection.execute("UPDATE documents SET indexes = json_remove(indexes, '$.bought') WHERE kind = 'order'")
        connection.execute("DELETE FROM entries WHERE kind = 'order' AND name = 'bought'")
        connection.commit()
    finally:
        connection.close()
    with closing(open_store(demo_store)) as store, store.transaction() as unit:
        unit.put("filing-versions", "{}")

    with pytest.warns(StaleIndexes):
        answer = run("verify", demo_store)
    assert answer.code == 1
    assert "filed by an older release: order; servicecore db upgrade files it anew" in answer.out
    with pytest.warns(StaleIndexes):
        assert run("verify", demo_store, "--json").json["stale"] == ["order"]

    answer = run("db", "upgrade", demo_store)
    assert answer.code == 0
    assert f"order: looked at {orders}, rewrote {orders}\n" in answer.out
    assert run("verify", demo_store).code == 0
    again = run("db", "reindex", demo_store, "--json").json
    assert (again["rewritten"], again["left"]) == (0, [])
    assert again["looked_at"] > orders


def test_a_document_that_cannot_be_filed_is_named(run: Run, demo_store: str) -> None:
    connection = sqlite3.connect(demo_store.removeprefix("sqlite:///"))
    try:
        connection.execute("UPDATE documents SET data = '{' WHERE kind = 'customer' AND id = 'C-1001'")
        connection.commit()
    finally:
        connection.close()
    answer = run("db", "reindex", demo_store)
    assert answer.code == 1
    assert "customer C-1001 is left as it was: " in answer.out


def test_a_database_that_is_not_there_is_not_reindexed(run: Run) -> None:
    assert run("db", "reindex", "sqlite:///nowhere.db").code == 3
    assert not Path("nowhere.db").exists()
