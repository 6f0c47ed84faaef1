"""The PostgreSQL store: a schema of a database, shared by threads, processes and machines."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from servicecore.errors import ServiceCoreError
from servicecore.storage.digest import from_microseconds, to_microseconds
from servicecore.storage.ports import (
    Document,
    Due,
    Inconsistency,
    LoggedEvent,
    NestedTransaction,
    StoreUnavailable,
)
from servicecore.storage.sql import postgres_statements as sql
from servicecore.storage.sql.postgres_check import check_tables
from servicecore.storage.sql.postgres_connection import Connection, Value
from servicecore.storage.sql.postgres_database import open_database
from servicecore.storage.sql.postgres_pool import Pool
from servicecore.storage.sql.postgres_text import to_array, to_bytes, to_query
from servicecore.storage.sql.postgres_unit import PostgresUnit, PostgresView
from servicecore.storage.sql.recent_documents import RecentDocuments
from servicecore.storage.sql.rows import Row, check_order, to_document, to_logged
from servicecore.storage.urls import PostgresUrl
from servicecore.storage.words import words_of

_PAGE: Final = 200
_PAUSE: Final = 0.02


class PostgresStore:
    """A store in a schema of a PostgreSQL database.

    Writers of different aggregates do not wait for each other. What a unit of work looked at it holds until it ends,
    so that units of work follow one another; two that wait for each other end with ``VersionConflict`` for one.
    """

    def __init__(self, place: PostgresUrl) -> None:
        self._place = place
        self._here = threading.local()
        open_database(place)
        self._pool = Pool(place)
        self._recent = RecentDocuments()

    @contextmanager
    def transaction(self) -> Iterator[PostgresUnit]:
        """Begin a unit of work; leaving it without an exception commits, with one rolls back."""
        with self._connection() as connection:
            unit = PostgresUnit(connection, self._recent)
            try:
                yield unit
                self._commit(unit)
            except BaseException:
                with suppress(ServiceCoreError):
                    connection.finish(sql.ROLLBACK)
                raise

    @contextmanager
    def reading(self) -> Iterator[PostgresView]:
        """Begin a look at one moment of the store that changes nothing and waits for no writer."""
        with self._connection() as connection:
            try:
                yield PostgresView(connection)
            finally:
                with suppress(ServiceCoreError):
                    connection.finish(sql.ROLLBACK)

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        """Return the document, or None; one statement is a look of its own."""
        rows = self._rows(sql.LOAD.read, (to_bytes(kind), to_bytes(id)))
        if not rows:
            return None
        document = to_document(rows[0])
        self._recent.keep({(document.kind, document.id): document})
        return document

    def recall(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        """Return the document as this process committed or loaded it last, without a look."""
        return self._recent.get(kind, id)

    def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> tuple[Due, ...]:
        """Return due aggregates, earliest first, leased until ``now + lease``; one that is being changed waits."""
        values = (to_microseconds(now + lease), to_microseconds(now), limit)
        with self._connection() as connection:
            try:
                for statement in (sql.BEGIN_UNIT, sql.BY_INDEX):
                    connection.queue(statement)
                connection.queue(sql.LEASE, values)
                connection.queue(sql.COMMIT)
                rows = connection.receive()[2]
            except BaseException:
                with suppress(ServiceCoreError):
                    connection.finish(sql.ROLLBACK)
                raise
        rows.sort(key=lambda row: (row[2], row[0], row[1]))
        return tuple(Due(kind, id_, from_microseconds(wakeup)) for kind, id_, wakeup in rows)

    def history(self, kind: str, id: str) -> tuple[LoggedEvent, ...]:  # noqa: A002 - the port's own name
        """Return all events of one aggregate in order."""
        return tuple(to_logged(row) for row in self._rows(sql.HISTORY, (to_bytes(kind), to_bytes(id))))

    def log(self, *, after: int = 0, limit: int = 1000) -> tuple[LoggedEvent, ...]:
        """Return events of the whole log with a position above ``after``, in order.

        Events whose position a unit of work under way may still fall behind are left for a later call, so that who
        goes on after the last position meets every event.
        """
        with self._connection() as connection:
            settled = connection.rows(sql.SETTLED)[0][0]
            return tuple(to_logged(row) for row in connection.rows(sql.LOG, (after, settled, limit)))

    def documents(self, kind: str | None = None) -> Iterator[Document]:
        """Stream all documents, of one kind or of all, by kind and id; each page is a look of its own."""
        last = (to_bytes(kind or ""), b"")
        while True:
            rows = self._rows(sql.PAGE if kind is None else sql.PAGE_OF_KIND, (*last, _PAGE))
            for row in rows:
                yield to_document(row)
            if len(rows) < _PAGE:
                return
            check_order(last, end := (to_bytes(rows[-1][7]), to_bytes(rows[-1][8])))
            last = end

    def outbox(self, *, limit: int = 100) -> tuple[LoggedEvent, ...]:
        """Return events that were not yet handed on, in log order.

        An aggregate's events are committed one after another, so that none stands here before its predecessor.
        """
        return tuple(to_logged(row) for row in self._rows(sql.OUTBOX, (limit,)))

    def handed_on(self, *positions: int) -> None:
        """Take events out of the outbox, all of them or none."""
        with self._connection() as connection:
            gone = to_array(b"%d" % position for position in positions)
            connection.rows(sql.HANDED_ON, (gone, connection.stripe))

    def search(self, kind: str, text: str, *, limit: int = 20) -> tuple[str, ...]:
        """Return ids of documents whose index values contain every word of ``text``, best first."""
        words = words_of(text)
        if not words:
            return ()
        return tuple(id_ for (id_,) in self._rows(sql.SEARCH, (to_query(words), to_bytes(kind), limit)))

    def next_wakeup(self) -> datetime | None:
        """Return the earliest wake-up of all, or None."""
        (at,) = self._rows(sql.NEXT_WAKEUP)[0]
        return None if at is None else from_microseconds(at)

    def inconsistencies(self) -> Iterator[Inconsistency]:
        """Stream what contradicts itself inside the schema: entries, words, outbox, due times, positions."""
        with self.reading() as view:
            found = tuple(check_tables(view))
        yield from found

    def close(self) -> None:
        """Give back connections; a later call raises ``StoreUnavailable``."""
        self._pool.close()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if getattr(self._here, "inside", False):
            raise NestedTransaction("this thread is inside a unit of work already")
        self._here.inside = True
        try:
            with self._pool.connection() as connection:
                yield connection
        finally:
            self._here.inside = False

    def _rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[Row]:
        with self._connection() as connection:
            return connection.rows(statement, values)

    def _commit(self, unit: PostgresUnit) -> None:
        if unit.failed:
            raise StoreUnavailable(
                f"a statement on {self._place.shown} failed in this unit of work; nothing was written",
                hint="let the exception out of the unit of work and try it again",
            )
        try:
            unit.commit()
        except StoreUnavailable:
            if unit.connection.is_there or not unit.number or not self._was_committed(unit):
                raise
        self._recent.keep(unit.written)

    def _was_committed(self, unit: PostgresUnit) -> bool:
        """Find out, on another connection, what became of a unit whose connection was lost while it committed.

        Raises:
            StoreUnavailable: the server cannot be asked within the timeout.

        """
        deadline = time.monotonic() + self._place.timeout
        while True:
            with suppress(StoreUnavailable):
                connection = Connection(self._place)
                try:
                    values = (unit.number.encode(), *(unit.last or (b"", b"", 0, b"")))
                    status, found = connection.rows(sql.OUTCOME, values)[0]
                finally:
                    connection.close()
                if status != "in progress":
                    return bool(found) if unit.last is not None else status == "committed"
            if time.monotonic() > deadline:
                raise StoreUnavailable(
                    f"the connection to {self._place.shown} was lost while a unit of work was committed, and whether "
                    "it was written is not known",
                    hint="look before doing it again; with an idempotency key it can simply be repeated",
                )
            time.sleep(_PAUSE)
