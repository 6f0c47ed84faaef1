"""Numbered kill points: before and after every statement on the database and every call of the gateway."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from attrs import Factory, define

from servicecore.storage.sql.postgres_connection import Connection

_SHOWN = 48


@define
class Points:
    """Counts the points that this process reaches, and kills it at one of them as a power cut would.

    Attributes:
        deadly: number of the point, from 1, at which the process ends; 0 for none.
        labels: what each point stands for, in order; kept only where none is deadly.

    """

    deadly: int = 0
    reached: int = 0
    labels: list[str] = Factory(list)
    _lock: threading.Lock = Factory(threading.Lock)

    def reach(self, label: str) -> None:
        with self._lock:
            self.reached += 1
            if not self.deadly:
                self.labels.append(label)
            elif self.reached == self.deadly:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def around(self, statement: object) -> Iterator[None]:
        """Reach a point before and one after a statement."""
        text = statement.decode() if isinstance(statement, bytes) else str(statement)
        label = " ".join(text.split())[:_SHOWN]
        self.reach(f"before {label}")
        yield
        self.reach(f"after {label}")


def kill_in_sqlite(points: Points) -> None:
    """Let every connection to SQLite that this process opens from now on pass the points."""
    connect = sqlite3.connect

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> Cursor:
            with points.around(sql):
                super().execute(sql, parameters)
            return self

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            with points.around(sql):
                return super().execute(sql, parameters)

        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

    def connecting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        found: sqlite3.Connection = connect(*arguments, **{"factory": Connection, **options})
        return found

    sqlite3.connect = connecting  # type: ignore[assignment]  # in a process that lives for one run


def kill_in_postgres(points: Points) -> None:
    """Let every statement that this process sends to PostgreSQL from now on pass the points."""
    for cls, name in ((Connection, "queue"), (Connection, "finish"), (psycopg.Cursor, "execute")):
        patch.object(cls, name, _passing(points, getattr(cls, name))).start()
    receive = Connection.receive

    def receiving(self: Connection) -> Any:
        with points.around("send what is queued, and wait"):
            return receive(self)

    patch.object(Connection, "receive", receiving).start()


def _passing(points: Points, send: Callable[..., Any]) -> Callable[..., Any]:
    def passing(self: Any, statement: object, *arguments: Any, **options: Any) -> Any:
        with points.around(statement):
            return send(self, statement, *arguments, **options)

    return passing
