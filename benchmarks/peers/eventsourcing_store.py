"""A command on an aggregate of 2 KB of the `eventsourcing` package, which keeps events and folds them."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from peers.rates import Work, in_threads

SIZE = 2000


def on_file(path: Path, count: int, stack: ExitStack) -> Work:
    """Return one command on SQLite; the package leaves ``synchronous`` at FULL."""
    environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    return _work(environment, count, 1, stack)


def on_server(host: str, user: str, schema: str, count: int, clients: int, stack: ExitStack) -> Work:
    """Return one command on PostgreSQL, in as many threads as there are clients."""
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": "postgres",
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": user,
        "POSTGRES_PASSWORD": "none",
        "POSTGRES_SCHEMA": schema,
    }
    return _work(environment, count, clients, stack)


@cache
def _parcel() -> Any:
    """Return the aggregate's class: once a process, since the package knows classes by their names."""
    from eventsourcing.domain import Aggregate
    from eventsourcing.domain import event as happens

    class Parcel(Aggregate):
        def __init__(self, text: str) -> None:
            self.text = text

        @happens("Changed")
        def change(self, address: str) -> None:
            self.address = address

    return Parcel


def _work(environment: dict[str, str], count: int, clients: int, stack: ExitStack) -> Work:
    from eventsourcing.application import Application

    app: Any = Application(env=environment)
    stack.callback(app.close)
    parcel = _parcel()
    parcels = [parcel("x" * SIZE) for _ in range(count)]
    for each in parcels:
        app.save(each)

    def client(mine: list[Any]) -> Work:
        turn = iter(range(10**9))

        def one() -> int:
            number = next(turn)
            found = app.repository.get(mine[number % len(mine)].id)
            found.change(f"Via Roma {number}")
            app.save(found)
            return 1

        return one

    return in_threads([client(parcels[each::clients]) for each in range(clients)], stack)
