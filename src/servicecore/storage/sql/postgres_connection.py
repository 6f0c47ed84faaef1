"""A connection to PostgreSQL: prepared statements on libpq itself, and what went wrong in our words.

The hot statements go through ``psycopg.pq``, psycopg's own layer over libpq: beside psycopg's cursors it takes a
third of the time for a statement, and it lets other threads run while it waits.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn, cast
from urllib.parse import parse_qs

import psycopg
from psycopg import pq, sql

from servicecore.errors import ServiceCoreError, VersionConflict
from servicecore.storage.ports import StoreBroken, StoreUnavailable
from servicecore.storage.sql.postgres_text import from_bytes
from servicecore.storage.urls import URL_NOT_ACCEPTED, PostgresUrl

Value = bytes | int | None

_NUMBERS: Final = frozenset({20, 21, 23})
"""What ``pg_type`` calls ``int8``, ``int2`` and ``int4``."""

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


class Connection:
    """One session of the server, of one thread at a time."""

    def __init__(self, place: PostgresUrl) -> None:
        self.place = place
        self._session = open_session(place)
        self._pg = self._session.pgconn
        self._prepared: dict[str, tuple[bytes, list[Callable[[bytes], Any]]]] = {}
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            self._poll.register(self._pg.socket, select.POLLIN)

    def rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[tuple[Any, ...]]:
        """Run ``statement``, prepared at its first time, and return its rows.

        Raises:
            StoreUnavailable, StoreBroken, VersionConflict: as ``explained`` says.

        """
        name, readers = self._prepared.get(statement) or self._prepare(statement)
        try:
            parameters = [b"%d" % value if isinstance(value, int) else value for value in values]
            result = self._pg.exec_prepared(name, cast("Sequence[bytes]", parameters))  # its annotation forgets None
        except psycopg.OperationalError as error:
            raise explained("", str(error), self.place) from error
        if result.status != pq.ExecStatus.TUPLES_OK:
            if result.status == pq.ExecStatus.COMMAND_OK:
                return []
            self._fail(result)
        if not readers:
            readers.extend(int if result.ftype(at) in _NUMBERS else from_bytes for at in range(result.nfields))
        get = result.get_value
        columns = tuple(enumerate(readers))
        return [
            tuple([None if (raw := get(row, at)) is None else read(raw) for at, read in columns])
            for row in range(result.ntuples)
        ]

    def run(self, command: bytes) -> str:
        """Run ``command``, which gives no rows, and return what the server calls it: ``COMMIT``."""
        try:
            result = self._pg.exec_(command)
        except psycopg.OperationalError as error:
            raise explained("", str(error), self.place) from error
        if result.status != pq.ExecStatus.COMMAND_OK:
            self._fail(result)
        return (result.command_status or b"").decode()

    @property
    def is_idle(self) -> bool:
        """Whether the session is there, outside any transaction, as far as this side knows."""
        return self._pg.transaction_status == pq.TransactionStatus.IDLE

    @property
    def is_there(self) -> bool:
        """Whether the session has not been lost, as far as this side knows."""
        return self._pg.status == pq.ConnStatus.OK

    @property
    def is_alive(self) -> bool:
        """Whether an idle session is there still: a server that goes says so, and then there is something to read."""
        if not self.is_idle:
            return False
        return not self._poll.poll(0) if self._poll is not None else not select.select([self._pg.socket], [], [], 0)[0]

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def abandon(self) -> None:
        """Forget a session that another process owns, without a word to the server."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self._pg.socket)
        os.close(nowhere)
        self._session.close()

    def _prepare(self, statement: str) -> tuple[bytes, list[Callable[[bytes], Any]]]:
        name = b"servicecore%d" % len(self._prepared)
        try:
            result = self._pg.prepare(name, statement.encode())
        except psycopg.OperationalError as error:
            raise explained("", str(error), self.place) from error
        if result.status != pq.ExecStatus.COMMAND_OK:
            self._fail(result)
        self._prepared[statement] = (name, [])
        return self._prepared[statement]

    def _fail(self, result: pq.abc.PGresult) -> NoReturn:
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
        said = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or result.error_message
        raise explained(state, said.decode("utf-8", "replace").strip(), self.place)


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
