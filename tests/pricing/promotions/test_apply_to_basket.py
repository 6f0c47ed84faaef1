"""Offers beside each other: order, lanes, exclusivity, spent units, budgets, codes; and what always holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.allocation import Remainder
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP, Rounding
from servicecore.pricing.best_price import Certificate
from servicecore.pricing.promotions.advertise import marginal_discount
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome, apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketCustomer, BasketLine, Scope
from servicecore.pricing.promotions.benefits import (
    AddItem,
    AmountOff,
    AnyBenefit,
    BuyGet,
    CheapestFree,
    FirstThenAdditional,
    PercentOff,
    SetPrice,
    Spread,
)
from servicecore.pricing.promotions.combination import (
    BudgetCheck,
    CodeMatch,
    Combination,
    Lowered,
    OfferOrder,
    PercentBase,
    RoundingLevel,
    Selection,
    Tie,
    UnitUse,
)
from servicecore.pricing.promotions.conditions import (
    CartContains,
    Counted,
    DistinctItems,
    InChannel,
    NthOrder,
    QuantityBetween,
    ShippedBy,
    UsesPerCustomer,
    ValueAtLeast,
)
from servicecore.pricing.promotions.endless_repeat import repeats_endlessly
from servicecore.pricing.promotions.limits import MOST_APPLICATIONS, Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger, Stacking
from servicecore.pricing.promotions.offer_codes import OfferCode, PastOrder
from servicecore.pricing.promotions.path_test import Operator, PathTest
from servicecore.pricing.promotions.target import EVERYTHING, Target

DAY = date(2026, 1, 15).toordinal()
HOUSE = Combination(order=OfferOrder.PRIORITY, discounted=Lowered.CATALOGUE, rounding=HALF_UP, percent_rounding=HALF_UP)


def line(name: str, quantity: int, price: str, **more: Any) -> BasketLine:
    return BasketLine(name, name, Decimal(quantity), Decimal(price), **more)


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def across(amount: str | int) -> AmountOff:
    return AmountOff(eur(amount), spread=Spread.ACROSS)


def at_least(units: int) -> QuantityBetween:
    return QuantityBetween(units, counted=Counted.TOGETHER)


def run(offers: list[Offer], *lines: BasketLine, rules: Combination = HOUSE, **more: Any) -> BasketOutcome:
    history = more.pop("history", ())
    return apply_to_basket(tuple(offers), rules, Basket("EUR", lines, **more), DAY, history)


def amounts(outcome: BasketOutcome) -> list[tuple[str, str, str]]:
    return [(share.offer, share.line, str(share.amount)) for share in outcome.shares]


def reasons(outcome: BasketOutcome) -> dict[str, str]:
    return {each.rule: each.reason.code for each in outcome.refused}


def test_the_higher_priority_is_applied_first_and_equal_ones_as_they_stand() -> None:
    offers = [
        Offer("a", across(10)),
        Offer("b", PercentOff(50), priority=1),
        Offer("c", PercentOff(50)),
    ]
    # 100: half is 50; 50 - 10 = 40; half is 20
    assert amounts(run(offers, line("x", 1, "100"))) == [("b", "x", "50.00"), ("a", "x", "10.00"), ("c", "x", "20.00")]
    as_given = evolve(HOUSE, order=OfferOrder.AS_GIVEN)
    assert [each[0] for each in amounts(run(offers, line("x", 1, "100"), rules=as_given))] == ["a", "b", "c"]
    gifts = [Offer("p", PercentOff(50)), Offer("g", (BuyGet(1, 1),))]
    first = evolve(HOUSE, order=OfferOrder.BUY_GET_FIRST)
    assert [each[0] for each in amounts(run(gifts, line("x", 2, "10"), rules=first))] == ["g", "p"]


def test_an_exclusive_offer_stands_alone_whatever_the_priority_of_ordinary_ones() -> None:
    rules = evolve(HOUSE, selection=Selection.FIRST_EXCLUSIVE_ELSE_ALL)
    offers = [
        Offer("ordinary", PercentOff(50), priority=9),
        Offer("low", PercentOff(40), priority=1, exclusive=Exclusivity.CART),
        Offer("high", PercentOff(10), priority=2, exclusive=Exclusivity.CART),
    ]
    outcome = run(offers, line("x", 1, "100"), rules=rules)
    assert amounts(outcome) == [("high", "x", "10.00")]
    assert reasons(outcome) == {"ordinary": "pricing.offer_not_combinable", "low": "pricing.offer_not_combinable"}
    asked = [evolve(offer, conditions=(at_least(2),)) if offer.id != "ordinary" else offer for offer in offers]
    # neither exclusive offer can be applied, so they stand in nobody's way
    assert amounts(run(asked, line("x", 1, "100"), rules=rules)) == [("ordinary", "x", "50.00")]


def test_in_a_lane_the_best_offer_of_each_line_wins_and_the_next_lane_sees_what_is_left() -> None:
    rules = evolve(HOUSE, selection=Selection.BEST_SINGLE, lanes=("pre", "default"), base=PercentBase.REMAINING)
    offers = [
        Offer("five", (AmountOff(eur(5), spread=Spread.EACH_LINE),), lane="pre"),
        Offer("tenth", PercentOff(10), lane="pre"),
        Offer("half", PercentOff(50)),
    ]
    outcome = run(offers, line("x", 1, "100"), line("y", 1, "20"), rules=rules)
    # x: 10 beats 5; y: 5 beats 2; then half of 90 and of 15
    assert sorted(amounts(outcome)) == [
        ("five", "y", "5"),
        ("half", "x", "45.00"),
        ("half", "y", "7.50"),
        ("tenth", "x", "10.00"),
    ]
    lost = run([*offers, Offer("weak", PercentOff(1))], line("x", 1, "100"), rules=rules)
    assert reasons(lost)["weak"] == "pricing.offer_lost"


@pytest.mark.parametrize(("tie", "winner"), [(Tie.FIRST, "old"), (Tie.LAST, "new")])
def test_of_equal_offers_the_settings_say_which_wins(tie: Tie, winner: str) -> None:
    rules = evolve(HOUSE, selection=Selection.BEST_SINGLE, tie=tie)
    outcome = run([Offer("old", PercentOff(10)), Offer("new", PercentOff(10))], line("x", 1, "10"), rules=rules)
    assert [each.offer for each in outcome.applications] == [winner]


def test_exclusive_beats_best_price_and_best_price_competes_with_all_compound_ones() -> None:
    rules = evolve(HOUSE, selection=Selection.CONCURRENCY, base=PercentBase.ORIGINAL)
    compound = [Offer("c10", PercentOff(10)), Offer("c20", PercentOff(20))]
    best = Offer("b25", PercentOff(25), stacking=Stacking.BEST_PRICE)
    exclusive = Offer("e5", PercentOff(5), stacking=Stacking.EXCLUSIVE)
    # 10 + 20 together are 30 of the price before, which beats 25
    assert amounts(run([*compound, best], line("x", 1, "100"), rules=rules)) == [
        ("c10", "x", "10.00"),
        ("c20", "x", "20.00"),
    ]
    assert amounts(run([compound[0], best], line("x", 1, "100"), rules=rules)) == [("b25", "x", "25.00")]
    assert amounts(run([*compound, best, exclusive], line("x", 1, "100"), rules=rules)) == [("e5", "x", "5.00")]


def test_an_offer_is_repeated_while_units_are_left_and_spends_what_its_condition_counts() -> None:
    rules = evolve(HOUSE, unit_use=UnitUse.SPENT, repeat=True, base=PercentBase.ORIGINAL)
    offer = Offer("3for2", (CheapestFree(),), conditions=(at_least(3),))
    outcome = run([offer], line("x", 7, "10"), rules=rules)
    # two full threes; the seventh pays
    assert [(each.times, str(each.amount)) for each in outcome.applications] == [(2, "20")]
    assert dict(outcome.units_used) == {"x": Decimal(6)}
    once = evolve(offer, limits=OfferLimits(per_basket=1))
    assert run([once], line("x", 7, "10"), rules=rules).applications[0].times == 1


def test_units_of_an_exclusive_offer_are_nobody_elses_and_lists_say_who_may_share_a_line() -> None:
    rules = evolve(HOUSE, unit_use=UnitUse.SPENT, base=PercentBase.ORIGINAL)
    free = Offer("free", (CheapestFree(),), exclusive=Exclusivity.UNIT)
    tenth = Offer("tenth", PercentOff(10))
    # of two units one is free; the other gets 10 %
    assert amounts(run([free, tenth], line("x", 2, "10"), rules=rules)) == [("free", "x", "10"), ("tenth", "x", "1.00")]
    shared = [evolve(free, exclusive=Exclusivity.NO), tenth]
    # both look at both units, and 2.00 is 10 % of 20
    assert amounts(run(shared, line("x", 2, "10"), rules=rules))[1] == ("tenth", "x", "2.00")
    picky = [evolve(shared[0], combinable_with=("other",)), tenth]
    assert [each[0] for each in amounts(run(picky, line("x", 2, "10"), rules=rules))] == ["free"]


def test_a_budget_counts_the_whole_offer_or_every_share_for_itself() -> None:
    budget = Budget(Measure.AMOUNT, 100, 40)
    offer = Offer("d", (AmountOff(eur(50), spread=Spread.EACH_LINE),), limits=OfferLimits(budget=budget))
    lines = (line("x", 1, "50"), line("y", 1, "50"))
    # 60 are left: 100 do not fit, 50 do
    whole = run([offer], *lines)
    assert amounts(whole) == []
    assert reasons(whole) == {"d": "pricing.offer_budget"}
    each = run([offer], *lines, rules=evolve(HOUSE, budget_check=BudgetCheck.EACH_SHARE))
    assert amounts(each) == [("d", "x", "50"), ("d", "y", "50")]
    # two cards at 40 are 80
    cards = evolve(offer, benefits=AddItem("card", eur(40), per_units=Decimal(1)))
    for check in BudgetCheck:
        assert reasons(run([cards], *lines, rules=evolve(HOUSE, budget_check=check))) == {"d": "pricing.offer_budget"}
    assert reasons(run([evolve(cards, benefits=AddItem("card", eur(30), per_units=Decimal(1)))], *lines)) == {}
    spent = Offer("d", across(1), limits=OfferLimits(budget=Budget(Measure.COUNT, 5, 5)))
    assert reasons(run([spent], *lines)) == {"d": "pricing.offer_budget"}


def test_limits_leave_the_smallest_number_of_applications() -> None:
    assert OfferLimits().left() == MOST_APPLICATIONS
    assert OfferLimits(per_basket=3, total=10, used=8).left() == 2
    assert OfferLimits(total=5, used=10).left() == 0
    assert OfferLimits(per_customer=2).left(1) == 1
    assert OfferLimits(per_customer=2).left(None) == MOST_APPLICATIONS
    assert OfferLimits(budget=Budget(Measure.AMOUNT, 10, 20)).left() == 0


def coded(code: OfferCode, **more: Any) -> Offer:
    return Offer("d", PercentOff(10), trigger=OfferTrigger.CODE, codes=(code,), **more)


@pytest.mark.parametrize(
    ("offer", "history", "reason"),
    [
        (coded(OfferCode("CODE", valid_until=date(2026, 1, 14))), (), "pricing.offer_code_outside_dates"),
        (coded(OfferCode("CODE", uses_total=2, used=2)), (), "pricing.offer_code_limit"),
        (coded(OfferCode("CODE", uses_per_customer=1)), (PastOrder(("CODE",)),), "pricing.offer_code_customer_limit"),
        (coded(OfferCode("CODE", uses_per_customer=1)), (PastOrder(("CODE",), cancelled=True),), ""),
        (
            coded(OfferCode("CODE", uses_per_customer=1, cancel_releases_use=False)),
            (PastOrder(("CODE",), cancelled=True),),
            "pricing.offer_code_customer_limit",
        ),
        (coded(OfferCode("CODE"), valid_from=date(2026, 1, 16)), (), "pricing.offer_not_started"),
        (coded(OfferCode("CODE"), valid_until=date(2026, 1, 14)), (), "pricing.offer_expired"),
        (coded(OfferCode("CODE"), valid_until=date(2026, 1, 15)), (), ""),
        (coded(OfferCode("OTHER")), (), "pricing.offer_code_unknown"),
        (
            coded(OfferCode("CODE"), conditions=(at_least(2),)),
            (),
            "pricing.condition_quantity",
        ),
    ],
)
def test_a_code_has_one_reason_why_it_does_nothing(offer: Offer, history: tuple[PastOrder, ...], reason: str) -> None:
    outcome = run([offer], line("x", 1, "10"), codes=("code",), customer=BasketCustomer("C1"), history=history)
    found = [each.reason.code for each in outcome.refused]
    assert found == ([reason] if reason else [])
    assert bool(outcome.shares) is not bool(reason)


def test_codes_are_compared_without_case_unless_the_settings_say_otherwise_and_count_once() -> None:
    offer = coded(OfferCode("Ten Off"))
    assert run([offer], line("x", 1, "10"), codes=(" tenoff",)).codes == (("d", " tenoff"),)
    exact = evolve(HOUSE, code_match=CodeMatch.EXACT)
    assert reasons(run([offer], line("x", 1, "10"), codes=("ten off",), rules=exact)) == {
        "ten off": "pricing.offer_code_unknown"
    }
    twice = run([offer], line("x", 1, "10"), codes=("TEN OFF", "ten off"))
    assert (len(twice.shares), reasons(twice)) == (1, {"ten off": "pricing.code_typed_before"})
    assert run([offer], line("x", 1, "10")).shares == ()


def test_a_code_that_counts_each_customer_needs_one() -> None:
    offer = coded(OfferCode("CODE", uses_per_customer=1))
    assert reasons(run([offer], line("x", 1, "10"), codes=("CODE",))) == {"CODE": "pricing.offer_code_login_required"}


@pytest.mark.parametrize(
    ("condition", "more", "reason"),
    [
        (at_least(3), {}, "pricing.condition_quantity"),
        (at_least(2), {}, ""),
        (QuantityBetween(2, counted=Counted.TOGETHER, target=Target(("x",))), {}, "pricing.condition_quantity"),
        (QuantityBetween(2, counted=Counted.ANY_LINE), {}, "pricing.condition_quantity"),
        (DistinctItems(2), {}, ""),
        (DistinctItems(3), {}, "pricing.condition_distinct_items"),
        (ValueAtLeast(eur(30)), {}, ""),
        (ValueAtLeast(eur(30), strict=True), {}, "pricing.condition_value_above"),
        (ValueAtLeast(eur("30.01")), {}, "pricing.condition_value"),
        (ValueAtLeast(Money(Decimal(1), "USD")), {}, "pricing.condition_currency"),
        (CartContains(Target(where=(PathTest("colour", Operator.IN, ["red"]),))), {}, "pricing.condition_contains"),
        (NthOrder(1), {"customer": BasketCustomer("C", orders_before=1)}, "pricing.condition_first_order"),
        (NthOrder(2), {"customer": BasketCustomer("C", orders_before=1)}, ""),
        (NthOrder(1), {}, "pricing.condition_order_number"),
        (NthOrder(1, anonymous_counts_as_first=True), {}, ""),
        (UsesPerCustomer(1), {"customer": BasketCustomer("C", offer_uses=(("d", 1),))}, "pricing.offer_customer_limit"),
        (UsesPerCustomer(2), {"customer": BasketCustomer("C", offer_uses=(("d", 1),))}, ""),
        (UsesPerCustomer(1), {}, "pricing.offer_login_required"),
        (InChannel(("web",)), {"channel": "shop"}, "pricing.condition_channel"),
        (InChannel(()), {"channel": "web"}, "pricing.condition_channel"),
        (ShippedBy(("dhl",)), {}, "pricing.condition_shipping"),
    ],
)
def test_a_condition_holds_or_says_why_not(condition: Any, more: dict[str, Any], reason: str) -> None:
    offer = Offer("d", PercentOff(10), conditions=(condition,))
    outcome = run([offer], line("x", 1, "10"), line("y", 1, "20"), **more)
    assert reasons(outcome) == ({"d": reason} if reason else {})


def test_conditions_see_what_offers_before_left() -> None:
    offers = [
        Offer("half", (PercentOff(50, spread=Spread.ACROSS, on_order=True),), priority=1),
        Offer("ten", across(10), conditions=(ValueAtLeast(eur(100)),)),
    ]
    assert [each.offer for each in run(offers, line("x", 1, "120")).applications] == ["half"]
    assert len(run(offers, line("x", 1, "200")).applications) == 2


def test_a_shipping_condition_confines_the_offer_to_its_methods() -> None:
    ups, dhl = line("ups", 1, "10", shipping=True), line("dhl", 1, "20", shipping=True)
    offer = Offer("d", (PercentOff(50, scope=Scope.SHIPPING),), conditions=(ShippedBy(("ups",)),))
    assert amounts(run([offer], line("x", 1, "5"), ups, dhl)) == [("d", "ups", "5.00")]


def test_what_is_closed_or_on_sale_stays_as_it_is() -> None:
    closed = line("x", 1, "10", open_to_offers=False)
    on_sale = line("y", 1, "10", list_price=Decimal(12))
    offer = Offer("d", PercentOff(50), applies_to_discounted=False)
    assert amounts(run([offer], closed, on_sale, line("z", 1, "10"))) == [("d", "z", "5.00")]


def test_direct_offers_wait_for_their_name_and_automatic_ones_may_be_left_out() -> None:
    direct = Offer(
        "d",
        PercentOff(10),
        trigger=OfferTrigger.DIRECT,
        conditions=(at_least(5),),
        skip_conditions=True,
    )
    assert run([direct], line("x", 1, "10")).shares == ()
    assert amounts(run([direct], line("x", 1, "10"), direct=("d",))) == [("d", "x", "1.00")]
    assert run([Offer("a", PercentOff(10))], line("x", 1, "10"), ignore_automatic=True).shares == ()


def test_one_more_unit_is_advertised_at_what_it_takes_off_more() -> None:
    benefit = FirstThenAdditional(eur("1.13"), eur("2.11"), 5)
    # 12 units: 1.13 + 4 x 2.11 = 9.57; 2 units: 3.24; 6.33 over 10
    got = marginal_discount(benefit, HOUSE, "EUR", Decimal(12), in_cart=Decimal(2), wanted=Decimal(10))
    assert got == Decimal("0.63")


SKUS = ("a", "b", "c")
LINES = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 5), st.integers(0, 3000)), min_size=1, max_size=4).map(
    lambda rows: tuple(
        BasketLine(f"l{number}", sku, Decimal(quantity), Decimal(cents).scaleb(-2))
        for number, (sku, quantity, cents) in enumerate(rows)
    )
)
TARGETS = st.sampled_from([EVERYTHING, Target(("a",)), Target(("a", "b"))])
BENEFITS = st.one_of(
    st.builds(PercentOff, st.integers(0, 100), spread=st.sampled_from(Spread), target=TARGETS),
    st.builds(AmountOff, st.integers(0, 40).map(eur), spread=st.sampled_from(Spread), target=TARGETS),
    st.builds(SetPrice, st.integers(0, 40).map(eur), spread=st.sampled_from(Spread), target=TARGETS),
    st.builds(BuyGet, st.integers(1, 2), st.just(1), repeat=st.sampled_from([1, None]), target=TARGETS),
    st.builds(CheapestFree, st.integers(1, 2), target=TARGETS),
    st.builds(FirstThenAdditional, st.integers(0, 5).map(eur), st.integers(0, 5).map(eur), target=TARGETS),
)
CONDITIONS = st.one_of(
    st.builds(QuantityBetween, st.integers(0, 4), counted=st.sampled_from(Counted), target=TARGETS),
    st.builds(DistinctItems, st.integers(1, 2), TARGETS),
    st.builds(CartContains, TARGETS),
)


def rules(selection: Selection) -> st.SearchStrategy[Combination]:
    bases = [PercentBase.REMAINING] if selection is Selection.OPTIMAL else list(PercentBase)
    return st.builds(
        Combination,
        order=st.sampled_from(OfferOrder),
        selection=st.just(selection),
        base=st.sampled_from(bases),
        unit_use=st.sampled_from(UnitUse),
        repeat=st.booleans(),
        remainder=st.sampled_from([Remainder.LARGEST, Remainder.LAST_LINE, Remainder.FIRST_LINES]),
    )


@st.composite
def combined_offers(draw: st.DrawFn) -> tuple[tuple[Offer, ...], Combination]:
    offers = tuple(
        Offer(
            f"d{number}",
            tuple(draw(st.lists(BENEFITS, min_size=1, max_size=2))),
            conditions=tuple(draw(st.lists(CONDITIONS, max_size=1))),
            priority=draw(st.integers(0, 2)),
            exclusive=draw(st.sampled_from(Exclusivity)),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    combination = draw(rules(draw(st.sampled_from(Selection))))
    # What would repeat without end is refused; it is applied once or twice here.
    bounded = OfferLimits(per_basket=draw(st.integers(1, 2)))
    ended = (evolve(each, limits=bounded) if repeats_endlessly(each, combination) else each for each in offers)
    return tuple(ended), combination


@settings(max_examples=100, deadline=None)
@given(combined_offers(), LINES)
def test_no_line_goes_below_nothing_whatever_offers_and_settings(
    combined: tuple[tuple[Offer, ...], Combination], lines: tuple[BasketLine, ...]
) -> None:
    outcome = apply_to_basket(*combined, Basket("EUR", lines), DAY)
    used = dict(outcome.units_used)
    for each in lines:
        assert 0 <= outcome.discount(each.id) <= each.value
        assert used.get(each.id, Decimal(0)) <= each.quantity
    assert all(share.amount > 0 for share in outcome.shares)
    by_offer = {application.offer: application.amount for application in outcome.applications}
    assert sum(by_offer.values()) == sum(share.amount for share in outcome.shares)


@settings(max_examples=80, deadline=None)
@given(st.data(), LINES, st.booleans(), st.booleans())
def test_the_best_combination_is_no_worse_without_an_offer_nor_than_one_alone(
    data: st.DataObject, lines: tuple[BasketLine, ...], repeat: bool, exclusive: bool
) -> None:
    """What is proven of all offers bounds what any of them give; where nothing is exclusive and wherever it is."""
    offers = tuple(
        Offer(
            f"d{number}",
            tuple(data.draw(st.lists(BENEFITS, min_size=1, max_size=2))),
            conditions=tuple(data.draw(st.lists(CONDITIONS, max_size=1))),
            exclusive=data.draw(st.sampled_from(Exclusivity)) if exclusive else Exclusivity.NO,
            combinable_with=data.draw(st.sampled_from([(), (), ("d0",)])) if exclusive else (),
        )
        for number in range(data.draw(st.integers(1, 4)))
    )
    rules = Combination(selection=Selection.OPTIMAL, repeat=repeat, rounding=HALF_UP, level=RoundingLevel.UNIT)

    def proof(given: tuple[Offer, ...]) -> Certificate:
        outcome = apply_to_basket(given, rules, Basket("EUR", lines), DAY)
        assert outcome.best_price is not None
        assert sum((share.amount for share in outcome.shares), Decimal(0)) == outcome.best_price.value.amount
        return outcome.best_price

    best = proof(offers)
    for offer in offers:
        assert proof((offer,)).value <= best.bound
        assert proof(tuple(each for each in offers if each is not offer)).value <= best.bound


ALONE = st.one_of(
    st.builds(PercentOff, st.integers(0, 100), target=TARGETS),
    st.builds(AmountOff, st.integers(0, 40).map(eur), target=TARGETS),
    st.builds(SetPrice, st.integers(0, 40).map(eur), target=TARGETS),
    st.builds(FirstThenAdditional, st.just(eur(5)), st.integers(0, 5).map(eur), st.integers(0, 4), target=TARGETS),
)


@settings(max_examples=80, deadline=None)
@given(ALONE, LINES, st.sampled_from([None, HALF_UP]))
def test_one_offer_gives_the_same_whether_it_is_one_of_all_or_the_best(
    benefit: AnyBenefit, lines: tuple[BasketLine, ...], percents: Rounding | None
) -> None:
    """To the cent: with one offer there is nothing to choose."""

    def off(selection: Selection) -> list[Decimal]:
        rules = Combination(
            selection=selection,
            rounding=HALF_UP,
            percent_rounding=percents,
            unit_use=UnitUse.SPENT,
        )
        outcome = apply_to_basket((Offer("d", benefit),), rules, Basket("EUR", lines), DAY)
        return [outcome.discount(line.id) for line in lines]

    assert off(Selection.OPTIMAL) == off(Selection.ALL)
