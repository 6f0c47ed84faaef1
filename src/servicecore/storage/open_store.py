"""Opens the store that a URL names."""

from __future__ import annotations

from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import Store
from servicecore.storage.urls import parse_url


def open_store(url: str) -> Store:
    """Return the store that ``url`` names: ``memory:``, ``sqlite:///shop.db``, ``sqlite:////data/shop.db``.

    A SQLite file that does not exist yet is created with the newest schema.

    Raises:
        InvalidValue: ``storage.url_not_accepted``, or ``value.not_accepted`` for an option.
        StoreUnavailable: the file cannot be opened, or is locked for too long.
        StoreBroken: it is no database of servicecore, or of another schema revision.

    """
    place = parse_url(url)
    if place is None:
        return MemoryStore()
    from servicecore.storage.sql.sqlite import SqliteStore  # noqa: PLC0415 - a store in memory needs no database

    return SqliteStore(place)
