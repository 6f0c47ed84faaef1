from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from typing import Any

import psycopg
import pytest

from servicecore.storage.open_store import open_store
from servicecore.storage.ports import StoreBroken
from servicecore.storage.sql import revisions
from servicecore.storage.sql.migrate import NOTHING, migrate, upgrade
from servicecore.storage.sql.revisions import NEWEST
from servicecore.storage.sql.schema import METADATA, POSTGRES_METADATA, fresh_postgres
from servicecore.testing.postgres import PostgresServer
from servicecore.testing.stores.changes import change, write


@pytest.fixture
def admin(postgres_server: PostgresServer, postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with postgres_server.session() as session:
        session.execute(f"SET search_path = {postgres_url.rpartition('=')[2]}")
        yield session


def shape(admin: psycopg.Connection[Any]) -> dict[str, Any]:
    """Everything that makes two schemas equal: columns with types, orders and defaults, keys, indexes, sequences."""
    name = str(admin.execute("SELECT current_schema").fetchall()[0][0])
    queries = {
        "columns": "SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default, "
        "collation_name, character_maximum_length FROM information_schema.columns WHERE table_schema = %s",
        "indexes": "SELECT tablename, indexname, replace(indexdef, schemaname || '.', '') FROM pg_indexes "
        "WHERE schemaname = %s",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = %s::regnamespace",
        "sequences": "SELECT sequencename, data_type::text, start_value, cache_size FROM pg_sequences "
        "WHERE schemaname = %s",
    }
    found: dict[str, Any] = {key: sorted(admin.execute(query.encode(), (name,))) for key, query in queries.items()}
    found["revision"] = admin.execute("SELECT version_num FROM servicecore_schema").fetchall()
    return found


def tables(admin: psycopg.Connection[Any]) -> set[str]:
    return {str(name) for (name,) in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")}


def test_a_fresh_schema_and_a_migrated_one_are_the_same(postgres_url: str, admin: psycopg.Connection[Any]) -> None:
    with closing(open_store(postgres_url)):
        fresh = shape(admin)
    migrate(postgres_url, NOTHING)
    left = tables(admin)
    assert upgrade(postgres_url) == NEWEST

    assert left == {"servicecore_schema"}
    assert shape(admin) == fresh
    assert tables(admin) == {*METADATA.tables, *POSTGRES_METADATA.tables, "servicecore_schema"}


def test_the_shipped_statements_are_those_of_the_table_definitions() -> None:
    assert (files("servicecore.storage.sql") / "fresh_postgres.sql").read_text("utf-8") == fresh_postgres()


def test_an_upgrade_makes_a_missing_schema_that_works_and_leaves_the_newest_alone(
    postgres_url: str, admin: psycopg.Connection[Any]
) -> None:
    upgrade(postgres_url)
    with closing(open_store(postgres_url)) as store:
        write(store, change(indexes={"name": ("lamp",)}))
        before = shape(admin)
        upgrade(postgres_url)

        assert shape(admin) == before
        assert store.search("thing", "lamp") == ("a",)


def test_a_migration_that_fails_changes_nothing(
    postgres_url: str, admin: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.execute(f"CREATE SCHEMA {postgres_url.rpartition('=')[2]}")
    admin.execute("CREATE TABLE kept (in_the_way int)")
    monkeypatch.setattr("servicecore.storage.sql.postgres_database.read_revision", lambda _session, _place: None)

    with pytest.raises(StoreBroken, match="kept"):
        upgrade(postgres_url)
    assert tables(admin) == {"kept"}


def test_a_newer_release_is_refused_and_an_older_one_told_how_to_upgrade(
    postgres_url: str, admin: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(postgres_url).close()
    admin.execute("UPDATE servicecore_schema SET version_num = '0099'")
    for refuse in (open_store, upgrade):
        with pytest.raises(StoreBroken, match=r"0099, known are .* \(it was written by a newer release"):
            refuse(postgres_url)
    admin.execute("UPDATE servicecore_schema SET version_num = '0000'")
    monkeypatch.setattr(revisions, "REVISIONS", ("0000", NEWEST))
    with pytest.raises(StoreBroken, match="servicecore db upgrade postgresql://"):
        open_store(postgres_url)
