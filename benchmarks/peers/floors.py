"""The floor of a command: the driver's statements alone, on the tables of servicecore."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path

from peers.rates import Work, in_threads

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


def changed(data: str, number: int) -> str:
    """Return the document with another address, put into its text where one stands: the least that changes it."""
    before, _, rest = data.partition('"ship_to":')
    _, _, after = rest.partition(',"shipments":')
    address = f'{{"city":"Torino","country":"IT","name":"Rossi Srl","street":"Via Roma {number}"}}'
    return f'{before}"ship_to":{address},"shipments":{after}'


def raw(path: Path, synchronous: str, ids: list[str]) -> tuple[Work, sqlite3.Connection]:
    """Return the floor: the driver's statements alone."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    run = connection.execute
    turn = iter(range(10**9))

    def one() -> int:
        number = next(turn)
        id_ = ids[number % len(ids)]
        run("BEGIN IMMEDIATE")
        version, data = run(LOAD, ("order", id_)).fetchone()
        values = ("order", id_, version + 1, "orders.ship_to_changed", 1, ADDRESS, META, 1, "0" * 64)
        position = run(EVENT, values).lastrowid
        run(OUTBOX, (position,))
        if run(SAVE, (version + 1, changed(data, number), "order", id_, version)).rowcount != 1:
            raise RuntimeError(id_)
        run("COMMIT")
        return 1

    return one, connection


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
            done = next(turn)
            id_ = mine[done % len(mine)]
            found = run(load, ("order", id_)).fetchone()
            assert found is not None
            number, version, data = found
            values = ("order", id_, version + 1, "orders.ship_to_changed", 1, ADDRESS, META, 1, "0" * 64)
            position = run(event, values).fetchone()
            run(waits, position)
            if run(save, (version + 1, changed(data, done), number, version)).rowcount != 1:
                raise RuntimeError(id_)
            connection.commit()
            return 1

        return one

    return in_threads([session(ids[client::clients]) for client in range(clients)], stack)
