"""The linter on names that a book does not have, rows that give no price, and what its selection never looks at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import (
    AllOf,
    AmountOff,
    CartContains,
    CataloguePromotion,
    Combination,
    Coupon,
    CouponTier,
    FormulaBasis,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceRow,
    QuantityBetween,
    Selection,
    Target,
    compile_book,
)
from servicecore.pricing.costs import CostRow
from servicecore.pricing.lint import lint_book
from servicecore.pricing.promotions.benefits import BuyGet, Tier, Tiered, TierValue
from servicecore.pricing.promotions.offer import Stacking
from servicecore.pricing.promotions.plugin_selection import PluginSelection
from servicecore.pricing.promotions.selection.contest import Contest, Pick


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


TEA = Item("TEA", "Tea", base_price=eur("10.00"), categories=("pantry",))
PANTRY = Target(categories=("pantry",))


def findings(*codes: str, **parts: Any) -> list[tuple[str, str | None]]:
    book = PriceBook("shop", "1", (TEA,), **parts)
    compile_book(book)
    found = lint_book(book)
    return [(each.path, each.param("value")) for each in found if each.code.removeprefix("lint.") in codes]


NAMES = ("unknown_item", "unknown_category", "unknown_offer")


def test_a_name_that_the_book_does_not_have_is_found_wherever_it_stands() -> None:
    mugs = Target(items=("TEA", "MUG"), excluded_categories=("gifts",))
    offer = Offer(
        "x",
        BuyGet(2, 1, bought=Target(any_of=(Target(items=("PEN",)), PANTRY))),
        target=mugs,
        conditions=(AllOf((QuantityBetween(1), CartContains(Target(items=("CUP",))))),),
        combinable_with=("x", "gone"),
    )
    rows = (PriceRow("TEA", eur("9")), PriceRow("JAM", eur("9")), PriceRow(category="q", amount=eur("1")))
    less = CataloguePromotion("p", percent=Decimal(1), products=("BAG",), categories=("pantry", "z"))
    assert findings(
        *NAMES,
        lists=(PriceList("l", rows),),
        costs=(CostRow("JAR", eur("1")),),
        offers=(offer,),
        coupons=(Coupon("c", ("C",), tiers=(CouponTier(eur("0"), Decimal(1)),), target=Target(items=("HAT",))),),
        catalogue_promotions=(less,),
    ) == [
        ("lists[0].rows[1].item", "JAM"),
        ("lists[0].rows[2].category", "q"),
        ("costs[0].item", "JAR"),
        ("offers[0].combinable_with", "gone"),
        ("offers[0].benefits[0].bought.any_of[0]", "PEN"),
        ("offers[0].target", "MUG"),
        ("offers[0].target", "gifts"),
        ("offers[0].conditions[0].conditions[1].target", "CUP"),
        ("coupons[0].target", "HAT"),
        ("catalogue_promotions[0]", "BAG"),
        ("catalogue_promotions[0]", "z"),
    ]


def test_a_row_in_a_unit_that_nothing_converts_is_found() -> None:
    rows = PriceList("l", (PriceRow("TEA", eur("100"), unit="case"), PriceRow("TEA", eur("9"), unit="each")))
    assert findings("unit_without_conversion", lists=(rows,)) == [("lists[0].rows[0].unit", "case")]
    assert findings("unit_without_conversion", lists=(rows,), conversions=(Conversion("case", "each", 12),)) == []


def test_a_price_from_a_cost_that_is_missing_is_found() -> None:
    """A cost in another currency is none."""
    on_cost = PriceFormula(FormulaBasis.COST, multiplier=Decimal("1.5"))
    rows = PriceList("l", (PriceRow(category="pantry", formula=on_cost, currency="EUR"),))
    assert findings("cost_missing", lists=(rows,)) == [("lists[0].rows[0].formula", "TEA")]
    for costs in ((CostRow("TEA", Money("1", "USD")),), (CostRow("TEA", Money("1", "USD")), CostRow("TEA", eur("1")))):
        assert len(findings("cost_missing", lists=(rows,), costs=costs)) == 2 - len(costs)


def test_an_amount_in_tiers_without_a_currency_is_found() -> None:
    """5 off would be 5 yen and 5 euros; a percentage needs no currency."""
    tiers = (Tier(Decimal(10), Decimal(5)),)
    for currency, kind, paths in (
        ("", TierValue.AMOUNT, ["offers[0].benefits[0].currency"]),
        ("EUR", TierValue.AMOUNT, []),
        ("", TierValue.PERCENT, []),
    ):
        offer = Offer("more", Tiered(Decimal(0), tiers, kind=kind, currency=currency))
        assert [path for path, _value in findings("amount_without_currency", offers=(offer,))] == paths


TENTH = Offer("tenth", PercentOff(Decimal(10)))
FIFTH = Offer("fifth", PercentOff(Decimal(20)))
IDLE = ("setting_idle", "lane_unnamed")


@frozen
class FirstOnly(PluginSelection):
    plugin: ClassVar[str] = "acme"

    def choose(self, contest: Contest) -> Pick | None:
        return Pick(contest.bids[0].offer.id) if contest.bids else None

    def describe(self) -> str:
        return "the first"


@pytest.mark.parametrize(
    ("rules", "paths"),
    [
        (Combination(), ["offers[0].lane", "offers[0].stacking"]),
        (Combination(lanes=("default", "club")), ["combination.lanes", "offers[0].lane", "offers[0].stacking"]),
        (Combination(selection=Selection.CONCURRENCY), ["offers[0].lane"]),
        (
            Combination(selection=Selection.BEST_SIDE, lanes=("default", "club"), work_budget=5),
            ["combination.lanes", "combination.work_budget", "offers[0].lane", "offers[0].stacking"],
        ),
        (
            Combination(selection=Selection.FIRST_EXCLUSIVE_ELSE_ALL, work_budget=5),
            ["combination.work_budget", "offers[0].lane", "offers[0].stacking"],
        ),
        (Combination(selection=Selection.BEST_SINGLE, lanes=("default", "club")), ["offers[0].stacking"]),
        (Combination(selection=FirstOnly(), lanes=("default", "club")), ["offers[0].stacking"]),
        (Combination(selection=Selection.OPTIMAL, work_budget=5), ["offers[0].stacking"]),
        (Combination(selection=Selection.OPTIMAL, lanes=("default",)), ["offers[0].lane", "offers[0].stacking"]),
    ],
)
def test_what_the_selection_does_not_look_at_is_found(rules: Combination, paths: list[str]) -> None:
    club = evolve(TENTH, lane="club", stacking=Stacking.BEST_PRICE)
    assert [path for path, _value in findings(*IDLE, offers=(club,), combination=rules)] == paths


BEST = Combination(selection=Selection.BEST_SINGLE)


@pytest.mark.parametrize(
    ("loser", "winner", "loses"),
    [
        (TENTH, FIFTH, True),
        (evolve(TENTH, target=PANTRY), FIFTH, True),
        (evolve(TENTH, conditions=(QuantityBetween(3),), trigger=OfferTrigger.DIRECT), FIFTH, True),
        (TENTH, evolve(FIFTH, target=PANTRY), False),
        (TENTH, evolve(FIFTH, conditions=(QuantityBetween(3),)), False),
        (TENTH, evolve(FIFTH, trigger=OfferTrigger.DIRECT), False),
        (TENTH, evolve(FIFTH, valid_until=date(2026, 5, 1)), False),
        (TENTH, Offer("fifth", PercentOff(Decimal(10))), False),
        (TENTH, Offer("fifth", AmountOff(eur("20"))), False),
        (Offer("one", AmountOff(eur("1"))), Offer("two", AmountOff(eur("2"))), True),
        (Offer("one", AmountOff(eur("1"))), Offer("two", AmountOff(Money("2", "USD"))), False),
        (TENTH, Offer("fifth", PercentOff(Decimal(20), on_order=True)), False),
    ],
)
def test_an_offer_that_always_loses_is_found(loser: Offer, winner: Offer, *, loses: bool) -> None:
    """Half of 10.00 may be less than 20.00 off, and may be more: only what is less on every cart is named."""
    found = findings("offer_unreachable", offers=(loser, winner), combination=BEST)
    assert found == ([("offers[0]", loser.id)] if loses else [])
    assert findings("offer_unreachable", offers=(loser, winner)) == []


def test_in_a_lane_of_its_own_a_smaller_offer_is_chosen() -> None:
    club = evolve(TENTH, lane="club")
    rules = evolve(BEST, lanes=("default", "club"))
    assert findings("offer_unreachable", offers=(club, FIFTH), combination=rules) == []
