"""The fact how often limited offers were used by orders before, on top of what the price book says."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT

if TYPE_CHECKING:
    from servicecore.pricing.promotions.offer import Offer


@frozen
class OfferCount:
    """What orders used of an offer, reservations included.

    Attributes:
        offer: the offer's id.
        used: applications, by everybody; of a code, orders.
        spent: the money that it gave, of each currency that is known.
        code: the offer's own code that it is about, as it is compared; empty for the offer itself.

    """

    offer: str
    used: int = 0
    spent: tuple[Money, ...] = ()
    code: str = ""


@frozen
class OfferUsage:
    """What orders used of limited offers before this quote; an offer that is not named was never used.

    What one customer used stands in `CustomerHistory`.

    Attributes:
        counts: each offer once, and each of its codes.

    """

    counts: tuple[OfferCount, ...] = ()

    def uses_of_code(self, offer: str, code: str) -> int | None:
        """Return in how many orders the own ``code`` of ``offer`` was used; None where that is not known."""
        return next((each.used for each in self.counts if code and (each.offer, each.code) == (offer, code)), None)

    def put_into(self, offer: Offer, currency: str) -> Offer:
        """Return ``offer`` with limits of which this much more is used."""
        count = next((each for each in self.counts if each.offer == offer.id and not each.code), None)
        if count is None or not offer.limits.counted:
            return offer
        spent = Decimal(0)
        for each in count.spent:
            if each.currency == currency:
                spent = EXACT.add(spent, each.amount)
        return evolve(offer, limits=offer.limits.after(count.used, spent)) if count.used or spent else offer


NEVER_USED: Final = OfferUsage()
"""No limited offer was ever used."""
