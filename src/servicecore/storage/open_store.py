"""Opens the store that a URL names."""

from __future__ import annotations

from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import Store, StoreUnavailable
from servicecore.storage.urls import SqliteUrl, parse_url


def open_store(url: str) -> Store:
    """Return the store that ``url`` names: ``memory:``, ``sqlite:///shop.db``, ``postgresql://me@host/shop``.

    A SQLite file that does not exist yet, and an empty or missing PostgreSQL schema, get the newest tables.

    Raises:
        InvalidValue: ``storage.url_not_accepted``, or ``value.not_accepted`` for an option.
        StoreUnavailable: it cannot be opened or reached, is locked for too long, or its driver is not installed.
        StoreBroken: it is no database of servicecore, or of another schema revision.

    """
    place = parse_url(url)
    if place is None:
        return MemoryStore()
    if isinstance(place, SqliteUrl):
        from servicecore.storage.sql.sqlite import SqliteStore  # noqa: PLC0415 - a store in memory needs no database

        return SqliteStore(place)
    try:
        from servicecore.storage.sql.postgres import PostgresStore  # noqa: PLC0415 - the driver is an extra
    except ImportError as error:
        raise StoreUnavailable("PostgreSQL needs psycopg", hint="install servicecore[postgres]") from error
    return PostgresStore(place)
