"""A SQLite file: opens it, knows whose it is, makes a fresh one, and says in our words what went wrong."""

from __future__ import annotations

import sqlite3
import time
from typing import Final, TypeAlias

from servicecore.errors import ServiceCoreError
from servicecore.storage.ports import StoreBroken, StoreUnavailable
from servicecore.storage.sql.revisions import NEWEST, REVISION_TABLE, check_revision
from servicecore.storage.sql.sqlite_schema import fresh_statements
from servicecore.storage.urls import SqliteUrl

SqliteError: TypeAlias = "sqlite3.Error | UnicodeDecodeError"
"""What the driver raises; the second where it cannot even read what SQLite says is wrong."""

_UNREADABLE: Final = "Could not decode to UTF-8"
_PRIMARY: Final = 0xFF
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_SCHEMA,
    }
)
_OLDEST_LIBRARY: Final = (3, 37, 0)
_PAUSE: Final = 0.01
_CACHED_KIB: Final = 16 * 1024
_LOGGED_PAGES: Final = 4000


def translated(error: SqliteError, path: str) -> ServiceCoreError:
    """Return the exception of servicecore that says what ``error`` means for the database at ``path``."""
    if isinstance(error, UnicodeDecodeError) or _UNREADABLE in str(error):
        return StoreBroken(f"{path} is damaged: {error}", hint="restore it from a backup")
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & _PRIMARY
    if code in _BUSY:
        return StoreUnavailable(
            f"{path} is locked by another writer: {error}", hint="try again, or wait longer with ?timeout=SECONDS"
        )
    if code == sqlite3.SQLITE_NOTADB:
        return StoreBroken(f"{path} is not a database", hint="name another file; this one was left as it is")
    if code == sqlite3.SQLITE_CORRUPT:
        return StoreBroken(f"{path} is damaged: {error}", hint="restore it from a backup")
    if code in _BROKEN:
        return StoreBroken(f"{path} does not answer as a database of servicecore: {error}")
    if code == sqlite3.SQLITE_READONLY:
        return StoreUnavailable(f"{path} cannot be written: {error}", hint="check the permissions of file and folder")
    if code == sqlite3.SQLITE_FULL:
        return StoreUnavailable(f"{path} cannot grow: {error}", hint="free some space; nothing was half written")
    return StoreUnavailable(f"{path} cannot be used: {error}", hint="check that the folder exists and can be written")


def connect_to_write(place: SqliteUrl) -> sqlite3.Connection:
    """Return a connection for units of work: it keeps more pages, and lets the write-ahead log grow to 16 MB.

    A page that is written many times until then goes into the file once.

    Raises:
        StoreUnavailable: the file cannot be opened, or the SQLite library is older than 3.37.

    """
    connection = connect(place)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHED_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOGGED_PAGES}")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise translated(error, place.path) from error
    return connection


def connect(place: SqliteUrl) -> sqlite3.Connection:
    """Return a connection with this store's settings, not yet looked at.

    Raises:
        StoreUnavailable: the file cannot be opened, or the SQLite library is older than 3.37.

    """
    if sqlite3.sqlite_version_info < _OLDEST_LIBRARY:
        raise StoreUnavailable(f"SQLite {sqlite3.sqlite_version} is too old", hint="3.37 or newer is needed")
    try:
        connection = sqlite3.connect(
            place.path, timeout=place.timeout, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA synchronous = {place.synchronous}")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise translated(error, place.path) from error
    return connection


def read_revision(connection: sqlite3.Connection, place: SqliteUrl) -> str | None:
    """Return the schema revision of the database; None for one without any table.

    Raises:
        StoreBroken: it holds something else than a servicecore database.

    """
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return None
        if REVISION_TABLE in tables:
            rows = connection.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchall()  # noqa: S608 - a constant
            if len(rows) == 1:
                return str(rows[0][0])
            if not rows and tables == {REVISION_TABLE}:
                return None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise translated(error, place.path) from error
    raise StoreBroken(
        f"{place.path} is a database of something else: it holds {', '.join(sorted(tables)[:5])}",
        hint="name another file; this one was left as it is",
    )


def open_file(place: SqliteUrl) -> sqlite3.Connection:
    """Return a connection to a database of the newest revision; a file that is empty or missing becomes one.

    Raises:
        StoreUnavailable: the file cannot be opened or written, or is locked for too long.
        StoreBroken: it is no database of servicecore, or of another schema revision.

    """
    connection = connect_to_write(place)
    try:
        revision = read_revision(connection, place)
        _write_ahead(connection, place)
        if revision is None:
            revision = _create(connection, place)
        check_revision(revision, place.path, f"sqlite:///{place.path}")
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection, place: SqliteUrl) -> None:
    """Switch to the write-ahead log; SQLite does not wait by itself where somebody else switches just now."""
    deadline = time.monotonic() + place.timeout
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            if mode != "wal":
                connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            busy = getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _BUSY
            if not busy or time.monotonic() > deadline:
                raise translated(error, place.path) from error
            time.sleep(_PAUSE)
        else:
            return


def _create(connection: sqlite3.Connection, place: SqliteUrl) -> str:
    try:
        connection.execute("BEGIN IMMEDIATE")
        revision = read_revision(connection, place)
        if revision is None:
            for statement in fresh_statements():
                connection.execute(statement)
            revision = NEWEST
        connection.execute("COMMIT")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise translated(error, place.path) from error
    return revision
