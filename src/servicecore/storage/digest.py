"""The hash chain of an aggregate's events: nobody changes the past unseen."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from servicecore.storage.ports import StoredEvent

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_microseconds(instant: datetime) -> int:
    """Return ``instant`` (aware) as whole microseconds since 1970 in UTC: the sortable stored form."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """Return the instant, aware, in UTC, that ``microseconds`` since 1970 say."""
    return _EPOCH + timedelta(microseconds=microseconds)


def chain_digest(previous: str, kind: str, id: str, version: int, event: StoredEvent) -> str:  # noqa: A002 - field name
    """Return the digest of ``event`` as the ``version``-th of its aggregate, as 64 hex digits.

    SHA-256 over the previous digest (empty for the first event), kind, id, version, type name, type version, data,
    meta, and the instant in microseconds since 1970, each in UTF-8 as ``length:bytes,`` so that no two lists of
    fields read the same.
    """
    name, data, meta = event.type_name, event.data, event.meta
    counted, of, at = str(version), str(event.type_version), str(to_microseconds(event.at))
    text = (
        f"{len(previous)}:{previous},{len(kind)}:{kind},{len(id)}:{id},{len(counted)}:{counted},"
        f"{len(name)}:{name},{len(of)}:{of},{len(data)}:{data},{len(meta)}:{meta},{len(at)}:{at},"
    )
    if text.isascii():  # as many bytes as characters
        return hashlib.sha256(text.encode()).hexdigest()
    parts = (previous, kind, id, counted, name, of, data, meta, at)
    return hashlib.sha256(b"".join([b"%d:%b," % (len(raw), raw) for raw in map(str.encode, parts)])).hexdigest()
