"""Moves a database to another schema revision; all of it or nothing."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from typing import Final

from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.storage.ports import StoreBroken, StoreUnavailable
from servicecore.storage.sql.revisions import NEWEST, REVISIONS
from servicecore.storage.sql.sqlite_file import connect, read_revision, translated
from servicecore.storage.urls import SqliteUrl, parse_url

NOTHING: Final = "base"
"""The revision of a database without any table."""


def upgrade(url: str) -> str:
    """Bring the database at ``url`` to the newest schema revision and return that revision.

    A database that has it already is left alone; an empty file becomes a database.

    Raises:
        InvalidValue: ``storage.url_not_accepted``.
        StoreUnavailable: the file cannot be opened or is locked, or the extra ``sql`` is not installed.
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
    connection = connect(place)
    try:
        found = read_revision(connection, place) or NOTHING
        order = (NOTHING, *REVISIONS)
        if found not in order:
            raise StoreBroken(
                f"{place.path} has schema revision {found}, known are {', '.join(REVISIONS)}",
                hint="it was written by a newer release of servicecore; install that one",
            )
        if found != revision:
            _run(connection, place, revision, up=order.index(found) < order.index(revision))
    finally:
        connection.close()
    return revision


def _run(raw: sqlite3.Connection, place: SqliteUrl, revision: str, *, up: bool) -> None:
    try:
        from alembic import command  # noqa: PLC0415 - only a migration needs alembic
        from alembic.config import Config  # noqa: PLC0415 - likewise
        from sqlalchemy import StaticPool, create_engine, event, exc  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise StoreUnavailable("a migration needs SQLAlchemy and alembic", hint="install servicecore[sql]") from error
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    config = Config()
    config.set_main_option("script_location", str(files("servicecore.storage.sql") / "migrations").replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            (command.upgrade if up else command.downgrade)(config, revision)
    except exc.DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise translated(error.orig, place.path) from error
        raise
    finally:
        engine.dispose()
