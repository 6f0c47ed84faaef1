"""The price match: a competitor's price that was found, and whether we follow it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from attrs import frozen

from servicecore.pricing.price_match.competitor_price import CompetitorPrice


class PriceMatchStatus(Enum):
    """How a price match stands; only an approved one is applied."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


@frozen
class PriceMatch:
    """A competitor's price for one of our items (E27, specs: orders 4).

    Attributes:
        id: unique.
        item: the item's id.
        price: the competitor's.
        min_quantity: how many units one has to take to get it.
        description: where it was seen, for people.
        created_at: aware UTC.
        created_by: id of the actor.
        decision: pending, approved or rejected, whatever the time.
        expires_at: the instant from which it holds no more, aware UTC; None where it does not lapse.
        expired: whether that instant was noted.
        decided_by: who approved or rejected it; empty while it is pending.
        decided_at: when; None while it is pending.
        reason: reason code of the rejection.

    """

    id: str
    item: str
    price: CompetitorPrice
    min_quantity: Decimal
    description: str
    created_at: datetime
    created_by: str
    decision: PriceMatchStatus = PriceMatchStatus.PENDING
    expires_at: datetime | None = None
    expired: bool = False
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def status(self) -> PriceMatchStatus:
        """Return how it stands as far as was noted."""
        return PriceMatchStatus.EXPIRED if self.expired else self.decision

    def status_at(self, at: datetime) -> PriceMatchStatus:
        """Return how it stands at ``at``, also where its lapse was not noted yet."""
        lapsed = self.expires_at is not None and self.expires_at <= at
        return PriceMatchStatus.EXPIRED if lapsed else self.decision
