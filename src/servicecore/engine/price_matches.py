"""Searching the recorded prices of competitors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import evolve

from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import states_found
from servicecore.pricing.price_match import PRICE_MATCH, PriceMatch, PriceMatchStatus


def find_price_matches(
    runtime: Runtime, item: str, competitor: str, status: PriceMatchStatus | None, expires_by: datetime | None
) -> tuple[PriceMatch, ...]:
    """Return the records that fit all that is given, by id, as they stand now; only those of one index are read."""
    now = runtime.clock.now()
    return tuple(
        record if record.expired else evolve(record, expired=record.status_at(now) is PriceMatchStatus.EXPIRED)
        for record in _read(runtime, item, competitor, status)
        if (not item or record.item == item)
        and (not competitor or record.price.competitor == competitor)
        and (status is None or record.status_at(now) is status)
        and (expires_by is None or (record.expires_at is not None and record.expires_at <= expires_by))
    )


def _read(runtime: Runtime, item: str, competitor: str, status: PriceMatchStatus | None) -> Iterator[PriceMatch]:
    if item:
        yield from states_found(runtime, PRICE_MATCH, "item", item)
    elif competitor:
        yield from states_found(runtime, PRICE_MATCH, "competitor", competitor)
    elif status is not None and status is not PriceMatchStatus.EXPIRED:  # a lapse may not be noted in the index yet
        yield from states_found(runtime, PRICE_MATCH, "status", status.value)
    else:
        for document in runtime.store.documents(PRICE_MATCH.name):
            yield runtime.journal.read_state(PRICE_MATCH, document)
