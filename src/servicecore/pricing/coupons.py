"""Coupons: codes with a life, limits and tiers, and the one stable reason why a code is refused (A12, CC 11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.coupon_limits import CouponBudget, LimitScope, OverBudget, UsageKey, normalised
from servicecore.pricing.promotions.field_checks import not_negative
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


def _value(value: object) -> Decimal:
    return exact_decimal(value, "value")


@frozen(field_transformer=checked_fields)
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
            raise NOT_ACCEPTED.error("value", value=self.value, accepted="above 0; a percentage up to 100")
        if self.minimum.amount < 0:
            raise NOT_ACCEPTED.error("minimum", value=self.minimum, accepted="0 or more")

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


@frozen(field_transformer=checked_fields)
class Coupon:
    """A coupon: it releases an offer, or gives an amount of its own by tiers.

    Attributes:
        id: named in quotes.
        codes: as printed; compared without blanks and case. A coupon of a price book has at least one; the codes of a
            campaign lie in the store.
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
        limit_per_order: how many of its codes work in one order: 1 unless it says otherwise, None is no limit.
        limit_per_code: the same for each code.
        limit_per_customer: the same for each customer, under whatever name the customer orders.
        limit_per_channel: the same for each sales channel.
        limit_per_offer: how often its offer is used through codes of any coupon.
        budgets: the most money that it gives, each currency and scope once.
        over_budget: what happens to an amount beyond a budget; what an offer gives is refused, never cut.
        catalogs: only lines from these catalogues (attribute ``catalog`` of the line, else of the cart).
        excluded_catalogs: no line from these catalogues.
        given_back: whether its use is given back when it is removed, when nothing that it lowered is left, and when the
            whole order is canceled (CC 11.2 rule 6).
        needs_order_completion: whether it works only where orders are completed in one step (CC 11.2).

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    id: str = field(validator=lambda _self, _attribute, value: check_id(value, "id") and None)
    codes: tuple[str, ...] = field(default=())
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
    limit: int | None = field(default=None, validator=not_negative)
    limit_per_order: int | None = field(default=1, validator=not_negative)
    limit_per_code: int | None = field(default=None, validator=not_negative)
    limit_per_customer: int | None = field(default=None, validator=not_negative)
    limit_per_channel: int | None = field(default=None, validator=not_negative)
    limit_per_offer: int | None = field(default=None, validator=not_negative)
    budgets: tuple[CouponBudget, ...] = ()
    over_budget: OverBudget = OverBudget.REFUSE
    catalogs: tuple[str, ...] = ()
    excluded_catalogs: tuple[str, ...] = ()
    given_back: bool = True
    needs_order_completion: bool = False

    @codes.validator
    def _check_codes(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not all(normalised(each) for each in value):
            raise NOT_ACCEPTED.error("codes", value=value, accepted="codes of which none is blank")

    def __attrs_post_init__(self) -> None:
        if bool(self.offer) == bool(self.tiers):
            given = "both" if self.offer else "neither"
            raise NOT_ACCEPTED.error("tiers", value=given, accepted="either an offer to release or tiers")
        if len({(tier.minimum.currency, tier.minimum.amount) for tier in self.tiers}) != len(self.tiers):
            shown = ", ".join(str(tier.minimum) for tier in self.tiers)
            raise NOT_ACCEPTED.error("tiers", value=shown, accepted="each minimum once")
        budgets = [(each.scope, each.most.currency) for each in self.budgets]
        if len(set(budgets)) != len(budgets):
            shown = ", ".join(f"{each.scope.value} {each.most}" for each in self.budgets)
            raise NOT_ACCEPTED.error("budgets", value=shown, accepted="each scope and currency once")
        if not self.offer and (self.limit_per_offer is not None or LimitScope.OFFER in {scope for scope, _ in budgets}):
            raise NOT_ACCEPTED.error("limit_per_offer", value=self.id, accepted="a coupon that releases an offer")
        check_order(self.valid_from, self.valid_until)

    def tier(self, value: Decimal, currency: str) -> CouponTier | None:
        """Return the tier that goods worth ``value`` reach, or None."""
        reached = [each for each in self.tiers if each.minimum.currency == currency and each.minimum.amount <= value]
        return max(reached, key=lambda each: each.minimum.amount, default=None)

    def count_limit(self, scope: LimitScope) -> int | None:
        """Return how often it works within ``scope``, or None for no limit."""
        if scope is LimitScope.CODE:
            limits = [each for each in (self.limit_per_code, 1 if self.one_time else None) if each is not None]
            return min(limits, default=None)
        return {
            LimitScope.COUPON: self.limit,
            LimitScope.CUSTOMER: self.limit_per_customer,
            LimitScope.CHANNEL: self.limit_per_channel,
            LimitScope.OFFER: self.limit_per_offer,
        }[scope]

    def budget(self, scope: LimitScope, currency: str) -> Money | None:
        """Return the most money that it gives within ``scope``, or None for no limit."""
        found = (each.most for each in self.budgets if each.scope is scope and each.most.currency == currency)
        return next(found, None)

    def usage_keys(self, code: str, customers: tuple[str, ...], channel: str) -> tuple[UsageKey, ...]:
        """Return what a use of ``code`` counts for, each once; ``customers`` are all names of the one customer."""
        keys = [UsageKey(LimitScope.COUPON, self.id), UsageKey(LimitScope.CODE, self.id, code)]
        keys += [UsageKey(LimitScope.CUSTOMER, self.id, each) for each in customers]
        if self.limit_per_channel is not None or self._has_budget(LimitScope.CHANNEL):
            keys.append(UsageKey(LimitScope.CHANNEL, self.id, channel))
        if self.limit_per_offer is not None or self._has_budget(LimitScope.OFFER):
            keys.append(UsageKey(LimitScope.OFFER, self.offer))
        return tuple(dict.fromkeys(keys))

    def _has_budget(self, scope: LimitScope) -> bool:
        return any(each.scope is scope for each in self.budgets)
