"""What codes use up, by the names of the counters, and what is said where a counter has nothing left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AutoCharge,
    CartLine,
    ChargeCategory,
    ChargeTier,
    Coupon,
    CouponBudget,
    CouponState,
    CouponTier,
    CouponUsage,
    CouponValue,
    LimitScope,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
)
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.redemptions import (
    CountedUse,
    Redemption,
    RedemptionStatus,
    count_codes,
    used_codes,
    uses_of,
    voided_codes,
)
from servicecore.pricing.redemptions.offer_counters import code_counter
from servicecore.pricing.redemptions.redemption import check_voided

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def _money(amount: str | int, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


TEN = Coupon(
    "ten", ("T1", "T2"), tiers=(CouponTier(_money(0), Decimal(10), CouponValue.PERCENT),), limit_per_order=None
)
POST = Coupon("post", ("P1",), offer="free")
FREE = Offer("free", PercentOff(100, scope=Scope.SHIPPING), trigger=OfferTrigger.CODE)
BOOK = PriceBook(
    "b",
    "1",
    items=(Item("A", "Thing", base_price=_money(25)),),
    coupons=(TEN, POST),
    offers=(FREE,),
    charges=(AutoCharge("freight", "EUR", (ChargeTier("9.95"),), category=ChargeCategory.SHIPPING),),
)


def _use(counter: str, amount: int = 1, limit: int | None = None, **more: Any) -> CountedUse:
    return CountedUse("T1", "ten", counter, amount, limit, "C1", **more)


@pytest.mark.parametrize(
    ("use", "count", "said"),
    [
        (
            _use("coupon:ten", limit=3),
            3,
            "quote.cart.codes: uses of the coupon ten so far: 3; accepted: below 3",
        ),
        (
            _use("money:EUR:coupon:ten", 1000, 5000),
            4500,
            "quote.cart.codes: the coupon ten would give 10.00 EUR; accepted: up to 5.00 EUR",
        ),
        (
            _use("money:EUR:coupon:ten", 1, 5000),
            6000,
            "quote.cart.codes: the coupon ten would give 0.01 EUR; accepted: up to 0.00 EUR",
        ),
        (
            _use("money:JPY:coupon:ten:code:T1", 300, 0),
            0,
            "quote.cart.codes: the coupon ten would give 300 JPY; accepted: up to 0 JPY",
        ),
        (
            _use("offer-uses:free", limit=2, offer="free"),
            2,
            "quote.offer_uses: the offer free was used 2 times; accepted: up to 2 with this order, or a new quote",
        ),
        (
            _use("offer-uses:free", limit=0, offer="free"),
            0,
            "quote.offer_uses: the offer free was used 0 times; accepted: up to 0 with this order, or a new quote",
        ),
        (
            _use("money:EUR:offer-uses:free", 995, 1990, offer="free"),
            1000,
            "quote.offer_uses: the offer free would give 9.95 EUR; accepted: up to 9.90 EUR, or a new quote",
        ),
    ],
)
def test_a_counter_without_rest_says_what_was_wanted_and_what_is_left(use: CountedUse, count: int, said: str) -> None:
    assert use.beyond(count).text() == said


def test_a_code_of_an_offer_that_was_used_up_is_named() -> None:
    use = _use(code_counter("free", "T1"), limit=2, offer="free")
    assert use.beyond(2).text() == (
        "quote.offer_uses: the code T1 of the offer free was used 2 times; accepted: up to 2 with this order, or a "
        "new quote"
    )


def _redemption(*uses: CountedUse, status: RedemptionStatus = RedemptionStatus.RESERVED) -> Redemption:
    return Redemption("q-1", "C1", status, uses, NOW, "order-1", NOW + timedelta(hours=1))


def test_only_what_is_not_held_yet_is_taken_and_each_order_number_once() -> None:
    """The code T1 and the offer free without a code are held, and the customer's order number 2."""
    number = CountedUse("", "", "order-number:C1\n2", 1, 1, "C1", offer="second")
    free = CountedUse("", "", "offer-uses:free", 1, 9, "C1", offer="free")
    held = _redemption(_use("coupon:ten"), free, number)
    other_code = evolve(_use("coupon:ten"), code="T2")
    released = evolve(free, code="T1")
    same_number = evolve(number, offer="third")
    wanted = (_use("coupon:ten:code:T1"), other_code, free, released, number, same_number)
    assert held.missing(wanted) == (other_code, released)


def test_what_has_ended_uses_nothing_and_lapses_no_more() -> None:
    later = NOW + timedelta(minutes=5)
    held = evolve(_redemption(_use("coupon:ten")), let_go=(_use("offer-uses:free", offer="free"),))
    ended = held.ended(RedemptionStatus.RELEASED, later)
    assert ended == Redemption("q-1", "C1", RedemptionStatus.RELEASED, (), later, "order-1", None)


def test_what_is_no_reservation_is_told_as_what_it_is() -> None:
    assert _redemption().check_reserved() == ()
    (problem,) = _redemption(status=RedemptionStatus.CONSUMED).check_reserved()
    assert problem.text() == "redemption: the codes are consumed; accepted: reserved"


def test_a_quote_uses_the_codes_that_took_something_off_its_goods_and_charges(desk: Any) -> None:
    """10 percent of 100.00 is 10.00, of the 90.00 left 9.00; the freight of 9.95 is free. Both names count."""
    coupons = {
        "T1": evolve(TEN, budgets=(CouponBudget(_money(50)), CouponBudget(_money(9), LimitScope.CUSTOMER))),
        "P1": evolve(POST, limit=7, given_back=False, budgets=(CouponBudget(_money(30), LimitScope.CODE),)),
    }
    quote = desk.quote(BOOK, desk.cart(CartLine("A", 4), codes=["t 2", "p1", "T1", "t1"]))
    assert used_codes(quote) == ("P1", "T1", "T2")
    assert used_codes(desk.quote(BOOK, desk.cart(CartLine("A", 4)))) == ()
    uses = uses_of(quote, coupons, CouponUsage((), ("anna@example.org",)))
    assert [(each.code, each.counter, each.amount, each.limit) for each in uses] == [
        ("P1", "coupon:post", 1, 7),
        ("P1", "coupon:post:code:P1", 1, None),
        ("P1", "coupon:post:customer:ANNA@EXAMPLE.ORG", 1, None),
        ("P1", "coupon:post:customer:C1", 1, None),
        ("T1", "coupon:ten", 1, None),
        ("T1", "coupon:ten:code:T1", 1, None),
        ("T1", "coupon:ten:customer:ANNA@EXAMPLE.ORG", 1, None),
        ("T1", "coupon:ten:customer:C1", 1, None),
        ("P1", "money:EUR:coupon:post:code:P1", 995, 3000),
        ("T1", "money:EUR:coupon:ten", 900, 5000),
        ("T1", "money:EUR:coupon:ten:customer:ANNA@EXAMPLE.ORG", 900, 900),
        ("T1", "money:EUR:coupon:ten:customer:C1", 900, 900),
    ]
    assert {(each.coupon, each.customer, each.given_back) for each in uses} == {
        ("ten", "C1", True),
        ("post", "C1", False),
    }


def test_the_channel_of_the_cart_is_counted_where_it_has_a_limit(desk: Any) -> None:
    quote = desk.quote(BOOK, desk.cart(CartLine("A", 4), codes=["T1"], channel="web"))
    (use,) = [
        each
        for each in uses_of(quote, {"T1": evolve(TEN, limit_per_channel=4)}, CouponUsage())
        if "channel" in each.counter
    ]
    assert (use.counter, use.limit) == ("coupon:ten:channel:WEB", 4)


def test_uses_of_two_codes_stand_in_the_order_of_their_counters_and_codes() -> None:
    """Money is counted in minor units of its own currency, rounded: 1.005 is 1.01, 300 yen are 300."""
    coupon = evolve(TEN, budgets=(CouponBudget(_money(5)), CouponBudget(_money(900, "JPY"))))
    given = {"T2": _money("1.005"), "T1": _money(300, "JPY")}
    uses = count_codes(given, {"T1": coupon, "T2": coupon}, ("C1",), "")
    assert [(each.counter, each.code, each.amount, each.limit) for each in uses] == [
        ("coupon:ten", "T1", 1, None),
        ("coupon:ten", "T2", 1, None),
        ("coupon:ten:code:T1", "T1", 1, None),
        ("coupon:ten:code:T2", "T2", 1, None),
        ("coupon:ten:customer:C1", "T1", 1, None),
        ("coupon:ten:customer:C1", "T2", 1, None),
        ("money:EUR:coupon:ten", "T2", 101, 500),
        ("money:JPY:coupon:ten", "T1", 300, 900),
    ]


def test_voided_codes_are_told_by_their_coupon_once() -> None:
    void = evolve(TEN, state=CouponState.VOIDED)
    coupons = {"T1": void, "T2": void, "P1": POST}
    found = voided_codes(("P1", "T1", "OLD", "T2"), coupons)
    assert found == (("T1", "ten"), ("T2", "ten"))
    assert [each.text() for each in check_voided(found)] == [
        "quote.cart.codes: the coupon ten was voided; accepted: an active coupon"
    ]
    assert check_voided(()) == ()
