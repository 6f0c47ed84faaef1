"""Due work on PostgreSQL reads the rows that are due, counted by the server itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from servicecore import orders
from servicecore.engine.batch import execute_in_groups
from servicecore.engine.requests import SYSTEM, Request
from servicecore.kernel.authority import Reason
from servicecore.storage.open_store import open_store
from servicecore.testing.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]

SIZES = (1_000_000, 1_000) if os.environ.get("SERVICECORE_LONG") else (100_000, 100)
HOUR = timedelta(hours=1)
EARLY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def schema(postgres_server: PostgresServer) -> Iterator[str]:
    name = f"due_{uuid4().hex}"
    yield name
    postgres_server.drop(name)


def place(shop: Any, number: int) -> None:
    """Place orders whose holds lapse after one hour, and hand their events on."""
    placed = execute_in_groups(shop.core.runtime, [Request(shop.placing(1), SYSTEM) for _order in range(number)])
    until = shop.clock.now() + HOUR
    holds = [
        Request(orders.ApplyHold(each.id, hold="agent", until=until), SYSTEM, reason=Reason("other")) for each in placed
    ]
    assert [each.problems for each in execute_in_groups(shop.core.runtime, holds) if each.problems] == []
    shop.core.run_due()


def rows_read(server: PostgresServer, schema: str) -> int:
    """Return how many rows the server has read in a schema, by scans and through indexes; sessions that ended only."""
    statement = (
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables WHERE schemaname = %s"
    )
    with server.session() as session:
        last = -1
        while True:
            row = session.execute(statement, (schema,)).fetchone()
            assert row is not None
            if row[0] == last:
                return int(row[0])
            last = row[0]
            time.sleep(0.3)


def test_rows_read_are_those_of_what_is_due(
    open_shop: Callable[..., Any],
    postgres_server: PostgresServer,
    schema: str,
) -> None:
    """A few dozen rows for each due order, and none of the timers that are open."""
    open_timers, due = SIZES
    url = postgres_server.schema_url(schema)
    shop = open_shop(url)
    place(shop, due)
    with postgres_server.session() as session:
        session.execute(
            f"INSERT INTO {schema}.documents (kind, id, version, data, indexes, claims, wakeup, due_at, digest) "  # noqa: S608 - our own name
            "SELECT 'order', 'filler-' || n, 1, '{}', '{}', '[]', 4000000000000000 + n, 4000000000000000 + n, '' "
            f"FROM generate_series(1, {open_timers}) AS n"
        )
        session.execute(f"ANALYZE {schema}.documents")
    shop.core.close()
    before = rows_read(postgres_server, schema)
    again = open_shop(url, clock=shop.clock)
    assert again.core.run_due().woken == 0
    again.core.close()
    empty = rows_read(postgres_server, schema) - before
    assert empty < 100
    shop.clock.advance(HOUR)
    last = open_shop(url, clock=shop.clock)
    report = last.core.run_due()
    last.core.close()
    assert (report.woken, report.events, report.failures) == (due, due, ())
    read = rows_read(postgres_server, schema) - before - empty
    assert due <= read < 100 * due


def add_timers(server: PostgresServer, schema: str, name: str, number: int, at: str) -> None:
    with server.session() as session:
        session.execute(
            f"INSERT INTO {schema}.documents (kind, id, version, data, indexes, claims, wakeup, due_at, digest) "  # noqa: S608 - our own name
            f"SELECT 'order', '{name}-' || n, 1, '{{}}', '{{}}', '[]', {at} + n, {at} + n, '' "
            f"FROM generate_series(1, {number}) AS n"
        )
        session.execute(f"ANALYZE {schema}.documents")


@pytest.mark.parametrize("open_timers", [20, 2_000, 20_000])
def test_a_lease_reads_what_is_due_however_many_are_open(
    postgres_server: PostgresServer, schema: str, open_timers: int
) -> None:
    due = 7
    add = partial(add_timers, postgres_server, schema)
    url = postgres_server.schema_url(schema)
    open_store(url).close()
    add("later", open_timers, "4000000000000000")
    store = open_store(url)
    before = rows_read(postgres_server, schema)
    assert store.lease_due(EARLY, limit=100, lease=HOUR) == ()
    store.close()
    assert rows_read(postgres_server, schema) - before <= due
    add("due", due, "0")
    before = rows_read(postgres_server, schema)
    store = open_store(url)
    leased = store.lease_due(EARLY, limit=100, lease=HOUR)
    store.close()
    assert [each.id for each in leased] == [f"due-{number}" for number in range(1, due + 1)]
    assert due <= rows_read(postgres_server, schema) - before <= 3 * due
