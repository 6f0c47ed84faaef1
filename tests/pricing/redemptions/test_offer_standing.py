"""What an order takes from counters of offers, and when its number is another one by now."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.pricing import (
    AnyOf,
    Budget,
    Measure,
    Not,
    NthOrder,
    Offer,
    OfferLimits,
    OfferUse,
    PercentOff,
    UsesPerCustomer,
    ValueAtLeast,
)
from servicecore.pricing.promotions.offer_codes import LimitedCode, OfferCode, PastOrder
from servicecore.pricing.redemptions import OfferStanding

TENTH = PercentOff(Decimal(10))


def standing(*offers: Offer, before: int = 0, names: tuple[str, ...] = ("C-1",), **more: object) -> OfferStanding:
    return OfferStanding(offers, names, before, **more)  # type: ignore[arg-type]


def use(offer: str = "TEN", times: int = 1, amount: str = "0.90", code: str = "", **before: int) -> OfferUse:
    return OfferUse(offer, times, Money(amount, "EUR"), code, **before)


def taken(found: OfferStanding, *uses: OfferUse) -> dict[str, tuple[int, int | None]]:
    return {each.counter: (each.amount, each.limit) for each in found.count(uses)}


def test_only_counters_with_a_limit_are_kept() -> None:
    money = Budget(Measure.AMOUNT, Decimal("10.00"), Decimal("1.25"))
    for limits, expected in (
        (OfferLimits(total=5, used=2), {"offer-uses:TEN": (2, 3)}),
        (OfferLimits(total=5, used=7), {"offer-uses:TEN": (2, 0)}),
        (OfferLimits(total=5, budget=Budget(Measure.COUNT, Decimal(4))), {"offer-uses:TEN": (2, 4)}),
        (OfferLimits(budget=money), {"money:EUR:offer-uses:TEN": (90, 875)}),
        (OfferLimits(per_basket=3), {}),
    ):
        assert taken(standing(Offer("TEN", TENTH, limits=limits)), use(times=2)) == expected


def test_a_customer_is_counted_under_every_name_once_and_less_what_no_counter_knows() -> None:
    offer = Offer("TEN", TENTH, limits=OfferLimits(per_customer=5))
    found = standing(offer, names=("C-1", "c-1", "anna@example.org"), uncounted=(("TEN", 2), ("OTHER", 9)))
    expected = {"customer-uses:TEN\nC-1": (2, 3), "customer-uses:TEN\nANNA@EXAMPLE.ORG": (2, 3)}
    assert taken(found, use(times=2, uses_before=2)) == expected


@pytest.mark.parametrize(("most", "limit"), [(1, 3), (2, 4)])
def test_a_condition_on_uses_lets_one_cart_apply_the_offer_several_times(most: int, limit: int) -> None:
    """Where fewer than ``most`` were used before, three more make at most ``most`` - 1 + 3."""
    offer = Offer("TEN", TENTH, conditions=(UsesPerCustomer(most),))
    assert taken(standing(offer), use(times=3, uses_before=0)) == {"customer-uses:TEN\nC-1": (3, limit)}


def test_an_offer_that_the_book_has_no_more_counts_for_its_customer_without_limits() -> None:
    assert taken(standing(), use(uses_before=1, orders_before=0)) == {"customer-uses:TEN\nC-1": (1, None)}


def test_the_number_of_an_order_is_taken_once_and_only_while_it_matters() -> None:
    first = Offer("FIRST", TENTH, conditions=(NthOrder(1),))
    either = Offer("TEN", TENTH, conditions=(AnyOf((NthOrder(3), ValueAtLeast(Money("5", "EUR")))),))
    later = Offer("LATER", TENTH, conditions=(Not(NthOrder(1)),))
    both = (use("FIRST", orders_before=0), use("TEN", orders_before=0))
    assert taken(standing(first, either), *both) == {"order-number:C-1\n1": (1, 1)}
    assert taken(standing(later, before=1), use("LATER", orders_before=1)) == {}
    assert taken(standing(either, before=2), use("TEN", orders_before=2)) == {"order-number:C-1\n3": (1, 1)}
    assert taken(standing(either, before=3), use("TEN", orders_before=3)) == {}


@given(n=st.integers(1, 4), then=st.integers(0, 5), now=st.integers(0, 5), negated=st.booleans())
def test_an_order_is_overtaken_where_the_condition_says_something_else_by_now(
    n: int, then: int, now: int, negated: bool
) -> None:
    """Order number ``n`` is the order after ``n`` - 1 others; whether that holds or not may not have changed."""
    condition = Not(NthOrder(n)) if negated else NthOrder(n)
    found = standing(Offer("TEN", TENTH, conditions=(condition,)), before=now)
    codes = [each.code for each in found.overtaken((use(orders_before=then),))]
    changed = (then == n - 1) is not (now == n - 1)
    assert codes == ["offer.order_number_taken"] * changed


def test_a_reserved_number_is_not_overtaken() -> None:
    offer = Offer("FIRST", TENTH, conditions=(NthOrder(1),))
    assert standing(offer, before=4, reserved=True).overtaken((use("FIRST", orders_before=0),)) == ()


@pytest.mark.parametrize(
    ("counter", "limit", "count", "said"),
    [
        ("offer-uses:TEN", 5, 5, "the offer TEN was used 5 times; accepted: up to 5 with this order, or a new quote"),
        (
            "customer-uses:TEN\nC-1",
            1,
            1,
            "the customer used the offer TEN 1 times; accepted: up to 1 with this order, or a new quote",
        ),
        (
            "money:EUR:offer-uses:TEN",
            500,
            480,
            "the offer TEN would give 0.90 EUR; accepted: up to 0.20 EUR, or a new quote",
        ),
        (
            "order-number:C-1\n2",
            1,
            1,
            "the offer TEN was given to order number 2 of this customer, which is another one; accepted: a new quote",
        ),
    ],
)
def test_a_counter_that_has_nothing_left_says_offer_limit_and_count(
    counter: str, limit: int, count: int, said: str
) -> None:
    limits = OfferLimits(total=9, per_customer=9, budget=Budget(Measure.AMOUNT, Decimal(9)))
    offer = Offer("TEN", TENTH, limits=limits, conditions=(NthOrder(2),))
    found = standing(offer, before=1).count((use(uses_before=0, orders_before=1),))
    (wanted,) = [each for each in found if each.counter == counter]
    assert evolve(wanted, limit=limit).beyond(count).text() == f"quote.offer_uses: {said}"


@given(
    total=st.none() | st.integers(0, 9),
    each=st.none() | st.integers(0, 9),
    used=st.integers(0, 9),
    past=st.lists(st.booleans(), max_size=4),
    keeps=st.booleans(),
)
def test_a_code_is_used_once_an_order_and_less_what_no_counter_knows(
    total: int | None, each: int | None, used: int, past: list[bool], keeps: bool
) -> None:
    """Of the orders of before those count that stand; of a code that keeps its uses the canceled ones count, too."""
    code = OfferCode("May", uses_total=total, uses_per_customer=each, used=used, cancel_releases_use=not keeps)
    orders = tuple(PastOrder(("MAY",), cancelled) for cancelled in past)
    found = standing(Offer("TEN", TENTH), codes=(LimitedCode("TEN", "MAY", code),), past=orders)
    expected: dict[str, tuple[int, int | None]] = {}
    if total is not None:
        expected["offer-code-uses:TEN\nMAY"] = (1, max(total - used, 0))
    if each is not None:
        before = len(past) if keeps else past.count(False)
        expected["customer-code-uses:TEN\nC-1\nMAY"] = (1, max(each - before, 0))
    assert taken(found, use(times=3, code="MAY", code_uses_before=0)) == expected
    assert all(one.given_back is not keeps for one in found.count((use(code="MAY", code_uses_before=0),)))
    assert taken(found, use(code="JUNE", code_uses_before=0)) == taken(found, use(code="MAY", offer="OTHER")) == {}
