"""Commands a second on a real store beside the bare driver's statements, and beside what else one would take.

A command takes an order of about 3 KB, decides, and writes: document with version check, event, outbox entry, commit.
The floor does that with the driver alone on the same tables: four statements between BEGIN and COMMIT, an address put
into the text of the document, no state, no codec, no digest, no ledger. servicecore decides on the order that it wrote
last and compares when it writes; where its state is not remembered it loads and reads it each time. SQLAlchemy's peers
read and write the document's JSON besides, as any application does that changes it; that of `eventsourcing` folds the
events of an aggregate of 2 KB. Run it as a program: `python benchmarks/storage.py`. The contenders of a table take
turns, a short while each, several times.
Targets: 60 % of the floor where commits wait for the disk, ahead of SQLAlchemy and of `eventsourcing`, four times the
single rate in groups, and an empty sweep of due work that costs the same at 10,000 and at 1,000,000 timers.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import evolve
from peers import eventsourcing_store, sqlalchemy_store
from peers.floors import postgres_floor, raw
from peers.rates import Rate, Work, in_threads, rates, show

from servicecore import orders, pricing
from servicecore.catalog import Item
from servicecore.customers import Address
from servicecore.engine import ServiceCore, Settings
from servicecore.engine.batch import execute_in_groups
from servicecore.engine.execute import execute
from servicecore.engine.recent_states import RecentStates
from servicecore.engine.requests import Request
from servicecore.engine.runtime import Runtime, recall_nothing
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT = Actor("agent-7", roles={"agent"})
ORDERS = 400
GROUP = 200
TIMERS = (10_000, 1_000_000)
FILLER = (
    "INSERT INTO documents (kind, id, version, data, indexes, claims, wakeup, due_at, digest) "
    "SELECT 'order', 'filler-' || n, 1, '{}', '{}', '[]', 4000000000000000 + n, 4000000000000000 + n, '' FROM "
)


def open_shop(url: str) -> ServiceCore:
    items = (Item("tea", "Green tea", base_price=Money("4.50", "EUR")),)
    return ServiceCore.open(
        url,
        settings=Settings(tax_engine="none"),
        book=pricing.PriceBook(id="shop", version="1", items=items),
        autoload=False,
        clock=FixedClock(NOW),
    )


def place(core: ServiceCore, count: int) -> list[str]:
    cart = pricing.Cart(customer="C-1", currency="EUR", lines=(pricing.CartLine("tea", Decimal(3)),))
    desk = core.acting_as(AGENT)
    placing = (
        Request(orders.PlaceOrder(quote=desk.quote(cart), tenders=(orders.OnAccount(),)), AGENT) for _ in range(count)
    )
    return [each.id for each in execute_in_groups(core.runtime, placing)]


def commands(ids: list[str]) -> Iterator[Request]:
    number = 0
    while True:
        number += 1
        address = Address("Rossi Srl", f"Via Roma {number}", "Torino", "IT")
        yield Request(orders.ChangeShipTo(ids[number % len(ids)], address), AGENT)


@dataclass(frozen=True)
class Ours:
    """One command, one on a state that has to be read, one through the desk, a group; and orders for the others."""

    one: Work
    unread: Work
    desk: Work
    group: Work
    ids: list[str]


@contextmanager
def ours(url: str, clients: int = 1) -> Iterator[Ours]:
    with ExitStack() as stack, open_shop(url) as core:
        ids = place(core, 5 * ORDERS)
        while waiting := core.runtime.store.outbox(limit=ORDERS):
            core.runtime.store.handed_on(*(each.position for each in waiting))
        requests = commands(ids[:ORDERS])
        unread = evolve(core.runtime.journal, recent=RecentStates(most=0))
        forgetful = evolve(core.runtime, journal=unread, recall=recall_nothing)

        def client(runtime: Runtime, requests: Iterator[Request]) -> Work:
            def run() -> int:
                execute(runtime, next(requests))
                return 1

            return run

        def threads(runtime: Runtime, mine: list[str]) -> Work:
            works = [client(runtime, commands(mine[each::clients])) for each in range(clients)]
            return in_threads(works, stack)

        def group() -> int:
            wanted = [next(requests) for _ in range(GROUP)]
            return sum(1 for each in execute_in_groups(core.runtime, wanted, size=GROUP) if not each.problems)

        def desk() -> int:
            core.acting_as(AGENT).execute(next(requests).command)
            return 1

        one, unread = threads(core.runtime, ids[:ORDERS]), threads(forgetful, ids[ORDERS : 2 * ORDERS])
        yield Ours(one, unread, desk, group, ids[2 * ORDERS :])


def on_sqlite(folder: Path, synchronous: str) -> None:
    path = folder / f"{synchronous}.db"
    url = f"sqlite:///{path}?synchronous={synchronous}"
    with ExitStack() as stack:
        mine = stack.enter_context(ours(url))
        floor, connection = raw(path, synchronous, mine.ids[:ORDERS])
        stack.enter_context(closing(connection))
        size = connection.execute("SELECT avg(length(data)) FROM documents WHERE kind = 'order'").fetchone()[0]
        contenders = {
            "driver alone": floor,
            "servicecore": mine.one,
            "servicecore, state not remembered": mine.unread,
            f"servicecore, groups of {GROUP}": mine.group,
        }
        if find_spec("sqlalchemy"):
            engine = sqlalchemy_store.on_file(path, synchronous)
            stack.callback(engine.dispose)
            contenders["SQLAlchemy Core"] = sqlalchemy_store.core_of(engine, mine.ids[ORDERS : 2 * ORDERS])
            contenders["SQLAlchemy ORM"] = sqlalchemy_store.orm_of(engine, mine.ids[2 * ORDERS :])
        if find_spec("eventsourcing") and synchronous == "full":
            contenders["eventsourcing"] = eventsourcing_store.on_file(folder / "eventsourcing.db", ORDERS, stack)
        found = rates(contenders)
        show(f"SQLite, synchronous={synchronous.upper()}, one client, documents of {size:.0f} bytes", found)
        in_groups(found)
        connection.execute("DELETE FROM outbox")
        handed = rates({"desk": mine.desk})["desk"]
    print(f"  through the desk, which hands events on a hundred at a time: {handed.per_second:.0f} /s")


def in_groups(found: dict[str, Rate]) -> None:
    group, single = found[f"servicecore, groups of {GROUP}"], found["servicecore"]
    print(f"  in groups: {group.per_second / single.per_second:.1f} times the single rate", end="")
    print(f", {group.best / single.best:.1f} times in the best rounds")


def on_postgres(server: Any, clients: int) -> None:
    """Measure one client, or several threads that go on at once: each has orders and a session of its own."""
    from servicecore.storage.urls import PostgresUrl, parse_url

    schema = f"bench_{os.getpid()}_{clients}"
    url = server.schema_url(schema)
    address = parse_url(url)
    assert isinstance(address, PostgresUrl)
    try:
        with ExitStack() as stack:
            mine = stack.enter_context(ours(url, clients))
            contenders = {
                "driver alone": postgres_floor(url, mine.ids[:ORDERS], clients, stack),
                "servicecore": mine.one,
                "servicecore, state not remembered": mine.unread,
            }
            if clients == 1:
                contenders[f"servicecore, groups of {GROUP}"] = mine.group
            if find_spec("sqlalchemy"):
                engine = sqlalchemy_store.on_server(address.address, schema)
                stack.callback(engine.dispose)
                for name, peer, ids in (
                    ("SQLAlchemy Core", sqlalchemy_store.core_of, mine.ids[ORDERS : 2 * ORDERS]),
                    ("SQLAlchemy ORM", sqlalchemy_store.orm_of, mine.ids[2 * ORDERS :]),
                ):
                    contenders[name] = in_threads([peer(engine, ids[each::clients]) for each in range(clients)], stack)
            query = parse_qs(urlsplit(address.address).query)
            if find_spec("eventsourcing") and find_spec("psycopg_pool") and "host" in query:
                where = (query["host"][0], query["user"][0], schema)
                contenders["eventsourcing"] = eventsourcing_store.on_server(*where, ORDERS, clients, stack)
            found = rates(contenders)
        show(f"PostgreSQL, commits wait for the disk, {clients} clients", found)
        if clients == 1:
            in_groups(found)
    finally:
        server.drop(schema)


def sweep(cores: dict[int, ServiceCore]) -> None:
    """Show what a run of due work costs where nothing is due; the numbers of timers take turns."""
    times: dict[int, list[float]] = {timers: [] for timers in cores}
    for turn in range(600):
        for timers, core in cores.items():
            began = time.perf_counter()
            core.run_due()
            if turn >= 100:
                times[timers].append(time.perf_counter() - began)
    for timers, each in times.items():
        print(f"  {timers:>9,} open timers {statistics.median(each) * 1e6:10.0f} us, {min(each) * 1e6:.0f} at best")


def empty_sweeps_on_sqlite(folder: Path) -> None:
    print("\nAn empty run of due work, SQLite")
    with ExitStack() as stack:
        cores = {}
        for timers in TIMERS:
            path = folder / f"timers-{timers}.db"
            cores[timers] = stack.enter_context(open_shop(f"sqlite:///{path}"))
            with closing(sqlite3.connect(path)) as connection, connection:
                numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
                connection.execute(numbers + FILLER + "numbers", (timers,))
        sweep(cores)


def empty_sweeps_on_postgres(server: Any) -> None:
    print("\nAn empty run of due work, PostgreSQL")
    with ExitStack() as stack:
        cores = {}
        for timers in TIMERS:
            schema = f"bench_{os.getpid()}_{timers}_timers"
            stack.callback(server.drop, schema)
            cores[timers] = stack.enter_context(open_shop(server.schema_url(schema)))
            with server.session() as session:
                session.execute(f"SET search_path = {schema}")
                session.execute(f"{FILLER} generate_series(1, {timers}) AS numbers (n)")
                session.execute("ANALYZE documents")
        sweep(cores)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="servicecore-bench-") as name:
        folder = Path(name)
        for synchronous in ("full", "normal"):
            on_sqlite(folder, synchronous)
        empty_sweeps_on_sqlite(folder)
    if find_spec("psycopg") is None:
        return
    from servicecore.testing.postgres import NoServer, start_server

    try:
        server = start_server(durable=True)
    except NoServer as reason:
        print(f"\nno PostgreSQL: {reason}")
        return
    for clients in (1, 4):
        on_postgres(server, clients)
    empty_sweeps_on_postgres(server)


if __name__ == "__main__":
    main()
