"""Makes the events and changes that the kit writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from servicecore.storage.ports import Append, Store, StoredEvent

DAY: Final = datetime(2026, 3, 1, tzinfo=UTC)
"""The kit's day; ``minute(5)`` is five minutes into it."""


def minute(number: int) -> datetime:
    """Return the instant ``number`` minutes into the kit's day."""
    return DAY + timedelta(minutes=number)


def event(text: str = "x") -> StoredEvent:
    """Return an event whose data carries ``text``."""
    return StoredEvent("kit.happened", 1, f'{{"text":"{text}"}}', '{"actor":"kit"}', minute(0))


def change(
    id: str = "a",  # noqa: A002 - the field's own name
    expected: int = 0,
    *,
    kind: str = "thing",
    events: int = 1,
    data: str | None = None,
    indexes: Mapping[str, tuple[str, ...]] | None = None,
    wakeup: datetime | None = None,
    claims: tuple[str, ...] = (),
) -> Append:
    """Return a change of ``id`` from version ``expected`` by ``events`` events."""
    happened = tuple(event(f"{kind} {id} {expected + number}") for number in range(1, events + 1))
    text = f'{{"version":{expected + events}}}' if data is None else data
    return Append(kind, id, expected, happened, text, indexes or {}, wakeup, claims)


def write(store: Store, *changes: Append) -> None:
    """Write ``changes`` in one unit of work."""
    with store.transaction() as unit:
        for each in changes:
            unit.append(each)
