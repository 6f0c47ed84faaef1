"""Benefits of offers, one by one: what each takes off, by hand; the house's settings unless a test says otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.errors import InvalidValue
from servicecore.kernel.allocation import Remainder
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP, Rounding, RoundingMode
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome, apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine, Scope
from servicecore.pricing.promotions.bench import View
from servicecore.pricing.promotions.benefits import (
    AddItem,
    AmountOff,
    AnyBenefit,
    Bundle,
    BuyGet,
    CheapestFree,
    FirstThenAdditional,
    FullGroups,
    PercentOff,
    SetPrice,
    Spread,
    Tier,
    Tiered,
    TierMeasure,
    TierValue,
    UnitPriceFactor,
)
from servicecore.pricing.promotions.benefits.caps import UnitCaps
from servicecore.pricing.promotions.combination import (
    Combination,
    PercentBase,
    Rounded,
    RoundingLevel,
    Selection,
    UnitPick,
)
from servicecore.pricing.promotions.money_off import unit_discounts
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.path_test import Operator, PathTest
from servicecore.pricing.promotions.target import Target

HOUSE = Combination(rounding=HALF_UP, percent_rounding=HALF_UP)


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def line(name: str, quantity: int, price: str, **more: Any) -> BasketLine:
    return BasketLine(name, more.pop("item", name), Decimal(quantity), Decimal(price), **more)


def across(amount: str | int) -> AmountOff:
    return AmountOff(eur(amount), spread=Spread.ACROSS)


def basket(*lines: BasketLine, **more: Any) -> Basket:
    return Basket("EUR", lines, **more)


def given(benefit: AnyBenefit, *lines: BasketLine, settings: Combination = HOUSE) -> BasketOutcome:
    return apply_to_basket((Offer("d", benefit),), settings, basket(*lines), 1)


def off(benefit: AnyBenefit, *lines: BasketLine, settings: Combination = HOUSE) -> dict[str, str]:
    outcome = given(benefit, *lines, settings=settings)
    return {each.id: str(outcome.discount(each.id)) for each in lines if outcome.discount(each.id)}


def test_a_percentage_is_rounded_for_the_line_or_for_the_unit() -> None:
    # 3 x 0.33 = 0.99, of it 15 % is 0.1485
    assert off(PercentOff(15), line("a", 3, "0.33")) == {"a": "0.15"}
    # for one unit 0.0495, rounded 0.05, times 3
    by_unit = evolve(HOUSE, level=RoundingLevel.UNIT)
    assert off(PercentOff(15), line("a", 3, "0.33"), settings=by_unit) == {"a": "0.15"}
    # 10 % of 0.25 is 0.025: the discount rounds up to 0.03; the price that is left, 0.225, rounds up to 0.23
    assert off(PercentOff(10), line("a", 1, "0.25")) == {"a": "0.03"}
    assert off(PercentOff(10), line("a", 1, "0.25"), settings=evolve(HOUSE, rounded=Rounded.PRICE)) == {"a": "0.02"}
    # 2 x 0.25: 0.03 for each unit, or 10 % of 0.50 at once
    assert off(PercentOff(10), line("a", 2, "0.25"), settings=by_unit) == {"a": "0.06"}
    assert off(PercentOff(10), line("a", 2, "0.25")) == {"a": "0.05"}


def test_a_percentage_across_is_one_amount_that_the_lines_share() -> None:
    # 10 % of 3.35 is 0.335, rounded 0.34; of it 0.34 x 1/3.35 = 0.1015 and 0.34 x 2.35/3.35 = 0.2385
    assert off(PercentOff(10, spread=Spread.ACROSS), line("a", 1, "1"), line("b", 1, "2.35")) == {
        "a": "0.10",
        "b": "0.24",
    }


def test_a_percentage_with_a_cap_takes_no_more_than_the_cap() -> None:
    # 50 % of 30 and 10 is 15 and 5; a cap of 8 is 6 and 2
    assert off(PercentOff(50, spread=Spread.EACH_LINE, cap_amount=eur(8)), line("a", 1, "30"), line("b", 1, "10")) == {
        "a": "6.00",
        "b": "2.00",
    }


def test_caps_on_units_take_the_cheapest_first_or_as_the_settings_say() -> None:
    lines = (line("dear", 2, "10"), line("cheap", 1, "4"))
    # two units: the one at 4 and one at 10
    assert off(PercentOff(50, caps=UnitCaps(units=Decimal(2))), *lines) == {"dear": "5.00", "cheap": "2.00"}
    dear_first = evolve(HOUSE, unit_pick=UnitPick.PRICIEST)
    assert off(PercentOff(50, caps=UnitCaps(units=Decimal(2))), *lines, settings=dear_first) == {"dear": "10.00"}
    assert off(PercentOff(50, caps=UnitCaps(units_per_line=Decimal(1))), *lines) == {"dear": "5.00", "cheap": "2.00"}


def test_an_amount_is_meant_for_units_lines_or_all_together() -> None:
    lines = (line("a", 3, "2"), line("b", 1, "4"))
    # 3 off each unit, at most its price
    assert off(AmountOff(eur(3), spread=Spread.EACH_UNIT), *lines) == {"a": "6", "b": "3"}
    assert off(AmountOff(eur(3), spread=Spread.EACH_LINE), *lines) == {"a": "3", "b": "3"}
    # 5 over 6 and 4
    assert off(across(5), *lines) == {"a": "3.00", "b": "2.00"}
    # never more than the goods are worth
    assert off(across(50), *lines) == {"a": "6.00", "b": "4.00"}


def test_the_cents_that_a_split_leaves_over_go_where_the_settings_say() -> None:
    lines = (line("a", 1, "5"), line("b", 1, "5"), line("c", 1, "5"))
    # 10 over three equal lines: 3.33 each and one cent
    assert off(across(10), *lines) == {"a": "3.34", "b": "3.33", "c": "3.33"}
    last = evolve(HOUSE, remainder=Remainder.LAST_LINE)
    assert off(across(10), *lines, settings=last) == {
        "a": "3.33",
        "b": "3.33",
        "c": "3.34",
    }
    cut = evolve(last, share_mode=RoundingMode.DOWN, rounding=Rounding(RoundingMode.DOWN))
    assert off(across(5), *lines, settings=cut) == {"a": "1.66", "b": "1.66", "c": "1.68"}


def test_no_line_goes_below_its_lowest_price_and_the_others_take_what_is_cut_off() -> None:
    # 27 over 100 and 80: the first has room for 10 only
    lines = (line("a", 2, "50", lowest_unit_price=Decimal(45)), line("b", 2, "40"))
    assert off(across(27), *lines) == {"a": "10.00", "b": "17.00"}
    heedless = evolve(HOUSE, heed_lowest_price=False)
    assert off(across(27), *lines, settings=heedless) == {"a": "15.00", "b": "12.00"}


def test_a_set_costs_its_price_and_a_cheaper_one_keeps_its_own() -> None:
    lines = (line("a", 2, "10"), line("b", 1, "4"))
    # 24 for 18: 6 off, over 20 and 4
    assert off(SetPrice(eur(18), spread=Spread.ACROSS), *lines) == {"a": "5.00", "b": "1.00"}
    assert off(SetPrice(eur(30), spread=Spread.ACROSS), *lines) == {}
    # the two priciest units cost 15 instead of 20
    assert off(SetPrice(eur(15), units=Decimal(2), spread=Spread.ACROSS), *lines) == {"a": "5.00"}
    # the cheapest one and one of the others cost 5 instead of 14: 9 off, over 4 and 10
    cheapest = SetPrice(eur(5), units=Decimal(2), spread=Spread.ACROSS, first=UnitPick.CHEAPEST)
    assert off(cheapest, *lines) == {"a": "6.43", "b": "2.57"}
    ship = line("dhl", 1, "7", shipping=True)
    assert off(SetPrice(eur(5), scope=Scope.SHIPPING), *lines, ship) == {"dhl": "2"}


def test_a_factor_makes_another_unit_price_only_where_it_is_lower() -> None:
    assert off(UnitPriceFactor(Decimal("0.9")), line("a", 3, "20")) == {"a": "6.00"}
    assert off(UnitPriceFactor(Decimal("1.1")), line("a", 3, "20")) == {}


def test_the_cheapest_units_are_free() -> None:
    assert off(CheapestFree(2), line("a", 2, "9"), line("b", 1, "5")) == {"a": "9", "b": "5"}


def test_units_bought_are_not_got_and_an_incomplete_gift_is_none() -> None:
    def offer(repeat: int | None) -> BuyGet:
        return BuyGet(2, 1, repeat=repeat)

    # of 3 units 2 are bought and 1 is got; of 7, as often as possible, 4 bought and 2 got
    assert off(offer(1), line("a", 3, "10")) == {"a": "10.00"}
    assert off(offer(None), line("a", 7, "10")) == {"a": "20.00"}
    assert off(offer(1), line("a", 2, "10")) == {}
    # the dearest line's units count as bought first
    assert off(offer(1), line("a", 2, "10"), line("b", 1, "3")) == {"b": "3.00"}
    half = BuyGet(1, 1, Decimal(50), Target(("a",)), target=Target(("b",)))
    assert off(half, line("a", 1, "10"), line("b", 1, "3")) == {"b": "1.50"}


def test_a_bundle_is_of_so_many_units_at_a_price_or_a_percentage() -> None:
    lines = (line("a", 2, "10"), line("b", 2, "4"))
    # the three priciest, 24, for 20: 4 over 20 and 4
    assert off(Bundle(3, price=eur(20)), *lines) == {"a": "3.33", "b": "0.67"}
    assert off(Bundle(3, percent=Decimal(50)), *lines) == {"a": "10.00", "b": "2.00"}
    assert off(Bundle(2, percent=Decimal(50), distinct=True), *lines) == {"a": "5.00", "b": "2.00"}
    assert off(Bundle(5, price=eur(1)), *lines) == {}


@pytest.mark.parametrize(("worth", "expected"), [("99.99", "5"), ("100", "8"), ("250", "20")])
def test_the_highest_tier_reached_counts_and_its_start_belongs_to_it(worth: str, expected: str) -> None:
    tiered = Tiered(5, (Tier(200, 20), Tier(100, 8)), kind=TierValue.AMOUNT)
    assert off(tiered, line("a", 1, worth)) == {"a": expected}


def test_tiers_measure_lines_all_goods_or_units() -> None:
    lines = (line("a", 2, "10"), line("b", 1, "10"))
    tiers = (Tier(3, 50),)
    assert off(Tiered(10, tiers, TierMeasure.UNITS), *lines) == {"a": "10.00", "b": "5.00"}
    assert off(Tiered(10, tiers, TierMeasure.UNITS, counted=Target(("b",))), *lines) == {"a": "2.00", "b": "1.00"}
    assert off(Tiered(10, (Tier(30, 50),), TierMeasure.GOODS_VALUE), *lines) == {"a": "10.00", "b": "5.00"}
    assert off(Tiered(10, (Tier(30, 50),), TierMeasure.LINE_VALUE), *lines) == {"a": "2.00", "b": "1.00"}


@pytest.mark.parametrize(("units", "most", "expected"), [(1, 0, "3"), (4, 0, "9"), (4, 2, "5")])
def test_the_first_unit_gets_another_amount_than_the_further_ones(units: int, most: int, expected: str) -> None:
    assert off(FirstThenAdditional(eur(3), eur(2), most), line("a", units, "10")) == {"a": expected}


def test_only_full_groups_get_something_the_longest_line_first() -> None:
    lines = (line("a", 1, "10"), line("b", 4, "10"))
    # 5 units make one group of 4: all of b
    assert off(FullGroups(4, amount=eur(2)), *lines) == {"b": "8"}
    assert off(FullGroups(5, percent=Decimal(10)), *lines) == {"a": "1.00", "b": "4.00"}
    assert off(FullGroups(6, amount=eur(2)), *lines) == {}


def test_an_item_is_put_in_for_every_so_many_units() -> None:
    outcome = given(AddItem("mug", eur(4), per_units=2, percent=50, target=Target(("a",))), line("a", 5, "10"))
    # two full pairs: two mugs at 4, half off
    assert [(each.item, str(each.quantity), str(each.discount)) for each in outcome.added] == [("mug", "2", "4.00")]


def test_an_amount_of_another_currency_gives_nothing_and_case_does_not_matter() -> None:
    assert off(AmountOff(Money(Decimal(5), "USD"), spread=Spread.ACROSS), line("a", 1, "10")) == {}
    assert off(across(5), line("a", 1, "10")) == {"a": "5.00"}


def test_goods_shipping_and_both_are_told_apart() -> None:
    lines = (line("a", 1, "30"), line("dhl", 1, "10", shipping=True))
    assert off(PercentOff(50, scope=Scope.SHIPPING), *lines) == {"dhl": "5.00"}
    assert off(PercentOff(50), *lines) == {"a": "15.00"}
    both = AmountOff(eur(8), spread=Spread.ACROSS, scope=Scope.LINES_AND_SHIPPING)
    assert off(both, *lines) == {
        "a": "6.00",
        "dhl": "2.00",
    }


def test_percentages_see_what_is_left_or_the_price_before() -> None:
    offers = (Offer("d1", (PercentOff(10),)), Offer("d2", (PercentOff(10),)))
    cart = basket(line("a", 1, "100"))
    left = apply_to_basket(offers, HOUSE, cart, 1)
    assert [str(share.amount) for share in left.shares] == ["10.00", "9.00"]
    before = apply_to_basket(offers, evolve(HOUSE, base=PercentBase.ORIGINAL), cart, 1)
    assert [str(share.amount) for share in before.shares] == ["10.00", "10.00"]


def test_targets_test_paths_prices_and_marks() -> None:
    lines = (
        line("a", 1, "10", attributes=(("categories", "tea"), ("categories", "food"))),
        line("b", 1, "20", attributes=(("categories", "mugs"),), list_price=Decimal(25)),
    )

    def chosen(*tests: PathTest, any_of: tuple[Target, ...] = ()) -> list[str]:
        target = Target(where=tests, any_of=any_of)
        return [each.id for each in lines if target.matches(each)]

    assert chosen() == ["a", "b"]
    assert chosen(PathTest("categories", Operator.CONTAINS_ANY, ["food"])) == ["a"]
    assert chosen(PathTest("categories", Operator.NE, ["food"])) == ["b"]
    assert chosen(PathTest("unit_price", Operator.GTE, ["20.00"])) == ["b"]
    assert chosen(PathTest("unit_price", Operator.GT, ["10"]), PathTest("unit_price", Operator.LT, ["20"])) == []
    assert chosen(PathTest("unit_price", Operator.LTE, ["10.0"])) == ["a"]
    assert chosen(PathTest("unit_price", Operator.IN, ["10.00"])) == ["a"]
    assert chosen(PathTest("discounted", Operator.IN, ["true"])) == ["b"]
    assert chosen(any_of=(Target(("a",)), Target(("b",)))) == ["a", "b"]
    assert chosen(PathTest("colour", Operator.IN, ["red"])) == []
    assert chosen(PathTest("categories", Operator.GT, ["5"])) == []


def test_units_of_a_line_share_its_discount_the_first_take_the_last_cents() -> None:
    # 20.00 over 3 units
    assert [str(each) for each in unit_discounts(Decimal("20.00"), 3, "EUR")] == ["6.67", "6.67", "6.66"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: PercentOff(101),
        lambda: PercentOff(-1),
        lambda: across(-1),
        lambda: SetPrice(eur(-1), spread=Spread.ACROSS),
        lambda: UnitPriceFactor(-1),
        lambda: CheapestFree(0),
        lambda: BuyGet(0, 1),
        lambda: Bundle(0, price=eur(1)),
        lambda: Bundle(2),
        lambda: FirstThenAdditional(eur(-1), eur(0)),
        lambda: FullGroups(2),
        lambda: FullGroups(0, amount=eur(1)),
        lambda: UnitCaps(units=Decimal(-1)),
        lambda: BasketLine("a", "a", Decimal(-1), Decimal(1)),
        lambda: Basket("EUR", (line("a", 1, "1"), line("a", 1, "1"))),
        lambda: apply_to_basket((Offer("d"), Offer("d")), HOUSE, basket(), 1),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(wrong: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        wrong()
    assert "accepted: " in str(refused.value)


@pytest.mark.parametrize("selection", [Selection.ALL, Selection.OPTIMAL])
@pytest.mark.parametrize(("first", "line_id"), [(UnitPick.PRICIEST, "a"), (UnitPick.CHEAPEST, "b")])
def test_a_benefit_says_which_units_take_part_first(selection: Selection, first: UnitPick, line_id: str) -> None:
    """Half off one unit of 10.00 or 4.00, whatever the book's own order and however its offers are chosen."""
    settings = Combination(rounding=HALF_UP, percent_rounding=HALF_UP, selection=selection)
    caps = UnitCaps(Decimal(1), first=first)
    half = {"a": "5.00", "b": "2.00"}[line_id]
    lines = (line("a", 1, "10.00"), line("b", 1, "4.00"))
    assert off(PercentOff(Decimal(50), caps), *lines, settings=settings) == {line_id: half}
    assert {*off(AmountOff(eur(1), caps), *lines, settings=settings)} == {line_id}


def test_buying_and_getting_looks_for_its_lines_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once a set: a hundred lines of three units have a hundred free ones."""
    looked: list[object] = []
    lines_of = View.lines

    def counted(view: View, target: Target, scope: Scope = Scope.LINES) -> list[BasketLine]:
        looked.append(target)
        return lines_of(view, target, scope)

    monkeypatch.setattr(View, "lines", counted)
    free = off(BuyGet(2, 1, repeat=None), *(line(f"l{place}", 3, "1.00") for place in range(100)))
    assert sum(map(Decimal, free.values())) == 100
    assert len(looked) < 10
