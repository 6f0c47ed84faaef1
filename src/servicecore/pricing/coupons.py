"""Coupons: codes with a life, limits and tiers, and the one stable reason why a code is refused (A12, CC 11)."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.target import EVERYTHING, Target
from servicecore.pricing.validity import check_order, civil_date


class CouponState(Enum):
    """The life of a coupon: ``draft``, then ``active``, then ``voided``; an active one is not changed any more."""

    DRAFT = "draft"
    ACTIVE = "active"
    VOIDED = "voided"


class CouponValue(Enum):
    """What a tier gives: a percentage, an amount for each unit, or an amount (CC 11.1)."""

    PERCENT = "percent"
    PER_UNIT = "per_unit"
    FIXED = "fixed"


def normalised(code: str) -> str:
    """Return ``code`` as it is compared: without blanks, in capitals, in one Unicode form."""
    return "".join(unicodedata.normalize("NFKC", code).split()).upper()


def _value(value: object) -> Decimal:
    return exact_decimal(value, "tiers.value")


@frozen
class CouponTier:
    """What a coupon gives once the eligible goods are worth ``minimum``.

    Attributes:
        minimum: eligible net after the lines' discounts, itself included; it says the currency.
        value: a percentage, or an amount in the minimum's currency; above 0.
        kind: what ``value`` is.

    """

    minimum: Money
    value: Decimal = field(converter=_value)
    kind: CouponValue = CouponValue.FIXED

    def __attrs_post_init__(self) -> None:
        if self.value <= 0 or (self.kind is CouponValue.PERCENT and self.value > 100):  # noqa: PLR2004 - percent
            raise NOT_ACCEPTED.error("tiers.value", value=self.value, accepted="above 0; a percentage up to 100")
        if self.minimum.amount < 0:
            raise NOT_ACCEPTED.error("tiers.minimum", value=self.minimum, accepted="0 or more")

    @property
    def text(self) -> str:
        """Return what it gives, without words: ``-75 EUR``, ``-10 %``."""
        unit = {CouponValue.PERCENT: "%", CouponValue.FIXED: self.minimum.currency}.get(self.kind)
        return f"-{self.value} {unit or f'{self.minimum.currency} / unit'}"

    def off(self, value: Decimal, units: Decimal) -> Decimal:
        """Return what it takes off goods worth ``value``, exact, never more than they are worth."""
        if self.kind is CouponValue.PERCENT:
            return EXACT.multiply(value, self.value).scaleb(-2, EXACT)
        return min(EXACT.multiply(self.value, units) if self.kind is CouponValue.PER_UNIT else self.value, value)


@frozen
class Coupon:
    """A coupon: it releases an offer, or gives an amount of its own by tiers.

    Attributes:
        id: named in quotes.
        codes: as printed; compared without blanks and case.
        offer: the id of the offer that it releases; empty where it has tiers.
        tiers: what it gives; the one with the highest minimum reached counts.
        state: only an active one works.
        valid_from: first day, itself included; None is open.
        valid_until: last day, itself included; None is open.
        customers: the only customers who may use it; empty for all.
        origins: origins of an order (the cart's attribute ``origin``) where it may be used; empty for all.
        target: the lines that its tiers look at.
        exclusive: it stands beside no other coupon and no offer.
        one_time: each code works once.
        limit: how often all codes together work; None is no limit, 0 never.
        limit_per_code: the same for each code.
        limit_per_customer: the same for each customer.
        needs_order_completion: whether it works only where orders are completed in one step (CC 11.2).

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    codes: tuple[str, ...] = field()
    offer: str = ""
    tiers: tuple[CouponTier, ...] = ()
    state: CouponState = CouponState.ACTIVE
    valid_from: date | None = field(default=None, validator=civil_date)
    valid_until: date | None = field(default=None, validator=civil_date)
    customers: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    target: Target = EVERYTHING
    exclusive: bool = False
    one_time: bool = False
    limit: int | None = None
    limit_per_code: int | None = None
    limit_per_customer: int | None = None
    needs_order_completion: bool = False

    @codes.validator
    def _check_codes(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not value or not all(normalised(each) for each in value):
            raise NOT_ACCEPTED.error("codes", value=value, accepted="at least one code, none of them blank")

    def __attrs_post_init__(self) -> None:
        if bool(self.offer) == bool(self.tiers):
            given = "both" if self.offer else "neither"
            raise NOT_ACCEPTED.error("tiers", value=given, accepted="either an offer to release or tiers")
        if len({(tier.minimum.currency, tier.minimum.amount) for tier in self.tiers}) != len(self.tiers):
            shown = ", ".join(str(tier.minimum) for tier in self.tiers)
            raise NOT_ACCEPTED.error("tiers", value=shown, accepted="each minimum once")
        check_order(self.valid_from, self.valid_until)

    def tier(self, value: Decimal, currency: str) -> CouponTier | None:
        """Return the tier that goods worth ``value`` reach, or None."""
        reached = [each for each in self.tiers if each.minimum.currency == currency and each.minimum.amount <= value]
        return max(reached, key=lambda each: each.minimum.amount, default=None)


@frozen
class UsageCount:
    """How often a code was used already, reservations included.

    Attributes:
        coupon: the coupon's id.
        code: the code, in any case; empty counts for the coupon as a whole.
        customer: by whom; empty counts for everybody.
        used: how often.

    """

    coupon: str
    used: int
    code: str = ""
    customer: str = ""


@frozen
class CouponUsage:
    """The fact how often coupons were used before this quote; a coupon without a count was never used."""

    counts: tuple[UsageCount, ...] = ()

    def of(self, coupon: str, *, code: str = "", customer: str = "") -> int:
        """Return how often: of the coupon as a whole, of one code, or by one customer."""
        wanted = normalised(code)
        return sum(
            each.used
            for each in self.counts
            if each.coupon == coupon and normalised(each.code) == wanted and each.customer == customer
        )


NEVER_USED: Final = CouponUsage()
"""No coupon was ever used."""
