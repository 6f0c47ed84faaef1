"""Opening a store that must be there: a mistyped name shall not make an empty database that looks clean."""

from __future__ import annotations

from pathlib import Path

from servicecore.engine import ServiceCore
from servicecore.storage.ports import StoreUnavailable
from servicecore.storage.urls import SqliteUrl, parse_url


def open_stored(url: str) -> ServiceCore:
    """Return the installation at ``url``, which must exist already.

    Raises:
        StoreUnavailable: there is no such file, or it cannot be used.
        StoreBroken: it is no database of servicecore.

    """
    must_exist(url)
    return ServiceCore.open(url)


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
