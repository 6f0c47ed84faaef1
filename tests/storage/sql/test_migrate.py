from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from servicecore.errors import InvalidValue
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import StoreBroken
from servicecore.storage.sql import sqlite_file
from servicecore.storage.sql.migrate import NOTHING, migrate, upgrade
from servicecore.storage.sql.revisions import NEWEST, REVISIONS
from servicecore.storage.sql.schema import METADATA, fresh_sqlite
from servicecore.testing.stores.changes import change, write


def shape(path: Path) -> dict[str, Any]:
    """Everything that makes two schemas equal: tables, their kind, columns, keys, indexes with their conditions."""
    with closing(sqlite3.connect(path)) as connection:
        tables = {
            name: (type_, rowid, strict)
            for _, name, type_, _, rowid, strict in connection.execute("PRAGMA table_list")
            if not name.startswith("sqlite_")
        }
        return {
            "tables": tables,
            "columns": {name: connection.execute(f"PRAGMA table_xinfo({name})").fetchall() for name in tables},
            "keys": {name: connection.execute(f"PRAGMA foreign_key_list({name})").fetchall() for name in tables},
            "indexes": {
                name: sorted(
                    (unique, origin, partial, tuple(connection.execute(f"PRAGMA index_xinfo({index})").fetchall()))
                    for _, index, unique, origin, partial in connection.execute(f"PRAGMA index_list({name})")
                )
                for name in tables
            },
            "conditions": sorted(
                (name, sql.split("WHERE")[1].strip())
                for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%WHERE%'")
            ),
            "revision": connection.execute("SELECT version_num FROM servicecore_schema").fetchall(),
        }


def test_a_fresh_database_and_a_migrated_one_have_the_same_schema(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/fresh.db").close()
    assert upgrade(f"sqlite:///{tmp_path}/migrated.db") == NEWEST

    assert shape(tmp_path / "fresh.db") == shape(tmp_path / "migrated.db")
    assert set(METADATA.tables) < set(shape(tmp_path / "fresh.db")["tables"])


def test_the_shipped_statements_are_those_of_the_table_definitions() -> None:
    assert (files("servicecore.storage.sql") / "fresh_sqlite.sql").read_text("utf-8") == fresh_sqlite()


def test_an_upgrade_of_the_newest_schema_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    store = open_store(url)
    write(store, change())
    store.close()
    before = shape(tmp_path / "shop.db")

    assert upgrade(url) == NEWEST
    assert shape(tmp_path / "shop.db") == before
    assert len(open_store(url).log()) == 1


def test_a_migrated_database_works(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/100%25 shop.db"
    upgrade(url)
    store = open_store(url)
    write(store, change(indexes={"name": ("lamp",)}))

    assert store.search("thing", "lamp") == ("a",)
    store.close()


def test_down_to_nothing_and_up_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    upgrade(url)
    before = shape(tmp_path / "shop.db")
    migrate(url, NOTHING)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        left = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    upgrade(url)

    assert left == ["servicecore_schema"]
    assert shape(tmp_path / "shop.db") == before


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE kept (in_the_way INTEGER)")
    monkeypatch.setattr(sqlite_file, "read_revision", lambda _connection, _place: None)

    with pytest.raises(StoreBroken, match="kept"):
        upgrade(url)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("kept",)]


def test_an_unknown_revision_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match=REVISIONS[0]):
        migrate(f"sqlite:///{tmp_path}/shop.db", "0099")


def test_memory_needs_no_upgrade() -> None:
    assert upgrade("memory:") == NEWEST


def _set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE servicecore_schema SET version_num = ?", (revision,))


def test_a_database_of_a_newer_release_is_refused_by_store_and_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    open_store(url).close()
    _set_revision(tmp_path / "shop.db", "0099")

    for refuse in (open_store, upgrade):
        with pytest.raises(StoreBroken, match=r"0099, known are 0001, 0002, 0003 \(it was written by a newer release"):
            refuse(url)


def test_a_database_of_an_older_release_says_how_to_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    open_store(url).close()
    _set_revision(tmp_path / "shop.db", "0000")
    monkeypatch.setattr("servicecore.storage.sql.revisions.REVISIONS", ("0000", NEWEST))

    with pytest.raises(StoreBroken, match="servicecore db upgrade sqlite:///"):
        open_store(url)
