"""A connection to PostgreSQL: prepared statements in batches on libpq itself, and what went wrong in our words.

The hot statements go through ``psycopg.pq``, psycopg's own layer over libpq: beside psycopg's cursors it takes a
third of the time for a statement. Waiting is done outside of libpq, so that other threads go on and a signal is heard.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from typing import Any, Final, cast
from urllib.parse import parse_qs

import psycopg
from attrs import define, field
from psycopg import pq, sql

from servicecore.errors import ServiceCoreError, VersionConflict
from servicecore.storage.ports import StoreBroken, StoreUnavailable
from servicecore.storage.sql.postgres_statements import STRIPE
from servicecore.storage.sql.postgres_text import from_bytes
from servicecore.storage.sql.rows import Row
from servicecore.storage.urls import URL_NOT_ACCEPTED, PostgresUrl

Value = bytes | int | None

_NUMBERS: Final = frozenset({20, 21, 23})
"""What ``pg_type`` calls ``int8``, ``int2`` and ``int4``."""

_ANSWERED: Final = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
_COLLIDED: Final = frozenset({"40001", "40P01"})
_LOCKED: Final = frozenset({"55P03", "57014"})
_READ_ONLY: Final = frozenset({"25006", "42501"})
_AWAY: Final = ("08", "53", "57", "58")


def explained(state: str, message: str, place: PostgresUrl) -> ServiceCoreError:
    """Return the exception of servicecore that says what an error of the server with this SQLSTATE means."""
    if state in _COLLIDED:
        return VersionConflict(f"another unit of work on {place.shown} came between; nothing was written: {message}")
    if state in _LOCKED:
        return StoreUnavailable(
            f"{place.shown} is locked by another writer: {message}",
            hint="try again, or wait longer with ?timeout=SECONDS",
        )
    if state in _READ_ONLY:
        return StoreUnavailable(f"{place.shown} cannot be written: {message}", hint="check the role and its rights")
    if state.startswith("53"):
        return StoreUnavailable(
            f"{place.shown} has no room left: {message}",
            hint="free some space or connections; nothing was half written",
        )
    if not state or state.startswith(_AWAY):
        return StoreUnavailable(
            f"the connection to {place.shown} was lost: {message}", hint="try again; nothing was half written"
        )
    if state.startswith("XX"):
        return StoreBroken(f"{place.shown} is damaged: {message}", hint="restore it from a backup")
    return StoreBroken(f"{place.shown} does not answer as a database of servicecore: {state} {message}")


class _Owed(Enum):
    """What the server owes an answer for."""

    PREPARED = auto()
    ROWS = auto()
    END = auto()


@define
class _Statement:
    """A statement that a session keeps.

    Attributes:
        name: under which the server knows it.
        is_kept: whether the server has it.
        readers: what makes a value of a column's text; empty until it gave rows for the first time.

    """

    name: bytes
    is_kept: bool = False
    readers: list[Callable[[bytes], Any]] = field(factory=list)


class Connection:
    """One session of the server, of one thread at a time.

    Statements are queued, and go out together with the first one whose rows somebody wants: a unit of work waits for
    the server about three times, however many statements it has.
    """

    def __init__(self, place: PostgresUrl) -> None:
        self.place = place
        self._session = open_session(place)
        self._pg = self._session.pgconn
        self._pg.nonblocking = 1
        self._pg.enter_pipeline_mode()
        self._statements: dict[str, _Statement] = {}
        self._owed: list[tuple[_Owed, _Statement | None]] = []
        self._is_whole = True
        self._stripe: int | None = None
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)

    def rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[Row]:
        """Run ``statement`` and return its rows.

        Raises:
            StoreUnavailable, StoreBroken, VersionConflict: as ``explained`` says.

        """
        self.queue(statement, values)
        return self.receive()[-1]

    def queue(self, statement: str, values: tuple[Value, ...] = ()) -> None:
        """Have ``statement`` run before the next one whose rows are wanted; it is prepared at its first time.

        Raises:
            StoreUnavailable: the connection was lost.

        """
        known = self._statements.get(statement)
        if known is None:
            known = self._statements[statement] = _Statement(b"servicecore%d" % len(self._statements))
        try:
            if not known.is_kept:
                self._pg.send_prepare(known.name, statement.encode())
                self._owed.append((_Owed.PREPARED, known))
                known.is_kept = True
            parameters = [b"%d" % value if isinstance(value, int) else value for value in values]
            self._pg.send_query_prepared(known.name, cast("Sequence[bytes]", parameters))  # its annotation forgets None
        except psycopg.OperationalError as error:
            raise explained("", str(error), self.place) from error
        self._owed.append((_Owed.ROWS, known))

    def receive(self) -> list[list[Row]]:
        """Send what is queued and return the rows of each statement since the last time.

        After a statement that fails the others of the queue are not run.

        Raises:
            StoreUnavailable, StoreBroken, VersionConflict: as ``explained`` says of the first that failed.

        """
        self._send()
        return self._answers()

    def finish(self, statement: str) -> None:
        """Run ``statement`` after whatever is queued, also where that fails, and do not wait for it."""
        if self._owed:
            self._send()
        self.queue(statement)
        self._send()

    @property
    def stripe(self) -> int:
        """The stripe of the ledger that this session writes: its own, unless somebody took its locks from it."""
        if self._stripe is None:
            self._stripe = int(self.rows(STRIPE)[0][0])
        return self._stripe

    @property
    def is_there(self) -> bool:
        """Whether the session was not lost, nor left in the middle of an answer, as far as this side knows."""
        return self._is_whole and self._pg.status == pq.ConnStatus.OK

    @property
    def is_alive(self) -> bool:
        """Whether an idle session is there still: a server that goes says so, and then there is something to read."""
        with suppress(ServiceCoreError):
            self._answers()
        return self.is_there and self._pg.transaction_status == pq.TransactionStatus.IDLE and not self._poll.poll(0)

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def abandon(self) -> None:
        """Forget a session that another process owns, without a word to the server."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self._pg.socket)
        os.close(nowhere)
        self._session.close()

    def _send(self) -> None:
        try:
            self._pg.pipeline_sync()
            self._owed.append((_Owed.END, None))
            while self._pg.flush():
                self._wait(select.POLLIN | select.POLLOUT)
                self._pg.consume_input()
        except psycopg.OperationalError as error:
            raise explained("", str(error), self.place) from error

    def _answers(self) -> list[list[Row]]:
        failure: ServiceCoreError | None = None
        answers: list[list[Row]] = []
        self._is_whole = False
        try:
            for owed, statement in self._owed:
                result = self._next()
                if owed is _Owed.END or statement is None or result is None:
                    continue
                if result.status in _ANSWERED:
                    if owed is _Owed.ROWS:
                        answers.append(_read(result, statement.readers))
                else:
                    statement.is_kept = statement.is_kept and owed is _Owed.ROWS
                    if failure is None and result.status == pq.ExecStatus.FATAL_ERROR:
                        failure = self._failure(result)
                self._next()
        except psycopg.OperationalError as error:
            raise failure or explained("", str(error), self.place) from error
        self._owed.clear()
        self._is_whole = self._pg.status == pq.ConnStatus.OK
        if not self._is_whole:
            failure = failure or explained("", self._pg.get_error_message(), self.place)
        if failure is not None:
            raise failure
        return answers

    def _next(self) -> pq.abc.PGresult | None:
        while self._pg.is_busy():
            self._wait(select.POLLIN)
            self._pg.consume_input()
        return self._pg.get_result()

    def _wait(self, events: int) -> None:
        """Wait for the server; other threads go on meanwhile."""
        self._poll.modify(self._pg.socket, events)
        self._poll.poll()
        self._poll.modify(self._pg.socket, select.POLLIN)

    def _failure(self, result: pq.abc.PGresult) -> ServiceCoreError:
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
        said = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or result.error_message
        return explained(state, said.decode("utf-8", "replace").strip(), self.place)


def _read(result: pq.abc.PGresult, readers: list[Callable[[bytes], Any]]) -> list[Row]:
    if not readers:
        readers.extend(int if result.ftype(at) in _NUMBERS else from_bytes for at in range(result.nfields))
    get = result.get_value
    columns = tuple(enumerate(readers))
    return [
        tuple([None if (raw := get(row, at)) is None else read(raw) for at, read in columns])
        for row in range(result.ntuples)
    ]


def _said(error: psycopg.Error, place: PostgresUrl) -> str:
    """Return what the driver said, without the password, which it quotes where it does not understand it."""
    address, _, query = place.address.partition("?")
    user = address.partition("://")[2].rpartition("@")[0]
    said = str(error).strip()
    for secret in (user.partition(":")[2], *parse_qs(query).get("password", ())):
        said = said.replace(secret, "...") if secret else said
    return said


def open_session(place: PostgresUrl) -> psycopg.Connection[Any]:
    """Return a session with this store's settings, outside any transaction; the schema may not exist yet.

    Raises:
        InvalidValue: ``storage.url_not_accepted``: the driver does not understand the URL.
        StoreUnavailable: the server cannot be reached or refuses the session.
        StoreBroken: the database is not in UTF-8.

    """
    try:
        session = psycopg.connect(
            place.address,
            autocommit=True,
            client_encoding="utf8",
            connect_timeout=max(2, int(place.timeout)),
            prepare_threshold=None,
        )
    except psycopg.ProgrammingError as error:
        accepted = f"a URL that the driver understands: {_said(error, place)}"
        raise URL_NOT_ACCEPTED.error("url", value=repr(f"postgresql://{place.shown}"), accepted=accepted) from None
    except psycopg.Error as error:
        raise StoreUnavailable(
            f"{place.shown} cannot be reached: {_said(error, place)}", hint="check the URL and whether the server runs"
        ) from error
    encoding = session.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        session.close()
        raise StoreBroken(f"{place.shown} is encoded in {encoding}", hint="make a database with ENCODING 'UTF8'")
    session.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(place.schema)))
    session.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(f"{int(place.timeout * 1000) or 1}ms")))
    return session
