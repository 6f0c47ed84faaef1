"""The same damages that are found in a SQLite file are found in PostgreSQL, each in its place."""

from __future__ import annotations

from contextlib import closing

import pytest
from tests.storage.test_verify import DAMAGES, add, found

from servicecore.storage.open_store import open_store
from servicecore.testing.postgres import PostgresServer


@pytest.mark.parametrize(
    ("statement", "version", "what"),
    [
        ("UPDATE search SET vector = 'other'", 0, "search holds other words"),
        *(damage for damage in DAMAGES if "UPDATE search" not in damage[0]),
    ],
)
def test_each_damage_is_found_in_its_place(
    postgres_server: PostgresServer, postgres_url: str, statement: str, version: int, what: str
) -> None:
    with closing(open_store(postgres_url)) as store:
        add(store, "n-1", "red", "lamp")
        assert found(store) == []
        with postgres_server.session() as session:
            session.execute(f"SET search_path = {postgres_url.rpartition('=')[2]}")
            session.execute("DELETE FROM outbox")
            session.execute(statement.encode())
        discrepancies = found(store)

    assert [each for each in discrepancies if what in each.what and each.version == version], discrepancies
