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
    def around(self, statement: str) -> Iterator[None]:
        """Reach a point before and one after a statement."""
        label = " ".join(statement.split())[:_SHOWN]
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
    """Let this process pass points wherever it queues a statement for PostgreSQL, sends some, or takes answers.

    Who dies after sending leaves it to the server whether they are still carried out.
    """
    for cls, name, labelled in (
        (Connection, "queue", True),
        (Connection, "_send", False),
        (Connection, "_answers", False),
        (psycopg.Cursor, "execute", True),
    ):
        patch.object(cls, name, _passing(points, name, getattr(cls, name), labelled=labelled)).start()


def _passing(points: Points, name: str, call: Callable[..., Any], *, labelled: bool) -> Callable[..., Any]:
    def passing(self: Any, *arguments: Any, **options: Any) -> Any:
        with points.around(f"{name} {arguments[0]}" if labelled else name):
            return call(self, *arguments, **options)

    return passing
