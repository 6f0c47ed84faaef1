"""The SQLite store: one file, durable by default, shared by threads and processes."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from servicecore.storage.bracket import Bracket
from servicecore.storage.digest import from_microseconds, to_microseconds
from servicecore.storage.ports import (
    Document,
    Due,
    Inconsistency,
    LoggedEvent,
    NestedTransaction,
    StoreUnavailable,
)
from servicecore.storage.sql import statements as sql
from servicecore.storage.sql.heads import Heads, to_head
from servicecore.storage.sql.rows import Row, check_order, to_document, to_logged
from servicecore.storage.sql.sqlite_check import check_tables
from servicecore.storage.sql.sqlite_file import connect, connect_to_write, open_file
from servicecore.storage.sql.sqlite_unit import Unit, View
from servicecore.storage.urls import SqliteUrl
from servicecore.storage.words import words_of

_PAGE: Final = 200


class SqliteStore:
    """A store in a SQLite file, in write-ahead mode, ``synchronous=FULL`` unless the URL says otherwise.

    Threads share one connection that writes, one unit of work after another under ``BEGIN IMMEDIATE``, and take
    connections that read from a pool, so that readers wait for nobody. Other processes are kept apart by the file's
    own locks. A process that was forked off opens connections of its own.
    """

    def __init__(self, place: SqliteUrl) -> None:
        self._place = place
        self._here = threading.local()
        self._inherited: list[sqlite3.Connection | None] = []
        self._closed = False
        self._begin(open_file(place))

    def _begin(self, writer: sqlite3.Connection | None) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._writer = writer
        self._readers: list[sqlite3.Connection] = []
        self._heads = Heads()

    def transaction(self) -> Bracket[Unit]:
        """Begin a unit of work; leaving it without an exception commits, with one rolls back."""
        return Bracket(self._begin_unit, self._end_unit)

    def reading(self) -> Bracket[View]:
        """Begin a look at one moment of the store that changes nothing and waits for no writer."""
        return Bracket(self._begin_look, self._end_look)

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        """Return the document, or None; on the connection that writes while nobody does: it knows the pages already."""
        self._enter()
        try:
            if self._lock.acquire(blocking=False):
                try:
                    rows = View(self._writing_connection(), self._place.path).rows(sql.LOAD, (kind, id))
                    return self._remembered(rows[0]) if rows else None
                finally:
                    self._lock.release()
        finally:
            self._here.inside = False
        with self.reading() as view:
            return view.load(kind, id)

    def recall(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        """Return the document as this process committed or loaded it last, without a look."""
        head = self._heads.get((kind, id))
        return None if head is None else head.document

    def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> tuple[Due, ...]:
        """Return due aggregates, earliest first, leased until ``now + lease``."""
        at = to_microseconds(now)
        with self.reading() as view:
            if not view.rows(sql.ANY_DUE, (at,)):
                return ()
        with self.transaction() as unit:
            rows = unit.change(sql.LEASE, (to_microseconds(now + lease), at, limit)).fetchall()
        rows.sort(key=lambda row: (row[2], row[0], row[1]))
        return tuple(Due(kind, id_, from_microseconds(wakeup)) for kind, id_, wakeup in rows)

    def history(self, kind: str, id: str) -> tuple[LoggedEvent, ...]:  # noqa: A002 - the port's own name
        """Return all events of one aggregate in order."""
        with self.reading() as view:
            return tuple(to_logged(row) for row in view.rows(sql.HISTORY, (kind, id)))

    def log(self, *, after: int = 0, limit: int = 1000) -> tuple[LoggedEvent, ...]:
        """Return events of the whole log with a position above ``after``, in order."""
        with self.reading() as view:
            return tuple(to_logged(row) for row in view.rows(sql.LOG, (after, limit)))

    def documents(self, kind: str | None = None) -> Iterator[Document]:
        """Stream all documents, of one kind or of all, by kind and id; each page is a look of its own."""
        last = (kind or "", "")
        while True:
            with self.reading() as view:
                rows = view.rows(sql.PAGE if kind is None else sql.PAGE_OF_KIND, (*last, _PAGE))
            for row in rows:
                yield to_document(row)
            if len(rows) < _PAGE:
                return
            check_order(last, end := (rows[-1][7], rows[-1][8]))
            last = end

    def outbox(self, *, limit: int = 100) -> tuple[LoggedEvent, ...]:
        """Return events that were not yet handed on, in log order."""
        with self.reading() as view:
            return tuple(to_logged(row) for row in view.rows(sql.OUTBOX, (limit,)))

    def handed_on(self, *positions: int) -> None:
        """Take events out of the outbox, all of them or none."""
        with self.transaction() as unit:
            for position in positions:
                unit.hand_on(position)

    def search(self, kind: str, text: str, *, limit: int = 20) -> tuple[str, ...]:
        """Return ids of documents whose index values contain every word of ``text``, best first."""
        words = words_of(text)
        if not words:
            return ()
        query = " AND ".join(f'"{word}"' for word in words)
        with self.reading() as view:
            return tuple(id_ for (id_,) in view.rows(sql.SEARCH, (query, kind, limit)))

    def next_wakeup(self) -> datetime | None:
        """Return the earliest wake-up of all, or None."""
        with self.reading() as view:
            (at,) = view.rows(sql.NEXT_WAKEUP)[0]
        return None if at is None else from_microseconds(at)

    def inconsistencies(self) -> Iterator[Inconsistency]:
        """Stream what contradicts itself inside the file: pages, entries, words, outbox, due times."""
        with self.reading() as view:
            found = tuple(check_tables(view))
        yield from found

    def close(self) -> None:
        """Give back connections and files; a later call raises ``StoreUnavailable``."""
        self._closed = True
        for connection in (self._writer, *self._readers):
            if connection is not None:
                connection.close()
        self._writer = None
        self._readers.clear()

    def _begin_unit(self) -> Unit:
        self._enter()
        try:
            self._wait_for_the_writer()
        except BaseException:
            self._here.inside = False
            raise
        try:
            unit = Unit(self._writing_connection(), self._place.path, self._heads)
            unit.change("BEGIN IMMEDIATE", ())
        except BaseException:
            self._leave_the_writer()
            raise
        return unit

    def _end_unit(self, unit: Unit, is_done: bool) -> None:
        try:
            if is_done:
                try:
                    self._commit(unit)
                except BaseException:
                    self._roll_back(unit.connection)
                    raise
            else:
                self._roll_back(unit.connection)
        finally:
            self._leave_the_writer()

    def _wait_for_the_writer(self) -> None:
        if not self._lock.acquire(timeout=self._place.timeout):
            raise StoreUnavailable(
                f"{self._place.path} is locked by another thread", hint="wait longer with ?timeout=SECONDS"
            )

    def _leave_the_writer(self) -> None:
        self._lock.release()
        self._here.inside = False

    def _begin_look(self) -> View:
        self._enter()
        try:
            connection = self._readers.pop() if self._readers else connect(self._place)
            view = View(connection, self._place.path)
            try:
                view.rows("BEGIN")
            except BaseException:
                self._keep(connection)
                raise
        except BaseException:
            self._here.inside = False
            raise
        return view

    def _end_look(self, view: View, _is_done: bool) -> None:
        try:
            self._keep(view.connection)
        finally:
            self._here.inside = False

    def _remembered(self, row: Row) -> Document:
        """Return the document of a row as ``statements.LOAD`` gives it, and remember it."""
        key = (row[7], row[8])
        head = self._heads.get(key)
        if head is None or not head.is_row(row):
            head = to_head(row)
            self._heads.keep(key, head)
        return head.document

    def _enter(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"{self._place.path} was closed", hint="open the store again")
        if getattr(self._here, "inside", False):
            raise NestedTransaction("this thread is inside a unit of work already")
        if os.getpid() != self._process:
            # SQLite forbids to use, and even to close, a connection that another process opened.
            self._inherited.extend((self._writer, *self._readers))
            self._begin(None)
        self._here.inside = True

    def _writing_connection(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = connect_to_write(self._place)
        return self._writer

    def _commit(self, unit: Unit) -> None:
        if unit.failed:
            raise StoreUnavailable(
                f"a statement on {self._place.path} failed in this unit of work; nothing was written",
                hint="let the exception out of the unit of work and try it again",
            )
        unit.commit()

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._writer = None
            with suppress(sqlite3.Error):
                connection.close()

    def _keep(self, connection: sqlite3.Connection) -> None:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        if self._closed:
            connection.close()
        else:
            self._readers.append(connection)
