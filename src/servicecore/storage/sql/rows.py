"""The rows that a SQL store reads and writes, as documents and events."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypeAlias

from servicecore.storage.digest import from_microseconds
from servicecore.storage.json_text import fastest_reader, fastest_writer
from servicecore.storage.ports import Document, LoggedEvent, StoreBroken, StoredEvent

Row: TypeAlias = "tuple[Any, ...]"

DAMAGED: Final = "(damaged)"

_TEXT: Final = frozenset({str})
_NUMBER: Final = frozenset({int})

to_text: Final = fastest_writer()
"""Writes the index values or the claims of a document."""

_read: Final = fastest_reader()


def to_document(row: Row) -> Document:
    """Return the document that a row of ``documents`` holds.

    Index values or claims that are not JSON any more stand as they are under the name ``(damaged)``, so that
    streams go on and a comparison with the state shows them.

    Raises:
        StoreBroken: a column holds something of another type.

    """
    _number, version, data, indexes, claims, wakeup, digest, kind, id_ = row
    if set(map(type, (data, indexes, claims, digest, kind, id_))) != _TEXT or type(version) is not int:
        raise _damaged(f"the document of {kind} {id_}")
    return Document(
        kind,
        id_,
        version,
        data,
        read_indexes(indexes),
        None if wakeup is None else _instant(wakeup, kind, id_),
        digest,
        read_claims(claims),
    )


def read_indexes(text: str) -> dict[str, tuple[str, ...]]:
    """Return the index values that the text of a document's ``indexes`` says."""
    try:
        found = _read(text)
    except ValueError:
        found = None
    if type(found) is dict and all(map(_is_texts, found.values())):
        return {name: tuple(values) for name, values in found.items()}
    return {DAMAGED: (text,)}


def read_claims(text: str) -> tuple[str, ...]:
    """Return the claims that the text of a document's ``claims`` says."""
    try:
        found = _read(text)
    except ValueError:
        found = None
    return tuple(found) if _is_texts(found) else (DAMAGED, text)


def _is_texts(found: Any) -> bool:
    return type(found) is list and _TEXT.issuperset(map(type, found))


def to_logged(row: Row) -> LoggedEvent:
    """Return the event that a row of ``events`` holds.

    Raises:
        StoreBroken: a column holds something of another type.

    """
    position, kind, id_, version, type_name, type_version, data, meta, at, digest = row
    if (
        set(map(type, (kind, id_, type_name, data, meta, digest))) != _TEXT
        or {type(position), type(version), type(type_version)} != _NUMBER
    ):
        raise _damaged(f"event {position} of {kind} {id_}")
    event = StoredEvent(type_name, type_version, data, meta, _instant(at, kind, id_))
    return LoggedEvent(position, kind, id_, version, event, digest)


def check_order(last: Any, end: Any) -> None:
    """See that a page ends behind the page before it, or whoever reads on would read on forever.

    Raises:
        StoreBroken: damaged rows do not stand in order.

    """
    if end is not None and not end > last:
        raise _damaged(f"the order of rows after {last!r}")


def _instant(microseconds: Any, kind: str, id_: str) -> datetime:
    try:
        return from_microseconds(microseconds)
    except (TypeError, OverflowError):
        raise _damaged(f"an instant of {kind} {id_}, {microseconds!r},") from None


def _damaged(what: str) -> StoreBroken:
    return StoreBroken(f"{what} is damaged: it cannot be read", hint="restore it from a backup")
