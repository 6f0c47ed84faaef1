"""The price match as a kind of aggregate: its operations, what it is found by, and when it lapses."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from servicecore.kernel.operations import AggregateKind
from servicecore.pricing.price_match.operations.approve_price_match import APPROVE_PRICE_MATCH
from servicecore.pricing.price_match.operations.change_price_match import CHANGE_PRICE_MATCH
from servicecore.pricing.price_match.operations.create_price_match import CREATE_PRICE_MATCH
from servicecore.pricing.price_match.operations.expire_price_match import EXPIRE_PRICE_MATCH, ExpirePriceMatch
from servicecore.pricing.price_match.operations.reject_price_match import REJECT_PRICE_MATCH
from servicecore.pricing.price_match.price_match import PriceMatch

NEVER: Final = "never"
"""What the index ``expires`` has for a record that does not lapse."""


def indexes(record: PriceMatch) -> dict[str, tuple[str, ...]]:
    """Return what a record is found by; ``expires`` is the day of its lapse in UTC, or ``never``."""
    return {
        "item": (record.item,),
        "competitor": (record.price.competitor,),
        "status": (record.status.value,),
        "expires": (NEVER if record.expires_at is None else record.expires_at.date().isoformat(),),
    }


def next_lapse(record: PriceMatch) -> datetime | None:
    """Return when the record lapses; None where it never does or that was noted."""
    return None if record.expired else record.expires_at


PRICE_MATCH: Final = AggregateKind(
    name="price_match",
    state=PriceMatch,
    operations=(
        CREATE_PRICE_MATCH,
        CHANGE_PRICE_MATCH,
        APPROVE_PRICE_MATCH,
        REJECT_PRICE_MATCH,
        EXPIRE_PRICE_MATCH,
    ),
    indexes=indexes,
    found_by=("item", "competitor", "status", "expires"),
    next_wakeup=next_lapse,
    wake=ExpirePriceMatch,
)
"""Everything that can be done to the record of a competitor's price."""
