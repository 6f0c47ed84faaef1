"""Offers that stop those after them, that never stand beside some, and groups of which a cart gets one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP
from servicecore.pricing.book import PriceBook
from servicecore.pricing.check_book import book_problems
from servicecore.pricing.compile import compile_book
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome, apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.benefits import AmountOff, PercentOff
from servicecore.pricing.promotions.combination import Combination, ConcurrencyControl, OfferOrder, Selection
from servicecore.pricing.promotions.conditions import QuantityBetween, ValueAtLeast
from servicecore.pricing.promotions.limits import OfferLimits
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_groups import Keep, OfferGroup
from servicecore.pricing.promotions.target import Target

HOUSE = Combination(rounding=HALF_UP, percent_rounding=HALF_UP)
ORDERS = [OfferOrder.STAGES, OfferOrder.PRIORITY]


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def amount(name: str, off: int, **more: Any) -> Offer:
    """Return ``off`` less on each line."""
    return Offer(name, AmountOff(eur(off)), **more)


def apply(*offers: Offer, rules: Combination = HOUSE) -> BasketOutcome:
    """Apply to one A at 100 and one B at 50."""
    lines = (BasketLine("a", "A", Decimal(1), Decimal(100)), BasketLine("b", "B", Decimal(1), Decimal(50)))
    return apply_to_basket(offers, rules, Basket("EUR", lines), 1)


def off(*offers: Offer, rules: Combination = HOUSE) -> tuple[int, int]:
    outcome = apply(*offers, rules=rules)
    return int(outcome.discount("a")), int(outcome.discount("b"))


@pytest.mark.parametrize("order", ORDERS)
def test_an_offer_that_stops_lets_none_after_it_touch_its_lines(order: OfferOrder) -> None:
    """The first, of A, is 10 off; the second, of both, is stopped on A and 5 off B; so is one on the order."""
    rules = evolve(HOUSE, order=order)
    first = amount("first", 10, priority=2, stops=True, target=Target(items=("A",)))
    second = amount("second", 5, priority=1)
    assert off(first, second, rules=rules) == (10, 5)
    assert off(evolve(first, stops=False), second, rules=rules) == (15, 5)
    on_order = Offer("order", AmountOff(eur(6), on_order=True))
    assert off(first, on_order, rules=rules) == (10, 6)


def test_what_came_before_an_offer_that_stops_stays() -> None:
    assert off(amount("first", 10, priority=2), amount("second", 5, priority=1, stops=True)) == (15, 15)


def test_an_offer_that_stops_in_one_lane_stops_the_next() -> None:
    rules = evolve(HOUSE, selection=Selection.BEST_SINGLE, lanes=("default", "club"))
    assert off(amount("x", 10, stops=True), amount("y", 5, lane="club"), rules=rules) == (10, 10)
    assert off(amount("x", 10), amount("y", 5, lane="club"), rules=rules) == (15, 15)


@pytest.mark.parametrize("selection", [Selection.ALL, Selection.OPTIMAL])
@pytest.mark.parametrize("says_it", ["low", "high"])
def test_offers_that_never_stand_beside_each_other_share_no_line(selection: Selection, says_it: str) -> None:
    """Whichever of the two says so; on A the first, or the better one, on B the one that is about it."""
    high = amount("high", 10, priority=1, target=Target(items=("A",)))
    low = amount("low", 5)
    denied = [evolve(high, not_combinable_with=("low",)), low]
    if says_it == "low":
        denied = [high, evolve(low, not_combinable_with=("high",))]
    rules = evolve(HOUSE, selection=selection)
    assert off(*denied, rules=rules) == (10, 5)
    if selection is Selection.ALL:
        assert off(high, low, rules=rules) == (15, 5)
    other = [evolve(each, not_combinable_with=("another",)) for each in (high, low)]
    assert off(*other, rules=evolve(HOUSE)) == (15, 5)


GROUPS = {keep: evolve(HOUSE, groups=(OfferGroup("g", keep),)) for keep in Keep}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("keep", "winner"), [(Keep.HIGHEST, "y"), (Keep.LOWEST, "z"), (Keep.FIRST, "x")])
def test_a_cart_gets_one_offer_of_a_group(order: OfferOrder, keep: Keep, winner: str) -> None:
    """X is 7 off each line, y 10, z 5; beside the one of them, another offer takes 1 off each."""
    offers = (
        amount("x", 7, priority=3, group="g"),
        amount("y", 10, priority=2, group="g"),
        amount("z", 5, priority=1, group="g"),
        amount("free", 1),
    )
    outcome = apply(*offers, rules=evolve(GROUPS[keep], order=order))
    assert [each.offer for each in outcome.applications] == [winner, "free"]
    most = {"x": 7, "y": 10, "z": 5}[winner] + 1
    assert outcome.discount("a") == outcome.discount("b") == most
    refused = {each.rule: each.reason.code for each in outcome.refused}
    assert refused == dict.fromkeys({"x", "y", "z"} - {winner}, "pricing.offer_not_combinable")


def test_only_offers_that_can_be_applied_compete() -> None:
    """Y is the highest, but its condition fails; z gives nothing, and is no lowest."""
    y = amount("y", 10, group="g", conditions=(QuantityBetween(5),))
    z = Offer("z", PercentOff(Decimal(0)), group="g", priority=5)
    x = amount("x", 7, group="g")
    assert off(x, y, z, rules=GROUPS[Keep.HIGHEST]) == (7, 7)
    assert off(x, y, z, rules=GROUPS[Keep.LOWEST]) == (7, 7)
    assert off(z, rules=GROUPS[Keep.FIRST]) == (0, 0)


def test_an_offer_on_lines_keeps_those_on_the_order_of_its_group_out() -> None:
    order = Offer("order", AmountOff(eur(90), on_order=True), group="g")
    assert off(amount("x", 7, group="g"), order, rules=GROUPS[Keep.HIGHEST]) == (7, 7)
    failing = amount("x", 7, group="g", conditions=(ValueAtLeast(eur(1000)),))
    assert sum(off(failing, order, rules=GROUPS[Keep.HIGHEST])) == 90


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    groups=st.lists(st.sampled_from(["", "g", "h"]), min_size=5, max_size=5),
    keep=st.sampled_from([Keep.HIGHEST, Keep.LOWEST]),
)
def test_groups_take_off_what_their_best_or_least_offers_do(amounts: list[int], groups: list[str], keep: Keep) -> None:
    """Amounts off A alone, at most what it costs: those without a group, and the highest or lowest of each group."""
    rules = evolve(HOUSE, groups=(OfferGroup("g", keep), OfferGroup("h", keep)))
    offers = [
        amount(f"o{place}", off_line, group=groups[place], target=Target(items=("A",)))
        for place, off_line in enumerate(amounts)
    ]
    choose = max if keep is Keep.HIGHEST else min
    expected = sum(each for place, each in enumerate(amounts) if not groups[place])
    for name in ("g", "h"):
        expected += choose([each for place, each in enumerate(amounts) if groups[place] == name], default=0)
    assert off(*offers, rules=rules) == (min(expected, 100), 0) if expected <= 60 else True


@pytest.mark.parametrize("selection", list(Selection))
@pytest.mark.parametrize(("keep", "most"), [(Keep.HIGHEST, 10), (Keep.LOWEST, 5), (Keep.FIRST, 7)])
def test_a_group_holds_under_every_selection(selection: Selection, keep: Keep, most: int) -> None:
    """X is 7 off each line, y 10, z 5; the one of them is all that the cart gets."""
    offers = (
        amount("x", 7, priority=3, group="g"),
        amount("y", 10, priority=2, group="g"),
        amount("z", 5, priority=1, group="g"),
    )
    outcome = apply(*offers, rules=evolve(GROUPS[keep], selection=selection))
    assert [int(outcome.discount(line)) for line in "ab"] == [most, most]
    assert len(outcome.applications) == 1
    assert {each.reason.code for each in outcome.refused} == {"pricing.offer_not_combinable"}
    assert len(outcome.refused) == 2


def test_the_highest_of_a_group_is_the_one_that_the_best_combination_has() -> None:
    """Alone y is more than x; but o shares no line with y, so o and x come to 17 where y comes to 10."""
    a, b = Target(items=("A",)), Target(items=("B",))
    o = amount("o", 9, target=a, not_combinable_with=("y",), limits=OfferLimits(per_basket=1))
    offers = (o, amount("y", 10, target=a, group="g"), amount("x", 8, target=b, group="g"))
    rules = evolve(GROUPS[Keep.HIGHEST], selection=Selection.OPTIMAL)
    assert off(*offers, rules=rules) == (9, 8)


def test_of_too_many_choices_the_highest_alone_stays_and_the_proof_says_so() -> None:
    """Six offers in each of two groups are 36 choices; a unit takes one of the two that stay: 6. The goods cost 150."""
    groups = (OfferGroup("g"), OfferGroup("h"))
    offers = [amount(f"{name}{off}", off, group=name) for name in "gh" for off in range(1, 7)]
    outcome = apply(*offers, rules=evolve(HOUSE, groups=groups, selection=Selection.OPTIMAL))
    proof = outcome.best_price
    assert proof is not None
    assert (int(outcome.discount("a")), str(proof.bound), proof.is_exact) == (6, "150.00 EUR", False)
    assert set(proof.skipped) == {offer.id for offer in offers}


@pytest.mark.parametrize("control", list(ConcurrencyControl))
def test_under_concurrency_an_offer_stops_the_rest_of_its_stack_and_what_comes_after(
    control: ConcurrencyControl,
) -> None:
    """Amounts of one priority in the order of their ids; of several, across priorities, from the highest down."""
    rules = evolve(HOUSE, selection=Selection.CONCURRENCY, concurrency=control)
    across = control is ConcurrencyControl.ACROSS_PRIORITIES
    offers = [amount(f"o{n}", n, priority=-n if across else 0, stops=n == 3) for n in range(1, 6)]
    assert off(*offers, rules=rules) == (1 + 2 + 3, 1 + 2 + 3)
    on_order = Offer("order", AmountOff(eur(6), on_order=True), priority=-9)
    assert off(*offers, on_order, rules=rules) == (6, 6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 15), st.booleans()), min_size=1, max_size=6))
def test_across_priorities_everything_up_to_the_first_stop_counts(rows: list[tuple[int, bool]]) -> None:
    offers = [amount(f"o{n}", off, priority=-n, stops=stops) for n, (off, stops) in enumerate(rows)]
    stop = next((n for n, (_off, stops) in enumerate(rows) if stops), len(rows))
    most = sum(off for off, _stops in rows[: stop + 1])
    rules = evolve(HOUSE, selection=Selection.CONCURRENCY, concurrency=ConcurrencyControl.ACROSS_PRIORITIES)
    assert off(*offers, rules=rules) == (min(most, 100), min(most, 50))


@pytest.mark.parametrize(
    ("offer", "rules", "path", "code"),
    [
        (amount("x", 1, stops=True), Combination(selection=Selection.OPTIMAL), "stops", "value.not_accepted"),
        (
            amount("x", 1, group="g"),
            Combination(selection=Selection.OPTIMAL, groups=(OfferGroup("h"),)),
            "group",
            "pricing.offer_unknown_group",
        ),
        (amount("x", 1, group="g"), Combination(groups=(OfferGroup("h"),)), "group", "pricing.offer_unknown_group"),
    ],
)
def test_what_a_selection_cannot_do_is_refused(offer: Offer, rules: Combination, path: str, code: str) -> None:
    book = PriceBook("b", "1", (), offers=(offer,), combination=rules)
    with pytest.raises(InvalidValue) as refused:
        compile_book(book)
    assert (refused.value.problem.path, refused.value.problem.code) == (f"offers.x.{path}", code)
    assert [(each.path, each.code) for each in book_problems(book)] == [(f"offers[0].{path}", code)]
