"""The linter: for every finding a book that has it, the same book without it, and its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.pricing import (
    AllOf,
    AmountOff,
    AttributeOf,
    Cart,
    CartContains,
    CartLine,
    Combination,
    Counted,
    Coupon,
    CouponState,
    CouponTier,
    DraftQuote,
    Exclusivity,
    FormulaBasis,
    HasAttribute,
    InChannel,
    IsCustomer,
    Not,
    Offer,
    OfferCode,
    OfferLimits,
    OfferTrigger,
    Operator,
    PercentOff,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    PromiseReward,
    QuantityBetween,
    Selection,
    SetPrice,
    Target,
    ValueAtLeast,
    compile_book,
    price_cart,
)
from servicecore.pricing.lint import lint_book, rising_items
from servicecore.pricing.promotions import Budget, Measure, Scope
from servicecore.pricing.promotions.combination import UnitUse

TENTH = PercentOff(Decimal(10))
ON_A = Target(("A",))


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def book(*offers: Offer, rows: tuple[PriceRow, ...] = (), **parts: Any) -> PriceBook:
    """A sound book of two items: A at 10.00, cost 6.00, in the category odd; B at 5.00 without a cost."""
    items = (
        Item(
            "A", "Apple", base_price=eur("10.00"), cost=eur("6.00"), categories=("odd",), attributes=(("hue", "red"),)
        ),
        Item("B", "Bread", base_price=eur("5.00")),
    )
    lists = (PriceList("list", rows),) if rows else ()
    given_parts: dict[str, Any] = {"items": items, "lists": lists, "offers": offers, **parts}
    made = PriceBook("book", "1", **given_parts)
    compile_book(made)
    return made


def found(given_book: PriceBook) -> list[tuple[str, str]]:
    """Return codes and places of what is found, names that the book does not have aside: they have their own tests."""
    named = ("lint.unknown_item", "lint.unknown_category", "lint.unit_without_conversion")
    problems = [problem for problem in lint_book(given_book) if problem.code not in named]
    for problem in problems:
        assert "?" not in "".join(problem.text(locale) for locale in ("en", "it", "de"))
        assert problem.param("accepted")
        assert problem.param("value")
    return [(problem.code.removeprefix("lint."), problem.path) for problem in problems]


def offer(*conditions: Any, benefit: Any = TENTH, target: Target = ON_A, **more: Any) -> Offer:
    return Offer("O", benefit, target=target, conditions=conditions, **more)


def test_a_sound_book_has_no_finding() -> None:
    rows = (PriceRow("A", eur("9.50"), min_quantity=Decimal(6)), PriceRow("A", eur("9.00"), customer="C-1"))
    sound = book(offer(QuantityBetween(Decimal(3))), rows=rows, coupons=(Coupon("c", ("C",), tiers=(_tier(),)),))
    assert found(sound) == []


def _tier(currency: str = "EUR") -> CouponTier:
    return CouponTier(Money(Decimal(0), currency), "1")


# Offers that cannot come to their turn


def test_an_offer_whose_code_no_coupon_releases_is_unreachable() -> None:
    secret = offer(trigger=OfferTrigger.CODE)
    assert found(book(secret)) == [("offer_unreachable", "offers[0]")]
    assert found(book(secret, coupons=(Coupon("c", ("C",), offer="O"),))) == []
    voided = Coupon("c", ("C",), offer="O", state=CouponState.VOIDED)
    assert found(book(secret, coupons=(voided,))) == [("offer_unreachable", "offers[0]")]


@pytest.mark.parametrize("target", [Target(("Z",)), Target(categories=("even",)), Target(("A",), (), ("A",))])
def test_an_offer_on_nothing_that_is_sold_is_unreachable(target: Target) -> None:
    assert found(book(offer(target=target))) == [("offer_unreachable", "offers[0].target")]


def test_a_reward_is_behind_nobody_and_nobody_is_behind_it() -> None:
    alone = Offer("ALONE", PercentOff(Decimal(5)), exclusive=Exclusivity.CART, priority=5)
    club = Offer("CLUB", PromiseReward("club"))
    assert ("offer_unreachable", "offers[1]") not in found(book(alone, club))
    first = Offer("CLUB", PromiseReward("club"), exclusive=Exclusivity.CART, priority=9)
    assert ("offer_unreachable", "offers[1]") not in found(book(first, offer()))


def test_an_offer_behind_one_that_is_always_alone_is_unreachable() -> None:
    alone = Offer("ALONE", PercentOff(Decimal(5)), exclusive=Exclusivity.CART, priority=5)
    codes = found(book(alone, offer()))
    assert ("offer_unreachable", "offers[1]") in codes
    assert ("offer_unreachable", "offers[0]") not in codes
    ends = evolve(alone, valid_until=date(2026, 1, 31))
    assert ("offer_unreachable", "offers[1]") not in found(book(ends, offer()))
    assert ("offer_unreachable", "offers[1]") not in found(book(alone, evolve(offer(), priority=6)))


# Offers that no cart satisfies


@pytest.mark.parametrize(
    "conditions",
    [
        (InChannel(("web",)), InChannel(("shop",))),
        (AllOf((InChannel(("web",)), InChannel(("shop", "phone")))),),
        (IsCustomer(("C-1",)), IsCustomer(("C-2",))),
        (QuantityBetween(Decimal(5)), QuantityBetween(Decimal(0), Decimal(4))),
        (QuantityBetween(Decimal(0), Decimal(0)),),
        (ValueAtLeast(eur("10")), ValueAtLeast(Money(Decimal(10), "CHF"))),
        (CartContains(Target(("Z",))),),
        (HasAttribute("hue", ("blue",), of=AttributeOf.ITEM),),
        (InChannel(("web",)), Not(InChannel(("web",)))),
    ],
    ids=["channels", "nested", "customers", "quantities", "none", "currencies", "not sold", "attribute", "opposite"],
)
def test_conditions_that_contradict_each_other_are_impossible(conditions: tuple[Any, ...]) -> None:
    assert ("offer_impossible", "offers[0].conditions") in found(book(offer(*conditions)))


def test_an_offer_whose_benefits_are_about_nothing_on_sale_is_unreachable() -> None:
    nowhere = PercentOff(Decimal(10), target=Target(("Z",)))
    assert ("offer_unreachable", "offers[0].target") in found(book(offer(benefit=nowhere)))
    shipping = PercentOff(Decimal(10), target=Target(("Z",)), scope=Scope.SHIPPING)
    assert "offer_unreachable" not in dict(found(book(offer(benefit=shipping))))
    own = evolve(offer(), trigger=OfferTrigger.CODE, codes=(OfferCode("SAVE"),))
    assert found(book(own)) == []


def test_an_amount_in_another_currency_than_its_minimum_is_impossible() -> None:
    mixed = offer(ValueAtLeast(Money(Decimal(10), "CHF")), benefit=AmountOff(eur("1")))
    assert found(book(mixed)) == [("offer_impossible", "offers[0].conditions")]


@pytest.mark.parametrize(
    "conditions",
    [
        (InChannel(("web", "shop")), InChannel(("shop",))),
        (QuantityBetween(Decimal(5)), QuantityBetween(Decimal(0), Decimal(5))),
        (QuantityBetween(Decimal(5)), QuantityBetween(Decimal(0), Decimal(4), Counted.TOGETHER)),
        (CartContains(Target(("B",))),),
        (
            QuantityBetween(5, counted=Counted.TOGETHER, target=Target(("A",))),
            QuantityBetween(0, 2, Counted.TOGETHER, Target(("B",))),
        ),
        (QuantityBetween(5, counted=Counted.ANY_LINE), QuantityBetween(0, 2, Counted.ANY_LINE)),
        (HasAttribute("hue", ("blue",), of=AttributeOf.ITEM, op=Operator.NE),),
    ],
)
def test_conditions_that_some_cart_meets_are_not_named(conditions: tuple[Any, ...]) -> None:
    assert found(book(offer(*conditions))) == []


# Quantity breaks, ambiguity, missing prices


def test_a_break_that_rises_is_named_where_it_stands() -> None:
    rows = (PriceRow("A", eur("9")), PriceRow("A", eur("9.01"), min_quantity=Decimal(5)))
    assert found(book(rows=rows)) == [("break_rises", "lists[0].rows[1]")]
    assert rising_items(book(rows=rows)) == {"A"}
    assert found(book(rows=(rows[0], evolve(rows[1], amount=eur("9"))))) == []


def test_a_break_above_the_items_own_price_rises_too() -> None:
    row = PriceRow("A", eur("10.01"), min_quantity=Decimal(5))
    assert found(book(rows=(row,))) == [("break_rises", "lists[0].rows[0]")]


def test_a_dearer_agreement_from_a_quantity_on_rises_across_lists() -> None:
    agreed = PriceList("agreed", (PriceRow("A", eur("12"), min_quantity=Decimal(10)),), PriceListType.SALE)
    base = PriceList("base", (PriceRow("A", eur("9")),))
    assert found(book(lists=(base, agreed))) == [("break_rises", "lists[1].rows[0]")]


def test_formulas_of_one_basis_are_compared() -> None:
    def row(multiplier: str, least: int) -> PriceRow:
        formula = PriceFormula(FormulaBasis.COST, multiplier)
        return PriceRow("A", formula=formula, currency="EUR", min_quantity=Decimal(least))

    assert found(book(rows=(row("1.5", 0), row("1.6", 5)))) == [("break_rises", "lists[0].rows[1]")]
    assert found(book(rows=(row("1.5", 0), row("1.4", 5)))) == []


@pytest.mark.parametrize(
    "change",
    [{"customer": "C-2"}, {"channel": "web"}, {"unit": "case"}, {"valid_from": date(2026, 2, 1)}],
    ids=["customer", "channel", "unit", "days"],
)
def test_rows_that_never_meet_do_not_rise(change: dict[str, Any]) -> None:
    low = PriceRow("A", eur("9"), customer="C-1", channel="shop", valid_until=date(2026, 1, 31))
    high = PriceRow("A", eur("9.90"), min_quantity=Decimal(5), **change)
    other_scope = {"customer": "C-1", "channel": "shop"} | change
    assert found(book(rows=(low, evolve(high, **other_scope)))) == []


def test_where_the_lowest_price_counts_nothing_rises() -> None:
    rows = (PriceRow("A", eur("9")), PriceRow("A", eur("9.01"), min_quantity=Decimal(5)))
    assert found(book(lists=(PriceList("list", rows, mode=PriceMode.LOWEST),))) == []


def test_two_prices_for_the_same_are_ambiguous() -> None:
    rows = (PriceRow("A", eur("9")), PriceRow("A", eur("8")))
    assert found(book(rows=rows)) == [("rows_ambiguous", "lists[0].rows[1]")]
    assert found(book(rows=(rows[0], evolve(rows[1], amount=eur("9"))))) == []
    assert found(book(rows=(rows[0], evolve(rows[1], valid_from=date(2026, 1, 1))))) == []
    assert found(book(rows=(evolve(rows[0], channel="web"), evolve(rows[1], channel="shop")))) == []


def test_a_price_with_tax_is_not_compared_with_one_without() -> None:
    """Equal amounts of both conventions are two prices; a larger one is no rising break, a lower one not below cost."""
    with_tax = PriceRow("A", eur("9"), includes_tax=True)
    assert found(book(rows=(PriceRow("A", eur("9")), with_tax))) == [("rows_ambiguous", "lists[0].rows[1]")]
    assert found(book(rows=(PriceRow("A", eur("9"), includes_tax=False), PriceRow("A", eur("9"))))) == []
    more = evolve(with_tax, amount=eur("10"), min_quantity=Decimal(10))
    assert found(book(rows=(PriceRow("A", eur("9")), more))) == []
    assert found(book(rows=(PriceRow("A", eur("9")), evolve(more, includes_tax=False)))) == [
        ("break_rises", "lists[0].rows[1]")
    ]


def test_two_categories_of_one_item_are_ambiguous() -> None:
    twice = Item("X", "both", categories=("a", "b"))
    rows = (PriceRow(category="a", amount=eur("9")), PriceRow(category="b", amount=eur("8")))
    assert found(book(items=(twice,), rows=rows)) == [("rows_ambiguous", "lists[0].rows[1]")]


def test_an_item_without_a_price_is_named_unless_it_is_inactive() -> None:
    bare = Item("X", "nothing")
    assert found(book(items=(bare,))) == [("item_without_price", "items[0]")]
    assert found(book(items=(evolve(bare, active=False),))) == []
    assert found(book(items=(bare,), rows=(PriceRow("X", eur("1")),))) == []
    assert found(book(items=(bare,), rows=(PriceRow(amount=eur("1")),))) == []


# What every quote looks at, and what goes below cost


@pytest.mark.parametrize(
    ("conditions", "benefit", "named"),
    [
        ((), TENTH, True),
        ((ValueAtLeast(eur("50")),), TENTH, True),
        ((), AmountOff(eur("0.10")), True),
        ((InChannel(("web",)),), TENTH, False),
        ((QuantityBetween(Decimal(3)),), TENTH, True),
    ],
)
def test_an_offer_that_nothing_selects_is_named(conditions: tuple[Any, ...], benefit: Any, *, named: bool) -> None:
    answer = found(book(offer(*conditions, benefit=benefit, target=Target())))
    assert (("offer_unselective", "offers[0]") in answer) is named


def test_offers_that_together_go_below_cost_are_named() -> None:
    """10.00 less 25 % is 7.50, less 25 % again 5.625 and below the cost of 6.00; each alone is not."""
    quarter = PercentOff(Decimal(25))
    one, two = Offer("ONE", quarter, target=ON_A), Offer("TWO", quarter, target=ON_A, limits=OfferLimits(total=100))
    problems = lint_book(book(one, two))
    assert [(problem.code, problem.path) for problem in problems] == [("lint.below_cost", "items[0]")]
    assert problems[0].param("offers") == "ONE, TWO"
    assert problems[0].param("value") == "5.63 EUR"
    assert found(book(one)) == []
    assert found(book(one, two, combination=Combination(selection=Selection.BEST_SINGLE))) == []
    apart = (evolve(one, valid_until=date(2026, 1, 31)), evolve(two, valid_from=date(2026, 2, 1)))
    assert found(book(*apart)) == []
    channels = (evolve(one, conditions=(InChannel(("web",)),)), evolve(two, conditions=(InChannel(("shop",)),)))
    assert found(book(*channels)) == []
    order = Offer("ORDER", PercentOff(Decimal(25), on_order=True), target=ON_A)
    assert found(book(one, order, combination=Combination(selection=Selection.BEST_SINGLE))) == [
        ("below_cost", "items[0]")
    ]


@pytest.mark.parametrize("benefit", [SetPrice(eur("5.99")), AmountOff(eur("4.01")), PercentOff(Decimal("40.1"))])
def test_one_offer_alone_can_go_below_cost(benefit: Any) -> None:
    assert found(book(offer(benefit=benefit))) == [("below_cost", "items[0]")]


def test_a_price_below_cost_needs_no_offer() -> None:
    problems = lint_book(book(rows=(PriceRow("A", eur("5.99")),)))
    assert [problem.param("offers") for problem in problems] == ["the price lists"]


def test_offers_that_repeat_on_the_same_units_of_a_cart_are_named_once() -> None:
    """10.00 less a tenth, less a tenth of the rest, and so on, until the budget is spent."""
    budgeted = evolve(offer(), limits=OfferLimits(budget=Budget(Measure.AMOUNT, Decimal(5))))
    endless = book(budgeted, evolve(budgeted, id="AGAIN"), combination=Combination(repeat=True))
    [finding] = [each for each in lint_book(endless) if each.code == "lint.repeat_unbounded"]
    assert (finding.path, finding.param("value")) == ("combination.repeat", f"{offer().id}, AGAIN")
    bounded = evolve(offer(), limits=OfferLimits(per_basket=2))
    for sound in (
        book(offer(), combination=Combination(repeat=True, unit_use=UnitUse.SPENT)),
        book(bounded, combination=Combination(repeat=True)),
        book(offer(), combination=Combination(repeat=True, selection=Selection.BEST_SINGLE)),
        book(offer(benefit=SetPrice(eur("5"))), combination=Combination(repeat=True)),
    ):
        assert "repeat_unbounded" not in dict(found(sound))


# Coupons


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"limit": 0}, "limit"),
        ({"limit_per_code": 0}, "limit_per_code"),
        ({"limit_per_customer": 0}, "limit_per_customer"),
        ({"target": Target(("Z",))}, "target"),
        ({"tiers": (_tier("CHF"),)}, "tiers"),
    ],
)
def test_a_coupon_that_no_cart_can_use_is_named(change: dict[str, Any], path: str) -> None:
    sound = Coupon("c", ("C",), tiers=(_tier(),))
    assert found(book(coupons=(evolve(sound, **change),))) == [("coupon_useless", f"coupons[0].{path}")]
    assert found(book(coupons=(evolve(sound, state=CouponState.DRAFT, **change),))) == []


def test_a_coupon_and_its_offer_have_to_be_valid_together() -> None:
    released = offer(trigger=OfferTrigger.CODE, valid_from=date(2026, 3, 1))
    early = Coupon("c", ("C",), offer="O", valid_until=date(2026, 2, 28))
    assert found(book(released, coupons=(early,))) == [("coupon_useless", "coupons[0].valid_until")]
    assert found(book(released, coupons=(evolve(early, valid_until=date(2026, 3, 1)),))) == []


def test_a_coupon_that_waits_for_order_completion_is_named_where_there_is_none() -> None:
    waits = Coupon("c", ("C",), tiers=(_tier(),), needs_order_completion=True)
    assert found(book(coupons=(waits,))) == []
    assert found(book(coupons=(waits,), order_completion=False)) == [
        ("coupon_useless", "coupons[0].needs_order_completion")
    ]


# Whatever the book


prices = st.integers(1, 30).map(lambda each: eur(str(each)))
row_strategy = st.builds(
    PriceRow,
    item=st.sampled_from(("A", "")),
    amount=prices,
    min_quantity=st.sampled_from((Decimal(0), Decimal(2), Decimal(5))),
    channel=st.sampled_from(("", "web")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(row_strategy, max_size=5), st.sampled_from(PriceMode))
def test_an_item_that_is_not_named_costs_no_more_in_larger_quantities(rows: list[PriceRow], mode: PriceMode) -> None:
    """Against the engine: where the linter is silent, the list price of more units is never higher."""
    made = book(lists=(PriceList("list", tuple(rows), mode=mode),))
    if "A" in rising_items(made):
        return
    compiled = compile_book(made)
    facts = Facts(datetime(2026, 1, 15, tzinfo=UTC), Actor("a"), Authority())
    for channel in ("", "web"):
        unit_prices = []
        for quantity in (1, 2, 5, 9):
            cart = Cart("C", "EUR", (CartLine("A", Decimal(quantity)),), channel=channel)
            draft = price_cart(compiled, cart, facts, "Q")
            assert isinstance(draft, DraftQuote)
            unit_prices.append(draft.lines[0].unit_price.amount)
        assert unit_prices == sorted(unit_prices, reverse=True)
