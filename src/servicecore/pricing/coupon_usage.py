"""The fact how often coupons were used, as it stands before a quote."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.money import Money, sum_money
from servicecore.pricing.coupon_limits import LimitScope, UsageKey


@frozen
class UsageCount:
    """How often something was used already, reservations included.

    Attributes:
        coupon: the coupon's id; the offer's where ``scope`` is OFFER.
        used: how often.
        code: the code, in any case; with ``customer`` and ``channel`` empty it counts for the coupon as a whole.
        customer: by whom.
        channel: in which sales channel.
        scope: OFFER for an offer; the others follow from what is named.
        spent: the money that it gave, of each currency that a budget is kept in.

    """

    coupon: str
    used: int
    code: str = ""
    customer: str = ""
    channel: str = ""
    scope: LimitScope = LimitScope.COUPON
    spent: tuple[Money, ...] = ()

    @property
    def key(self) -> UsageKey:
        """Return what is counted."""
        if self.scope is LimitScope.OFFER:
            return UsageKey(LimitScope.OFFER, self.coupon)
        if self.code:
            return UsageKey(LimitScope.CODE, self.coupon, self.code)
        if self.customer:
            return UsageKey(LimitScope.CUSTOMER, self.coupon, self.customer)
        if self.scope is LimitScope.CHANNEL:
            return UsageKey(LimitScope.CHANNEL, self.coupon, self.channel)
        return UsageKey(LimitScope.COUPON, self.coupon)


@frozen
class CouponUsage:
    """The fact how often coupons were used before this quote; a coupon without a count was never used.

    Attributes:
        counts: what is known.
        also_known_as: further names of the cart's customer: the account of a guest's e-mail address, and the other
            way round. What was used under one of them counts (pricing property 35).

    """

    counts: tuple[UsageCount, ...] = ()
    also_known_as: tuple[str, ...] = ()

    def used(self, key: UsageKey) -> int:
        """Return how often."""
        return sum(each.used for each in self.counts if each.key == key)

    def spent(self, key: UsageKey, currency: str) -> Money:
        """Return the money of ``currency`` that was given."""
        money = (given for each in self.counts if each.key == key for given in each.spent)
        return sum_money((each for each in money if each.currency == currency), currency)


NEVER_USED: Final = CouponUsage()
"""No coupon was ever used."""
