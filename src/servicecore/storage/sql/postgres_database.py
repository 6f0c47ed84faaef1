"""A PostgreSQL database: knows whose schema it is, and makes a fresh one."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from servicecore.storage.ports import StoreBroken
from servicecore.storage.sql.postgres_connection import explained, open_session
from servicecore.storage.sql.revisions import NEWEST, REVISION_TABLE, check_revision
from servicecore.storage.urls import PostgresUrl

MIGRATING = b"SELECT pg_advisory_xact_lock(hashtextextended('servicecore schema', 0))"
"""Keeps two processes from making or changing the tables at once."""


def open_database(place: PostgresUrl) -> None:
    """See that the schema has the tables of the newest revision; a schema that is empty or missing gets them.

    Raises:
        StoreUnavailable: the server cannot be reached, or the role may not make the schema.
        StoreBroken: the schema holds something else, or another revision.

    """
    session = open_session(place)
    try:
        revision = read_revision(session, place)
        if revision is None:
            revision = _create(session, place)
        check_revision(revision, place.shown, f"postgresql://{place.shown}")
    finally:
        session.close()


def read_revision(session: psycopg.Connection[Any], place: PostgresUrl) -> str | None:
    """Return the revision of the schema; None for one without any table.

    Raises:
        StoreBroken: it holds something else than the tables of servicecore.

    """
    try:
        tables = {
            str(name)
            for (name,) in session.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (place.schema,))
        }
        if not tables:
            return None
        if REVISION_TABLE in tables:
            query = sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(REVISION_TABLE))
            rows = session.execute(query).fetchall()
            if len(rows) == 1:
                return str(rows[0][0])
            if not rows and tables == {REVISION_TABLE}:
                return None
    except psycopg.Error as error:
        raise explained(error.sqlstate or "", str(error), place) from error
    raise StoreBroken(
        f"the schema {place.schema} of {place.shown} belongs to something else: it holds "
        f"{', '.join(sorted(tables)[:5])}",
        hint="name another with ?schema=NAME; this one was left as it is",
    )


def make_schema(session: psycopg.Connection[Any], place: PostgresUrl) -> None:
    """Make the schema where it is missing, inside the transaction under way, and keep other makers waiting."""
    session.execute(MIGRATING)
    if not session.execute("SELECT FROM pg_namespace WHERE nspname = %s", (place.schema,)).rowcount:
        session.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(place.schema)))


def _create(session: psycopg.Connection[Any], place: PostgresUrl) -> str:
    try:
        with session.transaction():
            make_schema(session, place)
            revision = read_revision(session, place)
            if revision is None:
                session.execute((files("servicecore.storage.sql") / "fresh_postgres.sql").read_bytes())
                revision = NEWEST
    except psycopg.Error as error:
        raise explained(error.sqlstate or "", str(error), place) from error
    return revision
