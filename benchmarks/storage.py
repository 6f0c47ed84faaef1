"""Commands a second on a real store beside the bare driver's statements, and beside what else one would take.

A command loads an order of about 2 KB, decides, and writes: document with version check, event, outbox entry, commit.
The floor does that with the driver alone on the same tables: four statements between BEGIN and COMMIT, the same
texts, no state, no codec, no digest. SQLAlchemy's peers read and write the document's JSON besides, as any
application does that changes it. Run it as a program: `python benchmarks/storage.py`. The contenders of a table
take turns, a short while each, several times; the median counts. Targets: 60 % of the floor where commits wait for
the disk, ahead of SQLAlchemy and of `eventsourcing`, four times the single rate in groups, and an empty sweep of due
work that costs the same at 10,000 and at 1,000,000 timers.
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from servicecore import orders, pricing
from servicecore.catalog import Item
from servicecore.customers import Address
from servicecore.engine import ServiceCore, Settings
from servicecore.engine.batch import execute_in_groups
from servicecore.engine.execute import execute
from servicecore.engine.requests import Request
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT = Actor("agent-7", roles={"agent"})
SECONDS = float(os.environ.get("SERVICECORE_BENCH_SECONDS", "0.5"))
ROUNDS = int(os.environ.get("SERVICECORE_BENCH_ROUNDS", "5"))
ORDERS = 400
GROUP = 200
META = (
    '{"actor":{"id":"agent-7","roles":["agent"]},"approver":"",'
    '"command":"orders.change_ship_to","key":"","reason":null}'
)

LOAD = "SELECT version, data FROM documents WHERE kind = ? AND id = ?"
SAVE = "UPDATE documents SET version = ?, data = ? WHERE kind = ? AND id = ? AND version = ?"
EVENT = (
    "INSERT INTO events (kind, id, version, type_name, type_version, data, meta, at, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
OUTBOX = "INSERT INTO outbox (position) VALUES (?)"
ADDRESS = '{"address":{"city":"Torino","country":"IT","line1":"Via Roma 1","name":"Rossi Srl"}}'

Work = Callable[[], int]
"""Does some commands and returns how many."""


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


@contextmanager
def ours(url: str, clients: int = 1) -> Iterator[tuple[Work, Work, list[str]]]:
    """Yield what executes one command, what executes a group, and the ids of orders for three others."""
    with ExitStack() as stack, open_shop(url) as core:
        ids = place(core, 4 * ORDERS)
        requests = commands(ids[:ORDERS])

        def client(requests: Iterator[Request]) -> Work:
            def run() -> int:
                execute(core.runtime, next(requests))
                return 1

            return run

        one = in_threads([client(commands(ids[each:ORDERS:clients])) for each in range(clients)], stack)

        def group() -> int:
            wanted = [next(requests) for _ in range(GROUP)]
            return sum(1 for each in execute_in_groups(core.runtime, wanted, size=GROUP) if not each.problems)

        yield one, group, ids[ORDERS:]


def raw(path: Path, synchronous: str, ids: list[str]) -> tuple[Work, sqlite3.Connection]:
    """Return the floor: the driver's statements alone."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    run = connection.execute
    turn = iter(range(10**9))

    def one() -> int:
        id_ = ids[next(turn) % len(ids)]
        run("BEGIN IMMEDIATE")
        version, data = run(LOAD, ("order", id_)).fetchone()
        values = ("order", id_, version + 1, "orders.ship_to_changed", 1, ADDRESS, META, 1, "0" * 64)
        position = run(EVENT, values).lastrowid
        run(OUTBOX, (position,))
        if run(SAVE, (version + 1, data, "order", id_, version)).rowcount != 1:
            raise RuntimeError(id_)
        run("COMMIT")
        return 1

    return one, connection


def changed(data: str) -> str:
    """Return the document with another address: what any application does between loading and saving."""
    plain = json.loads(data)
    plain["ship_to"] = {"city": "Torino", "line1": f"Via Roma {time.perf_counter_ns()}"}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def core_of_sqlalchemy(url: str, ids: list[str]) -> tuple[Work, Any]:
    """Return the same four statements through SQLAlchemy Core."""
    from sqlalchemy import create_engine, event, text

    engine = create_engine(url)

    def begin(connection: Any) -> None:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def connected(connection: Any, _record: Any) -> None:
            connection.isolation_level = None

        event.listen(engine, "begin", begin)
    load = text("SELECT version, data FROM documents WHERE kind = :kind AND id = :id")
    save = text(
        "UPDATE documents SET version = :next, data = :data WHERE kind = :kind AND id = :id AND version = :version"
    )
    happened = text(
        "INSERT INTO events (kind, id, version, type_name, type_version, data, meta, at, digest) "
        "VALUES (:kind, :id, :next, :type_name, 1, :event, :meta, 1, :digest) RETURNING position"
    )
    waits = text("INSERT INTO outbox (position) VALUES (:position)")
    turn = iter(range(10**9))

    def one() -> int:
        id_ = ids[next(turn) % len(ids)]
        with engine.begin() as connection:
            version, data = connection.execute(load, {"kind": "order", "id": id_}).one()
            data = changed(data)
            values = {"kind": "order", "id": id_, "next": version + 1, "type_name": "orders.ship_to_changed"}
            values |= {"event": ADDRESS, "meta": META, "digest": "0" * 64}
            position = connection.execute(happened, values).scalar_one()
            connection.execute(waits, {"position": position})
            saved = connection.execute(
                save, {"next": version + 1, "data": data, "kind": "order", "id": id_, "version": version}
            )
            if saved.rowcount != 1:
                raise RuntimeError(id_)
        return 1

    return one, engine


def orm_of_sqlalchemy(url: str, ids: list[str]) -> tuple[Work, Any]:
    """Return the same through SQLAlchemy's ORM, with its own version check."""
    from sqlalchemy import Integer, Text, create_engine
    from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class DocumentRow(Base):
        __tablename__ = "documents"
        number = mapped_column(Integer, primary_key=True)
        kind = mapped_column(Text)
        id = mapped_column(Text)
        version = mapped_column(Integer)
        data = mapped_column(Text)
        __mapper_args__: ClassVar[Any] = {"version_id_col": version}

    class EventRow(Base):
        __tablename__ = "events"
        position = mapped_column(Integer, primary_key=True)
        kind = mapped_column(Text)
        id = mapped_column(Text)
        version = mapped_column(Integer)
        type_name = mapped_column(Text)
        type_version = mapped_column(Integer)
        data = mapped_column(Text)
        meta = mapped_column(Text)
        at = mapped_column(Integer)
        digest = mapped_column(Text)

    class OutboxRow(Base):
        __tablename__ = "outbox"
        position = mapped_column(Integer, primary_key=True)

    engine = create_engine(url)
    turn = iter(range(10**9))

    def one() -> int:
        number = next(turn)
        id_ = ids[number % len(ids)]
        with Session(engine) as session, session.begin():
            document = session.query(DocumentRow).filter_by(kind="order", id=id_).one()
            document.data = changed(document.data)
            happened = EventRow(
                kind="order",
                id=id_,
                version=document.version + 1,
                type_name="orders.ship_to_changed",
                type_version=1,
                data=ADDRESS,
                meta=META,
                at=1,
                digest="0" * 64,
            )
            session.add(happened)
            session.flush()
            session.add(OutboxRow(position=happened.position))
        return 1

    return one, engine


def eventsourcing_peer(path: Path) -> Work:
    """Return one command on an aggregate of the `eventsourcing` package, on SQLite."""
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate
    from eventsourcing.domain import event as happens

    class Parcel(Aggregate):
        def __init__(self, text: str) -> None:
            self.text = text

        @happens("Changed")
        def change(self, text: str) -> None:
            self.text = text

    app: Any = Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
    parcels = [Parcel("x" * 2000) for _ in range(ORDERS)]
    app.save(*parcels)
    turn = iter(range(10**9))

    def one() -> int:
        number = next(turn)
        found = app.repository.get(parcels[number % ORDERS].id)
        found.change(f"Via Roma {number}")
        app.save(found)
        return 1

    return one


@dataclass(frozen=True)
class Rate:
    """Commands a second, and the microseconds that each took: by the clock, and of this process's own work."""

    per_second: float
    worked: float


def rates(contenders: Mapping[str, Work]) -> dict[str, Rate]:
    """Return the rate of each; they take turns, so that what disturbs the machine disturbs all."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for _round in range(ROUNDS):
        for name, work in contenders.items():
            gc.collect()
            done = 0
            began, worked = time.perf_counter(), time.process_time()
            while (passed := time.perf_counter() - began) < SECONDS:
                done += work()
            found[name].append((done / passed, (time.process_time() - worked) / done * 1e6))
    return {
        name: Rate(statistics.median(each[0] for each in turns), statistics.median(each[1] for each in turns))
        for name, turns in found.items()
    }


def show(title: str, found: Mapping[str, Rate]) -> None:
    print(f"\n{title}")
    print(f"  {'':34} {'commands':>12} {'each':>11} {'of it own work':>16}")
    floor = next(iter(found.values()))
    for name, rate in found.items():
        share = f"{rate.per_second / floor.per_second:7.1%} of the floor"
        each = f"{1e6 / rate.per_second:8.0f} us"
        print(f"  {name:34} {rate.per_second:10.0f} /s {each} {rate.worked:13.0f} us  {share}")


def on_sqlite(folder: Path, synchronous: str) -> None:
    path = folder / f"{synchronous}.db"
    url = f"sqlite:///{path}?synchronous={synchronous}"
    with ExitStack() as stack:
        one, group, ids = stack.enter_context(ours(url))
        floor, connection = raw(path, synchronous, ids[:ORDERS])
        stack.enter_context(closing(connection))
        size = connection.execute("SELECT avg(length(data)) FROM documents WHERE kind = 'order'").fetchone()[0]
        contenders = {"driver alone": floor, "servicecore": one, f"servicecore, groups of {GROUP}": group}
        if find_spec("sqlalchemy"):
            core, engine = core_of_sqlalchemy(f"sqlite:///{path}", ids[ORDERS : 2 * ORDERS])
            stack.callback(engine.dispose)
            contenders["SQLAlchemy Core"] = _durable(core, engine, synchronous)
            orm, orm_engine = orm_of_sqlalchemy(f"sqlite:///{path}", ids[2 * ORDERS :])
            stack.callback(orm_engine.dispose)
            contenders["SQLAlchemy ORM"] = _durable(orm, orm_engine, synchronous)
        if find_spec("eventsourcing"):
            contenders["eventsourcing"] = eventsourcing_peer(folder / f"{synchronous}-eventsourcing.db")
        found = rates(contenders)
    show(f"SQLite, synchronous={synchronous.upper()}, one client, documents of {size:.0f} bytes", found)
    batch = found[f"servicecore, groups of {GROUP}"].per_second / found["servicecore"].per_second
    print(f"  in groups: {batch:.1f} times the single rate")


def _durable(work: Work, engine: Any, synchronous: str) -> Work:
    """Let every connection of an engine wait for the disk as ours do."""
    from sqlalchemy import event

    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    event.listen(engine, "connect", connected)
    return work


def on_postgres(server: Any, clients: int) -> None:
    """Measure one client, or several threads that take turns at nothing: each has orders and a session of its own."""
    schema = f"bench_{os.getpid()}_{clients}"
    url = server.schema_url(schema)
    try:
        with ExitStack() as stack:
            one, group, ids = stack.enter_context(ours(url, clients))
            contenders = {"driver alone": postgres_floor(url, ids[:ORDERS], clients, stack), "servicecore": one}
            if clients == 1:
                contenders[f"servicecore, groups of {GROUP}"] = group
            found = rates(contenders)
        show(f"PostgreSQL without waiting for the disk, {clients} clients", found)
    finally:
        server.drop(schema)


def postgres_floor(url: str, ids: list[str], clients: int, stack: ExitStack) -> Work:
    """Return the floor: four prepared statements of psycopg, in threads where there are several clients."""
    import psycopg

    from servicecore.storage.urls import PostgresUrl, parse_url

    place = parse_url(url)
    assert isinstance(place, PostgresUrl)
    load = "SELECT number, version, data FROM documents WHERE kind = %s AND id = %s FOR UPDATE"
    save = "UPDATE documents SET version = %s, data = %s WHERE number = %s AND version = %s"
    event = EVENT.replace("?", "%s") + " RETURNING position"
    waits = "INSERT INTO outbox (position) VALUES (%s)"

    def session(mine: list[str]) -> Work:
        connection = stack.enter_context(psycopg.connect(place.address, prepare_threshold=0))
        connection.execute(f'SET search_path = "{place.schema}"')
        connection.commit()
        turn = iter(range(10**9))
        run = connection.cursor().execute

        def one() -> int:
            id_ = mine[next(turn) % len(mine)]
            found = run(load, ("order", id_)).fetchone()
            assert found is not None
            number, version, data = found
            values = ("order", id_, version + 1, "orders.ship_to_changed", 1, ADDRESS, META, 1, "0" * 64)
            position = run(event, values).fetchone()
            run(waits, position)
            if run(save, (version + 1, data, number, version)).rowcount != 1:
                raise RuntimeError(id_)
            connection.commit()
            return 1

        return one

    return in_threads([session(ids[client::clients]) for client in range(clients)], stack)


def in_threads(works: list[Work], stack: ExitStack) -> Work:
    """Return what lets all ``works`` go on at once for a tenth of a second."""
    if len(works) == 1:
        return works[0]
    pool = stack.enter_context(ThreadPoolExecutor(len(works)))

    def go_on(work: Work) -> int:
        done = 0
        end = time.perf_counter() + 0.1
        while time.perf_counter() < end:
            done += work()
        return done

    return lambda: sum(pool.map(go_on, works))


def empty_sweeps(folder: Path) -> None:
    print("\nAn empty run of due work")
    for timers in (10_000, 1_000_000):
        path = folder / f"timers-{timers}.db"
        with open_shop(f"sqlite:///{path}") as core:
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute(
                    "INSERT INTO documents (kind, id, version, data, indexes, claims, wakeup, due_at, digest) "
                    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
                    "SELECT 'order', 'filler-' || n, 1, '{}', '{}', '[]', 4000000000000000 + n, 4000000000000000 + n, "
                    "'' FROM numbers",
                    (timers,),
                )
            core.run_due()
            times = []
            for _run in range(300):
                began = time.perf_counter()
                core.run_due()
                times.append(time.perf_counter() - began)
        print(f"  {timers:>9,} open timers {statistics.median(times) * 1e6:10.0f} us")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="servicecore-bench-") as name:
        folder = Path(name)
        for synchronous in ("full", "normal"):
            on_sqlite(folder, synchronous)
        empty_sweeps(folder)
    if find_spec("psycopg") is None:
        return
    from servicecore.testing.postgres import NoServer, shared_server

    try:
        server = shared_server()
    except NoServer as reason:
        print(f"\nno PostgreSQL: {reason}")
        return
    for clients in (1, 4):
        on_postgres(server, clients)


if __name__ == "__main__":
    main()
