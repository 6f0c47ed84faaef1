"""The best combination of offers: lanes, priorities, exclusivity, limits, what has no unit form, and what lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP
from servicecore.pricing.best_price import Certificate, IntegerAnswer, IntegerProgram
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.bench import Bench
from servicecore.pricing.promotions.benefits import (
    AddItem,
    AmountOff,
    Bundle,
    BuyGet,
    FirstThenAdditional,
    PercentOff,
    SetPrice,
    Spread,
    Tier,
    Tiered,
)
from servicecore.pricing.promotions.combination import Combination, PercentBase, RoundingLevel, Selection
from servicecore.pricing.promotions.conditions import ValueAtLeast
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.selection import Run
from servicecore.pricing.promotions.selection.optimum.apply_at_best import apply_at_best
from servicecore.pricing.promotions.target import Target

ALL: dict[str, Any] = {"selection": Selection.OPTIMAL, "repeat": True, "rounding": HALF_UP}


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def basket(**lines: tuple[str, str]) -> Basket:
    return Basket("EUR", tuple(BasketLine(i, i, Decimal(units), Decimal(price)) for i, (units, price) in lines.items()))


def of(*items: str) -> Target:
    return Target(items=items)


def solve(goods: Basket, *offers: Offer, **settings: Any) -> tuple[Run, Certificate]:
    run = Run(Bench(goods, Combination(**{**ALL, **settings}), 0))
    return run, apply_at_best(run, offers)


def taken(run: Run) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for share in run.bench.shares:
        key = (share.offer, share.line)
        found[key] = found.get(key, Decimal(0)) + share.amount
    return found


def lost(run: Run) -> dict[str, str]:
    return {each.rule: each.reason.code for each in run.lost}


def test_two_sets_of_four_beat_five_and_three() -> None:
    """Eight books of 8.00: sets of 5 and 3 give 10.00 + 2.40, two sets of 4 give 6.40 each."""
    goods = basket(a=("2", "8"), b=("2", "8"), c=("2", "8"), d=("1", "8"), e=("1", "8"))
    sets = [
        Offer(f"set{size}", Bundle(size=size, percent=Decimal(percent), distinct=True))
        for size, percent in ((2, 5), (3, 10), (4, 20), (5, 25))
    ]
    run, certificate = solve(goods, *sets)
    assert certificate.value == certificate.bound == euro("12.80")
    assert run.times == {"set4": 2}
    assert sum(taken(run).values()) == Decimal("12.80")


def test_a_higher_priority_takes_its_units_first_whatever_a_lower_one_would_give() -> None:
    goods = basket(a=("1", "10"))
    offers = [Offer("first", PercentOff(Decimal(5)), priority=1), Offer("second", PercentOff(Decimal(50)))]
    run, certificate = solve(goods, *offers)
    assert taken(run) == {("first", "a"): Decimal("0.50")}
    assert certificate.is_exact
    assert lost(run) == {"second": "pricing.offer_outbid"}
    assert "first" in run.lost[0].reason.text("de")


def test_a_later_lane_uses_the_units_again_at_what_the_earlier_one_left() -> None:
    """10.00, 20 percent off is 8.00, of which 50 percent off is 4.00."""
    offers = [
        Offer("brand", PercentOff(Decimal(20)), lane="brand"),
        Offer("club", PercentOff(Decimal(50)), lane="club"),
        Offer("other", PercentOff(Decimal(10)), lane="brand"),
    ]
    run, certificate = solve(basket(a=("2", "10")), *offers, lanes=("brand", "club"))
    assert taken(run) == {("brand", "a"): Decimal("4.00"), ("club", "a"): Decimal("8.00")}
    assert certificate.value == certificate.bound == euro("12.00")


def test_a_lane_that_the_settings_do_not_name_comes_after_those_that_they_do() -> None:
    offers = [Offer("a", AmountOff(euro("1")), lane="aside"), Offer("z", PercentOff(Decimal(50)), lane="named")]
    run, _certificate = solve(basket(a=("1", "10")), *offers, lanes=("named",))
    assert taken(run) == {("z", "a"): Decimal("5.00"), ("a", "a"): Decimal(1)}


@pytest.mark.parametrize(
    ("exclusive", "expected"),
    [
        (Exclusivity.NO, {("strict", "a"): "5.00", ("later", "a"): "1.50"}),  # of 5.00 and of 10.00
        (Exclusivity.UNIT, {("strict", "a"): "5.00", ("later", "a"): "1.00"}),
        (Exclusivity.LINE, {("strict", "a"): "5.00"}),
    ],
)
def test_what_an_exclusive_offer_used_stays_closed_to_later_lanes(
    exclusive: Exclusivity, expected: dict[tuple[str, str], str]
) -> None:
    """Two units of 10.00; one is 50 percent off; a later lane takes 10 percent off what it may touch."""
    goods = basket(a=("2", "10"))
    first = Bundle(size=1, percent=Decimal(50))
    offers = [
        Offer("strict", first, lane="one", exclusive=exclusive),
        Offer("later", PercentOff(Decimal(10)), lane="two"),
    ]
    run, _certificate = solve(goods, *offers, lanes=("one", "two"), repeat=False)
    assert taken(run) == {key: Decimal(amount) for key, amount in expected.items()}


def test_offers_that_name_their_partners_do_not_share_a_line_with_others() -> None:
    """One line of four units: together they would give 4 + 2 x 3 on different units of it; apart 12 is the most."""
    goods = basket(a=("4", "10"))
    loner = Offer("loner", Bundle(size=2, percent=Decimal(35)), combinable_with=("nobody",))
    other = Offer("other", Bundle(size=2, percent=Decimal(30)))
    once = {"repeat": False}
    together, _ = solve(goods, Offer("loner", loner.benefits), other, **once)
    assert sum(taken(together).values()) == Decimal("13.00")
    run, certificate = solve(goods, loner, other, **once)
    assert taken(run) == {("loner", "a"): Decimal("7.00")}
    assert certificate.is_exact


def test_an_offer_exclusive_in_the_cart_is_compared_with_all_others_together() -> None:
    goods = basket(a=("1", "10"), b=("1", "10"))
    alone = Offer("alone", PercentOff(Decimal(40)), target=of("a"), exclusive=Exclusivity.CART)
    others = [Offer("x", PercentOff(Decimal(25)), target=of("a")), Offer("y", PercentOff(Decimal(10)), target=of("b"))]
    run, certificate = solve(goods, alone, *others)
    assert taken(run) == {("alone", "a"): Decimal("4.00")}
    assert lost(run) == {"x": "pricing.offer_outbid", "y": "pricing.offer_outbid"}
    assert certificate.value == certificate.bound == euro("4.00")
    run, _ = solve(goods, alone, *others, Offer("z", AmountOff(euro("1")), target=of("b")))
    assert taken(run) == {("x", "a"): Decimal("2.50"), ("z", "b"): Decimal(1)} or sum(taken(run).values()) == Decimal(
        "4.00"
    )


def test_an_amount_over_several_lines_is_applied_or_not_and_the_others_share_the_rest() -> None:
    """30.00 over two lines of 16.00 beats 40 percent off them; the rest gets the 40 percent."""
    goods = basket(a=("2", "8"), b=("2", "8"), c=("1", "8"))
    across = Offer("across", AmountOff(euro("30"), spread=Spread.ACROSS), target=of("a", "b"))
    run, certificate = solve(goods, across, Offer("all", PercentOff(Decimal(40))))
    assert taken(run) == {("across", "a"): 15, ("across", "b"): 15, ("all", "c"): Decimal("3.20")}
    assert certificate.value == certificate.bound == euro("33.20")
    small = Offer("across", AmountOff(euro("3"), spread=Spread.ACROSS), target=of("a", "b"))
    run, certificate = solve(goods, small, Offer("all", PercentOff(Decimal(40))))
    assert {offer for offer, _line in taken(run)} == {"all"}
    assert certificate.is_exact


def test_so_many_offers_without_a_unit_form_that_not_every_selection_is_tried_are_named() -> None:
    goods = basket(a=("4", "10"), b=("4", "10"))
    offers = [Offer(f"o{n}", AmountOff(euro(f"{n + 1}"), spread=Spread.ACROSS)) for n in range(7)]
    run, certificate = solve(goods, *offers)
    assert taken(run) == {("o6", "a"): Decimal("3.50"), ("o6", "b"): Decimal("3.50")}
    assert certificate.skipped == tuple(f"o{n}" for n in range(7))
    assert not certificate.is_exact
    assert certificate.bound == euro("80.00")


def test_an_offer_on_the_order_may_be_worth_giving_up_offers_on_units() -> None:
    """100.00 with 10 percent off on units leaves 90.00, too little for 15.00 off from 95.00."""
    goods = basket(a=("10", "10"))
    percent = Offer("units", PercentOff(Decimal(10)))
    order = Offer("order", AmountOff(euro("15"), on_order=True), conditions=(ValueAtLeast(euro("95")),))
    run, certificate = solve(goods, percent, order)
    assert sum(taken(run).values()) == Decimal("20.00") == certificate.value.amount == certificate.bound.amount
    assert taken(run)["units", "a"] == Decimal("5.00")


def test_an_offer_that_is_given_up_for_one_on_the_order_names_it() -> None:
    """100.00 with 10 percent off leaves 90.00; 15.00 off from 100.00 needs all of it."""
    percent = Offer("units", PercentOff(Decimal(10)))
    order = Offer("order", AmountOff(euro("15"), on_order=True), conditions=(ValueAtLeast(euro("100")),))
    run, certificate = solve(basket(a=("10", "10")), percent, order)
    assert taken(run) == {("order", "a"): Decimal("15.00")}
    assert certificate.is_exact
    assert lost(run) == {"units": "pricing.offer_outbid"}
    assert "order" in run.lost[0].reason.text("en")


def test_first_and_further_units_tiers_and_set_prices_have_unit_forms() -> None:
    goods = basket(a=("3", "10"), b=("2", "20"))
    offers = [
        Offer("first", FirstThenAdditional(euro("5"), euro("1")), target=of("a")),
        Offer("tiers", Tiered(Decimal(0), (Tier(Decimal(40), Decimal(25)),)), target=of("b")),
        Offer("price", SetPrice(euro("18")), target=of("b")),
    ]
    run, certificate = solve(goods, *offers)
    assert taken(run) == {("first", "a"): Decimal("7.00"), ("tiers", "b"): Decimal("10.00")}
    assert certificate.is_exact
    assert certificate.skipped == ()


def test_what_is_got_may_be_dearer_where_nothing_could_be_both() -> None:
    """A lamp at half price for a cable; of two goods that could be both, the cheaper one is got."""
    cable_and_lamp = basket(cable=("1", "5"), lamp=("1", "40"))
    half = Decimal(50)
    apart = Offer("o", BuyGet(Decimal(1), Decimal(1), half, bought=of("cable"), target=of("lamp")))
    run, _ = solve(cable_and_lamp, apart)
    assert taken(run) == {("o", "lamp"): Decimal("20.00")}
    both = Offer("o", BuyGet(Decimal(1), Decimal(1), half))
    run, _ = solve(cable_and_lamp, both)
    assert taken(run) == {("o", "cable"): Decimal("2.50")}


def test_a_weight_is_counted_in_whole_units_and_its_remnant_by_itself() -> None:
    """2.5 kilograms at 9.99: a bundle of two is 4.00 off, 10 percent off the half kilogram of 4.995 is 0.4995."""
    goods = basket(a=("2.5", "9.99"))
    offers = [Offer("pair", Bundle(size=2, price=euro("15.98"))), Offer("ten", PercentOff(Decimal(10)))]
    run, certificate = solve(goods, *offers)
    assert taken(run) == {("pair", "a"): Decimal("4.00"), ("ten", "a"): Decimal("0.4995")}
    assert certificate.value == euro("4.4995")


def test_a_price_below_a_cent_is_discounted_by_the_line() -> None:
    """333 screws at 0.0125 are 4.1625; 10 percent of that is 0.41625, in cents 0.42, not 333 times nothing."""
    goods, ten = basket(screw=("333", "0.0125")), Offer("ten", PercentOff(Decimal(10)))
    run, certificate = solve(goods, ten)
    assert taken(run) == {("ten", "screw"): Decimal("0.41625")}
    assert certificate.is_exact
    run, _ = solve(goods, ten, percent_rounding=HALF_UP)
    assert taken(run) == {("ten", "screw"): Decimal("0.42")}
    run, _ = solve(goods, ten, level=RoundingLevel.UNIT)
    assert taken(run) == {("ten", "screw"): Decimal("0.42")}


def test_a_set_is_rounded_as_a_whole_and_a_unit_where_the_settings_say_so() -> None:
    """15 percent of 9.99 + 4.99 is 2.247: 2.25 off the set; 1.50 + 0.75 off its units; of 0.33 each 0.05 twice."""
    pair = Offer("pair", Bundle(size=2, percent=Decimal(15)))
    run, certificate = solve(basket(a=("1", "9.99"), b=("1", "4.99")), pair)
    assert taken(run) == {("pair", "a"): Decimal("1.50"), ("pair", "b"): Decimal("0.75")}
    assert certificate.value == euro("2.247")
    run, certificate = solve(basket(a=("2", "0.33")), pair, level=RoundingLevel.UNIT)
    assert taken(run) == {("pair", "a"): Decimal("0.10")}
    assert certificate.value == euro("0.10")


def test_a_budget_is_cut_and_never_passed_by_rounding() -> None:
    """5.00 over three lines of 16.65 at 10 percent: 1.665 each, together 4.995; a cap of 4.99 is kept to the cent."""
    goods = basket(a=("1", "16.65"), b=("1", "16.65"), c=("1", "16.65"))
    limits = OfferLimits(budget=Budget(Measure.AMOUNT, Decimal("14.99"), Decimal(10)))
    run, _ = solve(goods, Offer("ten", PercentOff(Decimal(10)), limits=limits))
    assert sum(taken(run).values()) == Decimal("4.99")
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in taken(run).values())


def test_an_offer_that_puts_an_item_in_competes_with_none() -> None:
    gift = Offer("gift", AddItem("card", euro("3")))
    run, certificate = solve(basket(a=("1", "10")), Offer("ten", PercentOff(Decimal(10))), gift)
    assert [(each.item, each.discount) for each in run.bench.added] == [("card", Decimal("3.00"))]
    assert certificate.value == euro("1.00")
    assert lost(run) == {}


def test_past_the_work_budget_the_answer_is_feasible_and_states_its_gap() -> None:
    goods = basket(**{f"l{n}": ("3", f"{n + 2}.49") for n in range(8)})
    offers = [
        Offer(f"o{n}", Bundle(size=2 + n % 2, percent=Decimal(10 + 3 * n)), target=of(*(f"l{m}" for m in range(n, 8))))
        for n in range(5)
    ]
    rules: dict[str, Any] = {"repeat": False, "level": RoundingLevel.UNIT}
    _run, best = solve(goods, *offers, **rules)
    run, certificate = solve(goods, *offers, **rules, work_budget=1)
    assert best.is_exact
    assert not certificate.is_exact
    assert sum(taken(run).values()) == certificate.value.amount
    assert certificate.value <= best.value <= certificate.bound
    assert certificate.gap == certificate.bound - certificate.value
    assert "at most" in certificate.text("en")
    assert "al massimo" in certificate.text("it")
    assert "höchstens" in certificate.text("de")


class Oracle:
    """A solver that was told the answer."""

    def __init__(self, answer: IntegerAnswer | None) -> None:
        self.answer = answer
        self.asked: list[IntegerProgram] = []

    name = "oracle 1"

    def solve(self, program: IntegerProgram, nodes: int) -> IntegerAnswer | None:
        assert nodes > 0
        self.asked.append(program)
        return self.answer


def test_a_solver_is_asked_only_where_the_own_search_leaves_a_gap() -> None:
    goods = basket(a=("2", "10"), b=("2", "5"))
    offers = [Offer("x", Bundle(size=2, percent=Decimal(20))), Offer("y", Bundle(size=3, percent=Decimal(25)))]
    solver = Oracle(None)
    run = Run(Bench(goods, Combination(**ALL), 0))
    assert apply_at_best(run, offers, solver).is_exact
    assert solver.asked == []
    run = Run(Bench(goods, Combination(**ALL, work_budget=1), 0))
    assert not apply_at_best(run, offers, solver).is_exact
    assert len(solver.asked) == 1


def test_the_order_of_offers_and_lines_changes_nothing() -> None:
    goods = basket(a=("2", "10"), b=("3", "7.49"), c=("1", "3"))
    offers = [
        Offer("x", Bundle(size=2, percent=Decimal(20))),
        Offer("y", BuyGet(Decimal(2), Decimal(1), repeat=None)),
        Offer("z", PercentOff(Decimal(10))),
    ]
    run, certificate = solve(goods, *offers)
    turned, other = solve(Basket("EUR", goods.lines[::-1]), *offers[::-1])
    assert taken(run) == taken(turned)
    assert certificate == other


def test_settings_that_the_optimum_does_not_know_are_refused() -> None:
    with pytest.raises(InvalidValue, match="remaining"):
        Combination(selection=Selection.OPTIMAL, base=PercentBase.ORIGINAL)
    with pytest.raises(InvalidValue, match="work_budget"):
        Combination(work_budget=0)
