"""Deals beside each other: order, lanes, exclusivity, spent units, budgets, codes; and what always holds."""

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
from servicecore.pricing.deals.advertise import marginal_discount
from servicecore.pricing.deals.apply_deals import DealOutcome, apply_deals
from servicecore.pricing.deals.basket import Basket, BasketCustomer, BasketLine, Scope
from servicecore.pricing.deals.benefits import (
    BuyGet,
    CheapestFree,
    DealAmount,
    DealPercent,
    FirstThenAdditional,
    Spread,
)
from servicecore.pricing.deals.codes import DealCode, PastOrder
from servicecore.pricing.deals.combination import (
    BudgetCheck,
    CodeMatch,
    Combination,
    DealBase,
    DealOrder,
    DealSelection,
    Tie,
    UnitUse,
)
from servicecore.pricing.deals.conditions import (
    AnyLineQuantity,
    BasketValue,
    ContainsLine,
    DistinctItems,
    InChannels,
    NthOrder,
    ShippedBy,
    UnitCount,
    UsesPerCustomer,
)
from servicecore.pricing.deals.deal import Deal, DealExclusivity, DealTrigger, Stacking
from servicecore.pricing.deals.limits import MOST_APPLICATIONS, Budget, DealLimits, Measure
from servicecore.pricing.deals.programme import DealProgramme
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget, Operator, PathTest, of_items

DAY = date(2026, 1, 15).toordinal()
HOUSE = Combination()


def line(name: str, quantity: int, price: str, **more: Any) -> BasketLine:
    return BasketLine(name, name, Decimal(quantity), Decimal(price), **more)


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def run(deals: list[Deal], *lines: BasketLine, rules: Combination = HOUSE, **more: Any) -> DealOutcome:
    history = more.pop("history", ())
    return apply_deals(DealProgramme(tuple(deals), rules), Basket("EUR", lines, **more), DAY, history)


def amounts(outcome: DealOutcome) -> list[tuple[str, str, str]]:
    return [(share.deal, share.line, str(share.amount)) for share in outcome.shares]


def reasons(outcome: DealOutcome) -> dict[str, str]:
    return {each.rule: each.reason.code for each in outcome.refused}


def test_the_higher_priority_is_applied_first_and_equal_ones_as_they_stand() -> None:
    deals = [Deal("a", (DealAmount(10),)), Deal("b", (DealPercent(50),), priority=1), Deal("c", (DealPercent(50),))]
    # 100: half is 50; 50 - 10 = 40; half is 20
    assert amounts(run(deals, line("x", 1, "100"))) == [("b", "x", "50.00"), ("a", "x", "10.00"), ("c", "x", "20.00")]
    as_given = evolve(HOUSE, order=DealOrder.AS_GIVEN)
    assert [each[0] for each in amounts(run(deals, line("x", 1, "100"), rules=as_given))] == ["a", "b", "c"]
    gifts = [Deal("p", (DealPercent(50),)), Deal("g", (BuyGet(1, 1),))]
    first = evolve(HOUSE, order=DealOrder.BUY_GET_FIRST)
    assert [each[0] for each in amounts(run(gifts, line("x", 2, "10"), rules=first))] == ["g", "p"]


def test_an_exclusive_deal_stands_alone_whatever_the_priority_of_ordinary_ones() -> None:
    rules = evolve(HOUSE, selection=DealSelection.FIRST_EXCLUSIVE_ELSE_ALL)
    deals = [
        Deal("ordinary", (DealPercent(50),), priority=9),
        Deal("low", (DealPercent(40),), priority=1, exclusive=DealExclusivity.CART),
        Deal("high", (DealPercent(10),), priority=2, exclusive=DealExclusivity.CART),
    ]
    outcome = run(deals, line("x", 1, "100"), rules=rules)
    assert amounts(outcome) == [("high", "x", "10.00")]
    assert reasons(outcome) == {"ordinary": "deal.not_combinable", "low": "deal.not_combinable"}
    asked = [evolve(deal, conditions=(UnitCount(2),)) if deal.id != "ordinary" else deal for deal in deals]
    # neither exclusive deal can be applied, so they stand in nobody's way
    assert amounts(run(asked, line("x", 1, "100"), rules=rules)) == [("ordinary", "x", "50.00")]


def test_in_a_lane_the_best_deal_of_each_line_wins_and_the_next_lane_sees_what_is_left() -> None:
    rules = evolve(HOUSE, selection=DealSelection.BEST_SINGLE, lanes=("pre", "default"), base=DealBase.REMAINING)
    deals = [
        Deal("five", (DealAmount(5, Spread.EACH_LINE),), lane="pre"),
        Deal("tenth", (DealPercent(10),), lane="pre"),
        Deal("half", (DealPercent(50),)),
    ]
    outcome = run(deals, line("x", 1, "100"), line("y", 1, "20"), rules=rules)
    # x: 10 beats 5; y: 5 beats 2; then half of 90 and of 15
    assert sorted(amounts(outcome)) == [
        ("five", "y", "5"),
        ("half", "x", "45.00"),
        ("half", "y", "7.50"),
        ("tenth", "x", "10.00"),
    ]
    lost = run([*deals, Deal("weak", (DealPercent(1),))], line("x", 1, "100"), rules=rules)
    assert reasons(lost)["weak"] == "deal.lost"


@pytest.mark.parametrize(("tie", "winner"), [(Tie.FIRST, "old"), (Tie.LAST, "new")])
def test_of_equal_deals_the_settings_say_which_wins(tie: Tie, winner: str) -> None:
    rules = evolve(HOUSE, selection=DealSelection.BEST_SINGLE, tie=tie)
    outcome = run([Deal("old", (DealPercent(10),)), Deal("new", (DealPercent(10),))], line("x", 1, "10"), rules=rules)
    assert [each.deal for each in outcome.applications] == [winner]


def test_exclusive_beats_best_price_and_best_price_competes_with_all_compound_ones() -> None:
    rules = evolve(HOUSE, selection=DealSelection.CONCURRENCY, base=DealBase.ORIGINAL)
    compound = [Deal("c10", (DealPercent(10),)), Deal("c20", (DealPercent(20),))]
    best = Deal("b25", (DealPercent(25),), stacking=Stacking.BEST_PRICE)
    exclusive = Deal("e5", (DealPercent(5),), stacking=Stacking.EXCLUSIVE)
    # 10 + 20 together are 30 of the price before, which beats 25
    assert amounts(run([*compound, best], line("x", 1, "100"), rules=rules)) == [
        ("c10", "x", "10.00"),
        ("c20", "x", "20.00"),
    ]
    assert amounts(run([compound[0], best], line("x", 1, "100"), rules=rules)) == [("b25", "x", "25.00")]
    assert amounts(run([*compound, best, exclusive], line("x", 1, "100"), rules=rules)) == [("e5", "x", "5.00")]


def test_a_deal_is_repeated_while_units_are_left_and_spends_what_its_condition_counts() -> None:
    rules = evolve(HOUSE, unit_use=UnitUse.SPENT, repeat=True, base=DealBase.ORIGINAL)
    deal = Deal("3for2", (CheapestFree(),), conditions=(UnitCount(3),))
    outcome = run([deal], line("x", 7, "10"), rules=rules)
    # two full threes; the seventh pays
    assert [(each.times, str(each.amount)) for each in outcome.applications] == [(2, "20")]
    assert dict(outcome.units_used) == {"x": Decimal(6)}
    once = evolve(deal, limits=DealLimits(per_basket=1))
    assert run([once], line("x", 7, "10"), rules=rules).applications[0].times == 1


def test_units_of_an_exclusive_deal_are_nobody_elses_and_lists_say_who_may_share_a_line() -> None:
    rules = evolve(HOUSE, unit_use=UnitUse.SPENT, base=DealBase.ORIGINAL)
    free = Deal("free", (CheapestFree(),), exclusive=DealExclusivity.LINE)
    tenth = Deal("tenth", (DealPercent(10),))
    # of two units one is free; the other gets 10 %
    assert amounts(run([free, tenth], line("x", 2, "10"), rules=rules)) == [("free", "x", "10"), ("tenth", "x", "1.00")]
    shared = [evolve(free, exclusive=DealExclusivity.NO), tenth]
    # both look at both units, and 2.00 is 10 % of 20
    assert amounts(run(shared, line("x", 2, "10"), rules=rules))[1] == ("tenth", "x", "2.00")
    picky = [evolve(shared[0], combinable_with=("other",)), tenth]
    assert [each[0] for each in amounts(run(picky, line("x", 2, "10"), rules=rules))] == ["free"]


def test_a_budget_counts_the_whole_deal_or_every_share_for_itself() -> None:
    budget = Budget(Measure.AMOUNT, 100, 40)
    deal = Deal("d", (DealAmount(50, Spread.EACH_LINE),), limits=DealLimits(budget=budget))
    lines = (line("x", 1, "50"), line("y", 1, "50"))
    # 60 are left: 100 do not fit, 50 do
    whole = run([deal], *lines)
    assert amounts(whole) == []
    assert reasons(whole) == {"d": "deal.budget_exceeded"}
    each = run([deal], *lines, rules=evolve(HOUSE, budget_check=BudgetCheck.EACH_SHARE))
    assert amounts(each) == [("d", "x", "50"), ("d", "y", "50")]
    spent = Deal("d", (DealAmount(1),), limits=DealLimits(budget=Budget(Measure.COUNT, 5, 5)))
    assert reasons(run([spent], *lines)) == {"d": "deal.budget_exceeded"}


def test_limits_leave_the_smallest_number_of_applications() -> None:
    assert DealLimits().left() == MOST_APPLICATIONS
    assert DealLimits(per_basket=3, total=10, used=8).left() == 2
    assert DealLimits(total=5, used=10).left() == 0
    assert DealLimits(per_customer=2).left(1) == 1
    assert DealLimits(per_customer=2).left(None) == MOST_APPLICATIONS
    assert DealLimits(budget=Budget(Measure.AMOUNT, 10, 20)).left() == 0


def coded(code: DealCode, **more: Any) -> Deal:
    return Deal("d", (DealPercent(10),), trigger=DealTrigger.CODE, codes=(code,), **more)


@pytest.mark.parametrize(
    ("deal", "history", "reason"),
    [
        (coded(DealCode("CODE", valid_until=date(2026, 1, 14))), (), "deal.code_expired"),
        (coded(DealCode("CODE", uses_total=2, used=2)), (), "deal.code_limit_reached"),
        (coded(DealCode("CODE", uses_per_customer=1)), (PastOrder(("CODE",)),), "deal.code_customer_limit_reached"),
        (coded(DealCode("CODE", uses_per_customer=1)), (PastOrder(("CODE",), cancelled=True),), ""),
        (
            coded(DealCode("CODE", uses_per_customer=1, cancel_releases_use=False)),
            (PastOrder(("CODE",), cancelled=True),),
            "deal.code_customer_limit_reached",
        ),
        (coded(DealCode("CODE"), valid_from=date(2026, 1, 16)), (), "deal.not_started"),
        (coded(DealCode("CODE"), valid_until=date(2026, 1, 14)), (), "deal.expired"),
        (coded(DealCode("CODE"), valid_until=date(2026, 1, 15)), (), ""),
        (coded(DealCode("OTHER")), (), "deal.unknown_code"),
        (coded(DealCode("CODE"), conditions=(UnitCount(2),)), (), "deal.too_few_units"),
    ],
)
def test_a_code_has_one_reason_why_it_does_nothing(deal: Deal, history: tuple[PastOrder, ...], reason: str) -> None:
    outcome = run([deal], line("x", 1, "10"), codes=("code",), customer=BasketCustomer("C1"), history=history)
    found = [each.reason.code for each in outcome.refused]
    assert found == ([reason] if reason else [])
    assert bool(outcome.shares) is not bool(reason)


def test_codes_are_compared_without_case_unless_the_settings_say_otherwise_and_count_once() -> None:
    deal = coded(DealCode("Ten Off"))
    assert run([deal], line("x", 1, "10"), codes=(" tenoff",)).codes == (("d", " tenoff"),)
    exact = evolve(HOUSE, code_match=CodeMatch.EXACT)
    assert reasons(run([deal], line("x", 1, "10"), codes=("ten off",), rules=exact)) == {"ten off": "deal.unknown_code"}
    twice = run([deal], line("x", 1, "10"), codes=("TEN OFF", "ten off"))
    assert (len(twice.shares), reasons(twice)) == (1, {"ten off": "deal.code_already_applied"})
    assert run([deal], line("x", 1, "10")).shares == ()


def test_a_code_that_counts_each_customer_needs_one() -> None:
    deal = coded(DealCode("CODE", uses_per_customer=1))
    assert reasons(run([deal], line("x", 1, "10"), codes=("CODE",))) == {"CODE": "deal.code_login_required"}


@pytest.mark.parametrize(
    ("condition", "more", "reason"),
    [
        (UnitCount(3), {}, "deal.too_few_units"),
        (UnitCount(2), {}, ""),
        (UnitCount(2, of_items("x")), {}, "deal.too_few_units"),
        (AnyLineQuantity(2), {}, "deal.too_few_units"),
        (DistinctItems(2), {}, ""),
        (DistinctItems(3), {}, "deal.too_few_items"),
        (BasketValue(eur(30)), {}, ""),
        (BasketValue(eur(30), strict=True), {}, "deal.not_above_minimum"),
        (BasketValue(eur("30.01")), {}, "deal.below_minimum"),
        (BasketValue(Money(Decimal(1), "USD")), {}, "deal.other_currency"),
        (ContainsLine(DealTarget((PathTest("colour", Operator.IN, ["red"]),))), {}, "deal.not_contained"),
        (NthOrder(1), {"customer": BasketCustomer("C", orders_before=1)}, "deal.not_first_order"),
        (NthOrder(2), {"customer": BasketCustomer("C", orders_before=1)}, ""),
        (NthOrder(1), {}, "deal.other_order_number"),
        (NthOrder(1, anonymous_counts_as_first=True), {}, ""),
        (UsesPerCustomer(1), {"customer": BasketCustomer("C", deal_uses=(("d", 1),))}, "deal.customer_limit_reached"),
        (UsesPerCustomer(2), {"customer": BasketCustomer("C", deal_uses=(("d", 1),))}, ""),
        (UsesPerCustomer(1), {}, "deal.login_required"),
        (InChannels(("web",)), {"channel": "shop"}, "deal.not_in_channel"),
        (InChannels(()), {"channel": "web"}, "deal.not_in_channel"),
        (ShippedBy(("dhl",)), {}, "deal.other_shipping"),
    ],
)
def test_a_condition_holds_or_says_why_not(condition: Any, more: dict[str, Any], reason: str) -> None:
    deal = Deal("d", (DealPercent(10),), conditions=(condition,))
    outcome = run([deal], line("x", 1, "10"), line("y", 1, "20"), **more)
    assert reasons(outcome) == ({"d": reason} if reason else {})


def test_conditions_see_what_deals_before_left() -> None:
    deals = [
        Deal("half", (DealPercent(50, Spread.ACROSS, on_order=True),), priority=1),
        Deal("ten", (DealAmount(10),), conditions=(BasketValue(eur(100)),)),
    ]
    assert [each.deal for each in run(deals, line("x", 1, "120")).applications] == ["half"]
    assert len(run(deals, line("x", 1, "200")).applications) == 2


def test_a_shipping_condition_confines_the_deal_to_its_methods() -> None:
    ups, dhl = line("ups", 1, "10", shipping=True), line("dhl", 1, "20", shipping=True)
    deal = Deal("d", (DealPercent(50, scope=Scope.SHIPPING),), conditions=(ShippedBy(("ups",)),))
    assert amounts(run([deal], line("x", 1, "5"), ups, dhl)) == [("d", "ups", "5.00")]


def test_what_is_closed_or_on_sale_stays_as_it_is() -> None:
    closed = line("x", 1, "10", discountable=False)
    on_sale = line("y", 1, "10", list_price=Decimal(12))
    deal = Deal("d", (DealPercent(50),), applies_to_discounted=False)
    assert amounts(run([deal], closed, on_sale, line("z", 1, "10"))) == [("d", "z", "5.00")]


def test_direct_deals_wait_for_their_name_and_automatic_ones_may_be_left_out() -> None:
    direct = Deal("d", (DealPercent(10),), trigger=DealTrigger.DIRECT, conditions=(UnitCount(5),), skip_conditions=True)
    assert run([direct], line("x", 1, "10")).shares == ()
    assert amounts(run([direct], line("x", 1, "10"), direct=("d",))) == [("d", "x", "1.00")]
    assert run([Deal("a", (DealPercent(10),))], line("x", 1, "10"), ignore_automatic=True).shares == ()


def test_one_more_unit_is_advertised_at_what_it_takes_off_more() -> None:
    benefit = FirstThenAdditional("1.13", "2.11", 5)
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
TARGETS = st.sampled_from([EVERY_LINE, of_items("a"), of_items("a", "b")])
BENEFITS = st.one_of(
    st.builds(DealPercent, st.integers(0, 100), st.sampled_from(Spread), target=TARGETS),
    st.builds(DealAmount, st.integers(0, 40), st.sampled_from(Spread), target=TARGETS),
    st.builds(BuyGet, st.integers(1, 2), st.just(1), repeat=st.sampled_from([1, None]), target=TARGETS),
    st.builds(CheapestFree, st.integers(1, 2), target=TARGETS),
    st.builds(FirstThenAdditional, st.integers(0, 5), st.integers(0, 5), target=TARGETS),
)
CONDITIONS = st.one_of(
    st.builds(UnitCount, st.integers(0, 4), TARGETS),
    st.builds(DistinctItems, st.integers(1, 2), TARGETS),
    st.builds(ContainsLine, TARGETS),
)
RULES = st.builds(
    Combination,
    order=st.sampled_from(DealOrder),
    selection=st.sampled_from(DealSelection),
    base=st.sampled_from(DealBase),
    unit_use=st.sampled_from(UnitUse),
    repeat=st.booleans(),
    remainder=st.sampled_from([Remainder.LARGEST, Remainder.LAST_LINE, Remainder.FIRST_LINES]),
)


@st.composite
def programmes(draw: st.DrawFn) -> DealProgramme:
    deals = tuple(
        Deal(
            f"d{number}",
            tuple(draw(st.lists(BENEFITS, min_size=1, max_size=2))),
            conditions=tuple(draw(st.lists(CONDITIONS, max_size=1))),
            priority=draw(st.integers(0, 2)),
            exclusive=draw(st.sampled_from(DealExclusivity)),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    return DealProgramme(deals, draw(RULES))


@settings(max_examples=100, deadline=None)
@given(programmes(), LINES)
def test_no_line_goes_below_nothing_whatever_deals_and_settings(
    programme: DealProgramme, lines: tuple[BasketLine, ...]
) -> None:
    outcome = apply_deals(programme, Basket("EUR", lines), DAY)
    used = dict(outcome.units_used)
    for each in lines:
        assert 0 <= outcome.discount(each.id) <= each.value
        assert used.get(each.id, Decimal(0)) <= each.quantity
    assert all(share.amount > 0 for share in outcome.shares)
    by_deal = {application.deal: application.amount for application in outcome.applications}
    assert sum(by_deal.values()) == sum(share.amount for share in outcome.shares)


@settings(max_examples=100, deadline=None)
@given(programmes(), LINES)
def test_filing_deals_under_their_items_changes_no_result(
    programme: DealProgramme, lines: tuple[BasketLine, ...]
) -> None:
    cart = Basket("EUR", lines)
    # named directly and by the index alike, every deal is looked at
    everything = apply_deals(programme, evolve(cart, direct=tuple(deal.id for deal in programme.deals)), DAY)
    filed = apply_deals(programme, cart, DAY)
    assert filed.shares == everything.shares
    assert filed.applications == everything.applications


@pytest.mark.parametrize("others", [10, 10_000])
def test_the_deals_looked_at_do_not_grow_with_those_for_other_items(others: int) -> None:
    deals = [Deal("mine", (DealPercent(10, target=of_items("x")),))]
    deals += [Deal(f"o{number}", (DealPercent(10, target=of_items(f"i{number}")),)) for number in range(others)]
    outcome = run(deals, line("x", 1, "10"))
    assert (outcome.tested, amounts(outcome)) == (1, [("mine", "x", "1.00")])
