"""Redemptions: what a quote uses up of codes and offers, from the reservation until it is given back (A12, CC 11.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.check_coupon import BUDGET_REACHED, LIMIT_REACHED, VOIDED
from servicecore.pricing.coupon_limits import MONEY_PREFIX, normalised
from servicecore.pricing.coupon_usage import CouponUsage
from servicecore.pricing.coupons import Coupon, CouponState
from servicecore.pricing.quote import Quote
from servicecore.pricing.redemptions.offer_counters import beyond_counter, is_order_number, number_of

NOT_RESERVED: Final = ProblemKind(
    "coupon.not_reserved",
    en="the codes are {value}; accepted: {accepted}",
    it="i codici sono {value}; valori ammessi: {accepted}",
    de="die Codes sind {value}; zulässig: {accepted}",
)


class RedemptionStatus(Enum):
    """Where the uses are: held for a while, consumed by an order, or back with their limits."""

    RESERVED = "reserved"
    CONSUMED = "consumed"
    RELEASED = "released"
    EXPIRED = "expired"
    GIVEN_BACK = "given_back"


@frozen
class CountedUse:
    """What one code or one offer adds to one counter.

    Attributes:
        code: normalised; empty for an offer that no code released.
        coupon: the coupon's id; empty for an offer.
        counter: name of the store's counter.
        amount: 1 for a use; minor units for money.
        limit: that the counter may not pass; None for no limit.
        customer: whose use it is.
        given_back: whether it is given back when the code is removed, or nothing of the order has it any more.
        offer: the offer's id; empty for a coupon.

    """

    code: str
    coupon: str
    counter: str
    amount: int
    limit: int | None
    customer: str
    given_back: bool = True
    offer: str = ""

    def beyond(self, count: int) -> Problem:
        """Return the problem that ``count`` of the limit is used already.

        ``coupon.limit_reached`` for uses, ``coupon.budget_reached`` for money; of an offer ``offer.limit_reached``,
        ``offer.customer_limit_reached``, ``offer.budget_reached`` and ``offer.order_number_taken``, of its codes
        ``offer.code_limit_reached`` and ``offer.code_customer_limit_reached``.
        """
        if self.offer:
            return beyond_counter(self.offer, self.code, self.counter, self.amount, self.limit or 0, count)
        path = "quote.cart.codes"
        if not self.counter.startswith(MONEY_PREFIX):
            return LIMIT_REACHED.at(path, coupon=self.coupon, value=count, accepted=f"below {self.limit}")
        currency = self.counter.split(":")[1]
        left = Money.from_minor(max((self.limit or 0) - count, 0), currency)
        wanted = Money.from_minor(self.amount, currency)
        return BUDGET_REACHED.at(path, coupon=self.coupon, value=wanted, accepted=f"up to {left}")


@frozen
class Redemption:
    """The uses of one quote's codes and limited offers as they stand.

    Attributes:
        id: the quote's id: a quote is redeemed once.
        customer: of the quote.
        status: where the uses are.
        uses: what is counted now; empty where all is back.
        at: the instant of the last change, aware UTC.
        order: id of the order that consumed them; empty before.
        expires_at: when a reservation lapses; None where there is none.
        let_go: uses that are back because nothing of the order has them any more; they come again with their price.

    """

    id: str
    customer: str
    status: RedemptionStatus
    uses: tuple[CountedUse, ...]
    at: datetime
    order: str = ""
    expires_at: datetime | None = None
    let_go: tuple[CountedUse, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes that are used, sorted."""
        return tuple(sorted({each.code for each in self.uses} - {""}))

    @property
    def offers(self) -> tuple[str, ...]:
        """Return the offers whose uses are counted, sorted."""
        return tuple(sorted({each.offer for each in self.uses} - {""}))

    @property
    def order_number(self) -> int | None:
        """Return which of the customer's orders it is, where its order took that number; None where it did not."""
        return min((number_of(each.counter) for each in self.uses if is_order_number(each.counter)), default=None)

    def missing(self, wanted: Iterable[CountedUse]) -> tuple[CountedUse, ...]:
        """Return those of ``wanted`` that are not held yet: of other codes and offers, and each order number once."""
        held = {(each.code, each.offer) for each in self.uses}
        numbers = {each.counter for each in self.uses if is_order_number(each.counter)}
        return tuple(each for each in wanted if (each.code, each.offer) not in held and each.counter not in numbers)

    def ended(self, status: RedemptionStatus, at: datetime) -> Redemption:
        """Return the redemption with every use back with its limit."""
        return evolve(self, status=status, uses=(), at=at, expires_at=None, let_go=())

    def check_reserved(self) -> tuple[Problem, ...]:
        """Return why it is no reservation; empty where it is one (``coupon.not_reserved``)."""
        if self.status is RedemptionStatus.RESERVED:
            return ()
        return (NOT_RESERVED.at("redemption", value=self.status.value, accepted=RedemptionStatus.RESERVED.value),)


def used_codes(quote: Quote) -> tuple[str, ...]:
    """Return the codes by which ``quote`` takes something off or promises something, normalised, sorted."""
    return tuple(sorted({normalised(each.code) for each in quote.given if each.code}))


def uses_of(quote: Quote, coupons: Mapping[str, Coupon], usage: CouponUsage) -> tuple[CountedUse, ...]:
    """Return what the codes of ``quote`` use up, ordered by counter.

    Args:
        quote: as it was given; a code counts where it took something off, or promised something.
        coupons: by code; a code without a coupon is not counted.
        usage: tells the customer's further names.

    """
    given = {
        code: sum_money((each.amount for each in quote.given if normalised(each.code) == code), quote.currency)
        for code in used_codes(quote)
        if code in coupons
    }
    return count_codes(given, coupons, (quote.cart.customer, *usage.also_known_as), quote.cart.channel)


def voided_codes(codes: Iterable[str], coupons: Mapping[str, Coupon]) -> tuple[tuple[str, str], ...]:
    """Return those of ``codes`` that are void, themselves or with their campaign, each with its coupon's id."""
    found = ((code, coupons.get(code)) for code in codes)
    return tuple(
        (code, coupon.id) for code, coupon in found if coupon is not None and coupon.state is CouponState.VOIDED
    )


def check_voided(voided: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
    """Return that codes were voided since they were quoted (``coupon.voided``).

    A quote promises its prices, not that a code which is lost or stolen by now still works (CC 11.1).
    """
    coupons = dict.fromkeys(coupon for _code, coupon in voided)
    return tuple(VOIDED.at("quote.cart.codes", value=coupon, accepted="an active coupon") for coupon in coupons)


def count_codes(
    given: Mapping[str, Money], coupons: Mapping[str, Coupon], customers: tuple[str, ...], channel: str
) -> tuple[CountedUse, ...]:
    """Return what codes that gave ``given`` use up, ordered by counter; ``customers`` are all names of one customer."""
    uses: list[CountedUse] = []
    for code, money in given.items():
        coupon = coupons[code]
        for key in coupon.usage_keys(code, customers, channel):
            counted = [(key.counter, 1, coupon.count_limit(key.scope))]
            budget = coupon.budget(key.scope, money.currency)
            if budget is not None:
                counted.append((key.money_counter(money.currency), money.round().to_minor(), budget.to_minor()))
            uses += [
                CountedUse(code, coupon.id, counter, amount, limit, customers[0], coupon.given_back)
                for counter, amount, limit in counted
            ]
    return tuple(sorted(uses, key=lambda each: (each.counter, each.code)))
