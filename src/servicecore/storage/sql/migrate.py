"""Moves a database to another schema revision; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from servicecore.errors import ServiceCoreError
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.storage.ports import StoreUnavailable
from servicecore.storage.sql.revisions import NEWEST, REVISIONS, unknown_revision
from servicecore.storage.urls import PostgresUrl, SqliteUrl, parse_url

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

NOTHING: Final = "base"
"""The revision of a database without any table."""


def upgrade(url: str) -> str:
    """Bring the database at ``url`` to the newest schema revision and return that revision.

    A database that has it already is left alone; an empty file, or an empty PostgreSQL schema, becomes a database.

    Raises:
        InvalidValue: ``storage.url_not_accepted``.
        StoreUnavailable: it cannot be reached or is locked, or the extra ``sql`` or ``postgres`` is not installed.
        StoreBroken: it is no database of servicecore, or of a newer release.

    """
    return migrate(url, NEWEST)


def migrate(url: str, revision: str) -> str:
    """Bring the database at ``url`` to ``revision`` (``base`` for no tables: everything is lost) and return it."""
    place = parse_url(url)
    if place is None:
        return NEWEST
    if revision not in {*REVISIONS, NOTHING}:
        raise NOT_ACCEPTED.error("revision", value=repr(revision), accepted=", ".join((NOTHING, *REVISIONS)))
    if isinstance(place, SqliteUrl):
        _migrate_sqlite(place, revision)
    else:
        _migrate_postgres(place, revision)
    return revision


def _migrate_sqlite(place: SqliteUrl, revision: str) -> None:
    import sqlite3  # noqa: PLC0415 - only for a file

    from servicecore.storage.sql.sqlite_file import connect, read_revision, translated  # noqa: PLC0415 - likewise

    def explain(error: BaseException | None) -> ServiceCoreError | None:
        return translated(error, place.path) if isinstance(error, sqlite3.Error) else None

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    connection = connect(place)
    try:
        up = _direction(read_revision(connection, place), revision, place.path)
        if up is not None:
            _run("sqlite://", connection, begin, explain, revision, up=up)
    finally:
        connection.close()


def _migrate_postgres(place: PostgresUrl, revision: str) -> None:
    import psycopg  # noqa: PLC0415 - only for PostgreSQL, which is an extra

    from servicecore.storage.sql.postgres_connection import explained, open_session  # noqa: PLC0415 - likewise
    from servicecore.storage.sql.postgres_database import make_schema, read_revision  # noqa: PLC0415 - likewise

    def explain(error: BaseException | None) -> ServiceCoreError | None:
        return explained(error.sqlstate or "", str(error), place) if isinstance(error, psycopg.Error) else None

    def begin(_connection: Connection) -> None:
        make_schema(session, place)

    session = open_session(place)
    try:
        up = _direction(read_revision(session, place), revision, place.shown)
        if up is not None:
            session.autocommit = False
            _run("postgresql+psycopg://", session, begin, explain, revision, up=up)
    finally:
        session.close()


def _direction(found: str | None, wanted: str, name: str) -> bool | None:
    """Return whether it goes up; None where nothing is to be done."""
    order = (NOTHING, *REVISIONS)
    known = found or NOTHING
    if known not in order:
        raise unknown_revision(known, name)
    return None if known == wanted else order.index(known) < order.index(wanted)


def _run(
    dialect: str,
    raw: Any,
    begin: Callable[[Connection], None],
    explain: Callable[[BaseException | None], ServiceCoreError | None],
    revision: str,
    *,
    up: bool,
) -> None:
    try:
        from alembic import command  # noqa: PLC0415 - only a migration needs alembic
        from alembic.config import Config  # noqa: PLC0415 - likewise
        from sqlalchemy import StaticPool, create_engine, event, exc  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise StoreUnavailable("a migration needs SQLAlchemy and alembic", hint="install servicecore[sql]") from error
    engine = create_engine(dialect, creator=lambda: raw, poolclass=StaticPool)
    event.listen(engine, "begin", begin)
    config = Config()
    config.set_main_option("script_location", str(files("servicecore.storage.sql") / "migrations").replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            (command.upgrade if up else command.downgrade)(config, revision)
    except exc.DBAPIError as error:
        explained = explain(error.orig)
        if explained is None:
            raise
        raise explained from error
    finally:
        engine.dispose()
