"""The connections of a process to PostgreSQL: few, used again, and never one that the server has left."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from servicecore.storage.ports import StoreUnavailable
from servicecore.storage.sql.postgres_connection import Connection
from servicecore.storage.urls import PostgresUrl


class Pool:
    """At most so many connections as the URL says; who wants one more waits, as long as the URL says.

    A connection that was lost, or that the server has ended while it lay idle, is not used again. A process that was
    forked off opens connections of its own.
    """

    def __init__(self, place: PostgresUrl) -> None:
        self._place = place
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._free = threading.BoundedSemaphore(self._place.pool)
        self._idle: list[Connection] = []

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection.

        Raises:
            StoreUnavailable: the pool was closed, all are lent for too long, or the server cannot be reached.

        """
        if self._closed:
            raise StoreUnavailable(f"{self._place.shown} was closed", hint="open the store again")
        if os.getpid() != self._process:
            inherited = tuple(self._idle)
            self._begin()
            for each in inherited:
                each.abandon()
        free = self._free
        if not free.acquire(timeout=self._place.timeout):
            raise StoreUnavailable(
                f"all {self._place.pool} connections to {self._place.shown} are in use",
                hint="allow more with ?pool=NUMBER, or wait longer with ?timeout=SECONDS",
            )
        try:
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            free.release()

    def close(self) -> None:
        """End every connection; one that is lent, when it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Connection:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return Connection(self._place)
            if connection.is_alive:
                return connection
            connection.close()

    def _give_back(self, connection: Connection) -> None:
        if connection.is_there and not self._closed:
            self._idle.append(connection)
        else:
            connection.close()
