"""The linter on offers of every kind, against quotes: who is named never applies, who is not never goes below cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AmountOff,
    AnyOf,
    CartContains,
    Combination,
    Counted,
    CustomerHistory,
    InChannel,
    IsCustomer,
    Not,
    NthOrder,
    Offer,
    OfferCode,
    OfferLimits,
    OfferTrigger,
    PastOrder,
    PercentOff,
    PriceBook,
    QuantityBetween,
    Quote,
    Selection,
    SetPrice,
    Spread,
    Target,
    ValueAtLeast,
)
from servicecore.pricing.lint import lint_book
from servicecore.pricing.promotions import Scope
from servicecore.pricing.promotions.benefits import (
    Bundle,
    BuyGet,
    CheapestFree,
    FirstThenAdditional,
    FullGroups,
    Tier,
    Tiered,
    TierMeasure,
    UnitPriceFactor,
)
from servicecore.pricing.promotions.combination import UnitUse
from servicecore.pricing.promotions.conditions import DistinctItems, UsesPerCustomer
from servicecore.pricing.promotions.limits import Budget, Measure
from servicecore.testing.pricing import quote_from

AT = datetime(2026, 1, 15, tzinfo=UTC)


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def book(*offers: Offer, **rules: Any) -> PriceBook:
    """A at 10.00, cost 6.00; B at 4.00."""
    items = (Item("A", "Apple", base_price=eur(10), cost=eur(6)), Item("B", "Bread", base_price=eur(4)))
    return PriceBook("book", "1", items, offers=offers, combination=Combination(**rules))


def named(made: PriceBook, *codes: str) -> list[str]:
    """The reasons of the findings with these codes."""
    found = [problem for problem in lint_book(made) if problem.code.removeprefix("lint.") in codes]
    return [str(problem.param("reason") or problem.param("value")) for problem in found]


def tiers(percent: int, measure: TierMeasure = TierMeasure.UNITS) -> Tiered:
    return Tiered(0, (Tier(5, percent),), measure)


@pytest.mark.parametrize(
    ("benefit", "condition", "below"),
    [
        (Bundle(3, None, eur("17.99")), None, True),  # 5.996... each
        (Bundle(3, None, eur("18.00")), None, False),
        (BuyGet(1, 1), None, True),  # two for 10.00
        (BuyGet(2, 1), None, False),  # three for 20.00
        (BuyGet(1, 1, Decimal(80)), None, False),  # two for 12.00
        (CheapestFree(), QuantityBetween(2, counted=Counted.TOGETHER), True),
        (CheapestFree(), QuantityBetween(3, counted=Counted.TOGETHER), False),
        (FullGroups(2, None, 41), None, True),
        (FullGroups(2, None, 40), None, False),
        (FullGroups(2, eur("4.01")), None, True),
        (tiers(41), None, True),
        (tiers(40), None, False),
        (tiers(41, TierMeasure.LINE_VALUE), None, True),
        (FirstThenAdditional(eur("4.01"), eur(0)), None, True),
        (FirstThenAdditional(eur(0), eur(5)), None, True),  # many units come close to 5.00 each
        (FirstThenAdditional(eur(4), eur(4)), None, False),
        (UnitPriceFactor("0.59"), None, True),
        (UnitPriceFactor("0.60"), None, False),
        (AmountOff(eur("4.01"), on_order=True), None, True),
        (AmountOff(eur("9"), on_order=True), ValueAtLeast(eur(20)), True),  # two for 11.00
        (AmountOff(eur("8"), on_order=True), ValueAtLeast(eur(20)), False),  # two for 12.00
        (SetPrice(eur(50), spread=Spread.ACROSS), None, True),  # however many
        (PercentOff(Decimal(50), scope=Scope.SHIPPING), None, False),
        (BuyGet(1, 1, bought=Target(("B",))), None, False),  # the bread pays for it
    ],
    ids=str,
)
def test_every_kind_of_offer_can_go_below_cost(benefit: Any, condition: Any, *, below: bool) -> None:
    offer = Offer("O", benefit, target=Target(("A", "B")), conditions=() if condition is None else (condition,))
    assert bool(named(book(offer), "below_cost")) is below


BENEFITS = st.one_of(
    st.builds(PercentOff, st.sampled_from((0, 30, 50))),
    st.builds(AmountOff, st.sampled_from((eur(0), eur(5))), spread=st.sampled_from(Spread), on_order=st.booleans()),
    st.builds(SetPrice, st.just(eur(6)), spread=st.sampled_from((Spread.EACH_UNIT, Spread.EACH_LINE))),
    st.builds(UnitPriceFactor, st.sampled_from(("0.5", "1"))),
    st.builds(Bundle, st.sampled_from((2, 3)), st.sampled_from((0, 50))),
    st.builds(Bundle, st.sampled_from((2, 3)), st.none(), st.just(eur(15))),
    st.builds(BuyGet, st.integers(1, 2), st.just(1), st.sampled_from((Decimal(0), Decimal(100)))),
    st.builds(CheapestFree),
    st.builds(FullGroups, st.sampled_from((2, 3)), st.none(), st.sampled_from((0, 50))),
    st.builds(tiers, st.sampled_from((0, 50)), st.sampled_from(TierMeasure)),
    st.builds(FirstThenAdditional, st.sampled_from((eur(0), eur(5))), st.sampled_from((eur(0), eur(5)))),
)
TARGETS = st.sampled_from((Target(), Target(("A",)), Target(("B",)), Target(("Z",))))
SIMPLE = st.one_of(
    st.builds(QuantityBetween, st.integers(0, 2), st.sampled_from((None, 2, 3)), st.sampled_from(Counted)),
    st.builds(QuantityBetween, st.integers(0, 2), st.none(), st.sampled_from(Counted), TARGETS),
    st.builds(ValueAtLeast, st.sampled_from((eur(0), eur(20), Money(5, "CHF"))), target=TARGETS | st.none()),
    st.builds(InChannel, st.sampled_from((("web",), ("shop",), ("web", "shop")))),
    st.builds(IsCustomer, st.sampled_from((("C-1",), ("C-2",)))),
    st.builds(NthOrder, st.integers(1, 2)),
    st.builds(UsesPerCustomer, st.integers(0, 1)),
    st.builds(DistinctItems, st.integers(1, 3), TARGETS | st.none()),
    st.builds(CartContains, TARGETS),
)
CONDITIONS = st.one_of(
    SIMPLE, SIMPLE.map(Not), st.lists(SIMPLE, min_size=1, max_size=2).map(lambda each: AnyOf(tuple(each)))
)
LIMITS = st.sampled_from(
    (
        OfferLimits(),
        OfferLimits(total=3, used=3),
        OfferLimits(per_basket=0),
        OfferLimits(budget=Budget(Measure.AMOUNT, 100, 100)),
    )
)
OFFERS = st.builds(
    Offer,
    st.just("O"),
    BENEFITS,
    target=TARGETS,
    conditions=st.lists(CONDITIONS, max_size=3).map(tuple),
    limits=LIMITS,
)


def quotes(made: PriceBook) -> Iterator[Quote]:
    """Every small cart: up to four A and two B, in each channel, by each customer, as first and second order."""
    facts = (CustomerHistory(), CustomerHistory((PastOrder(),)))
    for a, b in product((0, 1, 2, 4), (0, 2)):
        lines = [(item, units) for item, units in (("A", a), ("B", b)) if units]
        if lines:
            for channel, customer, fact in product(("web", "shop"), ("C-1", "C-2"), facts):
                yield quote_from(made, *lines, at=AT, channel=channel, customer=customer, facts=(fact,))


@settings(max_examples=120, deadline=None)
@given(OFFERS, st.sampled_from((Selection.ALL, Selection.BEST_SINGLE)))
def test_an_offer_that_is_named_never_applies(offer: Offer, selection: Selection) -> None:
    """Brute force: what the linter calls unreachable or impossible changes no quote."""
    made = book(offer, selection=selection)
    if named(made, "offer_unreachable", "offer_impossible"):
        assert not any(line.discounts for quote in quotes(made) for line in quote.lines)


@settings(max_examples=120, deadline=None)
@given(BENEFITS, st.lists(SIMPLE, max_size=1).map(tuple), st.booleans())
def test_where_the_linter_is_silent_no_cart_of_the_item_is_below_cost(
    benefit: Any, conditions: tuple[Any, ...], repeat: bool
) -> None:
    rules = {"repeat": True, "unit_use": UnitUse.SPENT} if repeat else {}
    made = book(Offer("O", benefit, target=Target(("A",)), conditions=conditions), **rules)
    if not named(made, "below_cost"):
        for units in range(1, 13):
            [line] = quote_from(made, ("A", units), at=AT, channel="web").lines
            assert line.net_exact.amount >= 6 * units


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        (Offer("O", PercentOff(10), limits=OfferLimits(total=2, used=2)), "its limits leave no use"),
        (Offer("O", Bundle(3, 0)), "it takes nothing off"),
        (
            Offer("O", PercentOff(10), trigger=OfferTrigger.CODE, codes=(OfferCode("X", uses_total=2, used=2),)),
            "its codes are used up, or not valid together with it",
        ),
        (
            Offer(
                "O",
                PercentOff(10),
                trigger=OfferTrigger.CODE,
                codes=(OfferCode("X", valid_until=date(2026, 1, 31)),),
                valid_from=date(2026, 2, 1),
            ),
            "its codes are used up, or not valid together with it",
        ),
    ],
    ids=["limits", "nothing", "used code", "late code"],
)
def test_an_offer_without_effect_is_unreachable(offer: Offer, reason: str) -> None:
    assert named(book(offer), "offer_unreachable") == [reason]
    mended = evolve(offer, benefits=(PercentOff(10),), limits=OfferLimits(), trigger=OfferTrigger.AUTOMATIC, codes=())
    assert named(book(mended), "offer_unreachable") == []


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (DistinctItems(3), "3 different items of 2"),
        (QuantityBetween(1, target=Target(("Z",))), "no item on sale is item Z"),
        (UsesPerCustomer(0), "fewer uses than none"),
        (AnyOf((CartContains(Target(("Z",))), UsesPerCustomer(0))), "fewer uses than none; no item on sale is item Z"),
    ],
    ids=["distinct", "quantity", "uses", "any of"],
)
def test_a_condition_that_no_cart_meets_is_impossible(condition: Any, reason: str) -> None:
    [said] = named(book(Offer("O", PercentOff(10), conditions=(condition,))), "offer_impossible")
    assert sorted(said.split("; ")) == sorted(reason.split("; "))


def test_two_numbers_of_one_order_are_impossible() -> None:
    both = Offer("O", PercentOff(10), conditions=(NthOrder(1), NthOrder(2)))
    assert named(book(both), "offer_impossible") == ["no number of an order is in each of 1; 2"]


@pytest.mark.parametrize(
    ("base", "values", "falls"),
    [(0, (5, 10), None), (0, (10, 5), 1), (7, (5, 10), 0), (5, (5, 5), None)],
    ids=["rising", "falling", "below the base", "level"],
)
def test_a_tier_that_gives_less_for_more_is_named(base: int, values: tuple[int, int], falls: int | None) -> None:
    steps = Tiered(base, (Tier(5, values[0]), Tier(10, values[1])))
    for benefit, path in ((steps, "benefits[0]"), (FullGroups(2, tiers=steps), "benefits[0].tiers")):
        paths = [each.path for each in lint_book(book(Offer("O", benefit))) if each.code == "lint.tier_falls"]
        assert paths == ([] if falls is None else [f"offers[0].{path}.tiers[{falls}]"])
