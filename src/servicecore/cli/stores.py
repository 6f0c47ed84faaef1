"""Opening a store that must be there: a mistyped name shall not make an empty database that looks clean."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import evolve

from servicecore.engine import ServiceCore, Settings
from servicecore.engine.stored_settings import load_settings
from servicecore.plugins.settings import disabled_in
from servicecore.pricing.book import PriceBook
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import StoreUnavailable
from servicecore.storage.urls import SqliteUrl, parse_url


def open_core(url: str = "memory:", *, settings: Settings | None = None, book: PriceBook | None = None) -> ServiceCore:
    """Return the installation at ``url``, with the installed plugins that SERVICECORE_PLUGINS_DISABLED does not list.

    Without ``settings`` it has those that an import left in the store.

    Raises:
        StoreUnavailable: it cannot be used.
        StoreBroken: it is no database of servicecore.

    """
    store = open_store(url)
    known = settings or load_settings(store)
    plugins = known.plugins.without(disabled_in(os.environ))
    return ServiceCore.open(store, settings=evolve(known, plugins=plugins), book=book)


def open_stored(url: str) -> ServiceCore:
    """Return the installation at ``url``, which must exist already.

    Raises:
        StoreUnavailable: there is no such file, or it cannot be used.
        StoreBroken: it is no database of servicecore.

    """
    must_exist(url)
    return open_core(url)


def must_exist(url: str) -> None:
    """Refuse a file that is not there.

    Raises:
        StoreUnavailable: there is no such file.

    """
    place = parse_url(url)
    if isinstance(place, SqliteUrl) and not Path(place.path).exists():
        raise StoreUnavailable(
            f"there is no database {place.path}", hint="servicecore import and servicecore db upgrade make one"
        )
