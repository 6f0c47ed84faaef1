"""Units remember what came off them: what later offers and later benefits are taken of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome, apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketLine
from servicecore.pricing.promotions.benefits import (
    AddItem,
    AmountOff,
    AnyBenefit,
    Bundle,
    BuyGet,
    CheapestFree,
    PercentOff,
    Spread,
    UnitCaps,
)
from servicecore.pricing.promotions.combination import Combination, OfferOrder, PercentBase, Selection, UnitUse
from servicecore.pricing.promotions.conditions import Counted, QuantityBetween
from servicecore.pricing.promotions.limits import OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.target import Target
from servicecore.pricing.promotions.unit_ledger import UnitLedger, Units

DAY = date(2026, 1, 15).toordinal()
IN_ORDER = Combination(order=OfferOrder.AS_GIVEN)
SPENT = evolve(IN_ORDER, unit_use=UnitUse.SPENT, repeat=True)
TENTH = Offer("tenth", PercentOff(10))
ONCE = OfferLimits(per_basket=1)


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def teas(units: int, price: str = "10") -> BasketLine:
    return BasketLine("tea", "tea", Decimal(units), Decimal(price))


def jams(units: int, price: str = "4") -> BasketLine:
    return BasketLine("jam", "jam", Decimal(units), Decimal(price))


def capped(percent: int, units: int) -> PercentOff:
    return PercentOff(Decimal(percent), UnitCaps(Decimal(units)))


def outcome(rules: Combination, offers: tuple[Offer, ...], *lines: BasketLine) -> BasketOutcome:
    return apply_to_basket(offers, rules, Basket("EUR", lines), DAY)


def left(rules: Combination, offers: tuple[Offer, ...], *lines: BasketLine) -> Decimal:
    done = outcome(rules, offers, *lines)
    return sum((line.value - done.discount(line.id) for line in lines), Decimal(0))


def test_a_set_of_units_is_compared_with_what_these_units_cost_by_now() -> None:
    three = Offer("three", Bundle(size=3, price=eur(20)), limits=ONCE)
    # 6 x 10.00 less a tenth is 54.00; three of them cost 27.00, as a set 20.00: 20.00 + 27.00
    assert left(SPENT, (TENTH, three), teas(6)) == 47


def test_half_off_one_of_ten_units_after_a_tenth_off_all_is_half_of_nine() -> None:
    # 100.00 less 10.00 is 90.00; one unit costs 9.00, half of it is 4.50
    done = outcome(IN_ORDER, (TENTH, Offer("half", capped(50, 1))), teas(10))
    assert [(each.offer, each.amount, each.base) for each in done.shares] == [
        ("tenth", Decimal(10), Decimal(100)),
        ("half", Decimal("4.5"), Decimal(9)),
    ]


@pytest.mark.parametrize("gift", [BuyGet(2, 1), CheapestFree()])
def test_a_free_unit_and_a_percentage_come_to_the_same_in_either_order(gift: AnyBenefit) -> None:
    free = Offer("free", gift, conditions=(QuantityBetween(3, counted=Counted.TOGETHER),))
    # two teas at 10.00 are paid, less a tenth
    assert left(IN_ORDER, (TENTH, free), teas(3)) == 18
    assert left(IN_ORDER, (free, TENTH), teas(3)) == 18


def test_a_percentage_of_the_price_before_offers_does_not_see_them() -> None:
    original = evolve(IN_ORDER, base=PercentBase.ORIGINAL)
    assert left(original, (TENTH, Offer("half", capped(50, 1))), teas(10)) == 85  # 100 - 10 - 5


def test_an_offer_takes_the_units_first_that_cost_most() -> None:
    free, half = Offer("free", CheapestFree()), Offer("half", capped(50, 1))
    # one of three is free; half off one of the two that are paid
    assert left(IN_ORDER, (free, half), teas(3)) == 15
    # all units are used by then: half off one that costs 10.00, not off the free one
    assert left(IN_ORDER, (free, TENTH, half), teas(3)) == Decimal("13.5")  # 9.00 + 4.50


def test_units_of_an_exclusive_offer_are_nobody_elses_and_the_others_stay_everybodys() -> None:
    free = Offer("free", CheapestFree(), exclusive=Exclusivity.UNIT)
    # 20.00 less a tenth is 18.00, less a fifth of it 14.40: both offers have the same two units
    assert left(IN_ORDER, (free, TENTH), teas(3)) == 18
    assert left(IN_ORDER, (free, TENTH, Offer("fifth", PercentOff(20))), teas(3)) == Decimal("14.4")


def test_an_exclusive_offer_takes_units_that_no_other_used() -> None:
    half = Offer("half", PercentOff(50), exclusive=Exclusivity.UNIT)
    # one tea is free, the other two are half price
    assert left(IN_ORDER, (Offer("free", CheapestFree()), half), teas(3)) == 10


def test_the_benefits_of_an_offer_share_the_units_that_it_takes() -> None:
    both = Offer("both", (PercentOff(10), AmountOff(eur(1))))
    for rules in (IN_ORDER, evolve(IN_ORDER, unit_use=UnitUse.SPENT), SPENT):
        assert left(rules, (both,), teas(6)) == 48  # six times 10.00 less 1.00 less 1.00


def test_a_second_benefit_takes_the_unit_of_the_first_and_an_application_spends_it_once() -> None:
    both = Offer("both", (capped(50, 1), AmountOff(eur(1), UnitCaps(Decimal(1)))))
    # each unit in turn: 10.00 less half is 5.00, less 1.00 is 4.00
    assert left(SPENT, (both,), teas(3)) == 12
    assert outcome(SPENT, (both,), teas(3)).applications[0].times == 3


def test_a_second_benefit_passes_over_units_that_are_free_already() -> None:
    threes = (QuantityBetween(3, counted=Counted.TOGETHER),)
    both = Offer("both", (CheapestFree(), capped(10, 1)), conditions=threes)
    # of each three one is free, one costs 9.00, one 10.00; the seventh pays
    assert left(SPENT, (both,), teas(7)) == 48


def test_a_gift_counts_the_units_that_the_percentage_before_it_took() -> None:
    card = AddItem(item="card", unit_price=eur(2), per_units=Decimal(2))
    for rules in (IN_ORDER, SPENT):
        done = outcome(rules, (Offer("both", (PercentOff(10), card)),), teas(4))
        assert [(each.item, each.quantity) for each in done.added] == [("card", Decimal(2))]
        assert done.discount("tea") == 4


def test_units_that_are_bought_are_none_of_those_that_are_got() -> None:
    half = Offer("half", BuyGet(1, 1, percent=Decimal(50)))
    assert left(SPENT, (half,), teas(7)) == 55  # three pairs, 5.00 off each


def test_the_best_single_offer_of_a_line_is_weighed_with_all_its_benefits() -> None:
    rules = evolve(IN_ORDER, selection=Selection.BEST_SINGLE)
    both = Offer("both", (PercentOff(10), AmountOff(eur(1))))
    done = outcome(rules, (Offer("plain", PercentOff(15)), both), teas(2))
    # a tenth and 1.00 off each are 4.00 off, 15 % are 3.00
    assert [(each.offer, each.amount, each.units) for each in done.shares] == [("both", Decimal(4), Decimal(2))]
    assert "more than 4.00 EUR" in done.refused[0].reason.text()


def test_offers_that_compete_are_weighed_with_all_their_benefits() -> None:
    rules = evolve(IN_ORDER, selection=Selection.CONCURRENCY)
    both = Offer("both", (PercentOff(10), AmountOff(eur(1))))
    assert left(rules, (both,), teas(2)) == 16


def test_the_best_combination_lets_benefits_share_units_too() -> None:
    rules = evolve(IN_ORDER, selection=Selection.OPTIMAL)
    both = Offer("both", (PercentOff(10), AmountOff(eur(1))))
    apart = Offer(
        "apart", (PercentOff(10, target=Target(items=("tea",))), PercentOff(50, target=Target(items=("jam",))))
    )
    assert left(rules, (both, TENTH), teas(2)) == 16
    assert left(rules, (apart, TENTH), teas(2), jams(2)) == 22  # 18.00 and 4.00


_PERCENTS = st.sampled_from([0, 10, 20, 50, 100])
_CAPS = st.one_of(st.none(), st.integers(1, 6))


@given(
    units=st.integers(1, 6),
    steps=st.lists(st.tuples(_PERCENTS, _CAPS, st.booleans()), min_size=1, max_size=4),
)
def test_percentages_are_taken_of_the_units_one_by_one(units: int, steps: list[tuple[int, int | None, bool]]) -> None:
    """The same as with every unit on a list of its own: the dearest units that may be used are taken first."""
    offers = tuple(
        Offer(
            f"o{number}",
            PercentOff(Decimal(percent), UnitCaps(None if cap is None else Decimal(cap))),
            exclusive=Exclusivity.UNIT if alone else Exclusivity.NO,
        )
        for number, (percent, cap, alone) in enumerate(steps)
    )
    prices: list[Fraction] = [Fraction(100)] * units
    used: list[list[bool]] = [[] for _unit in range(units)]
    for percent, cap, alone in steps:
        free = [each for each in range(units) if not (any(used[each]) or (alone and used[each]))]
        free.sort(key=lambda each: (-prices[each], len(used[each])))
        picked = free if cap is None else free[:cap]
        if not sum(prices[each] for each in picked) * percent:
            continue  # what gives nothing uses nothing
        for each in picked:
            prices[each] *= Fraction(100 - percent, 100)
            used[each].append(alone)
    assert Fraction(left(IN_ORDER, offers, teas(units, "100"))) == sum(prices)


@given(
    quantity=st.integers(1, 9),
    uses=st.lists(st.tuples(st.integers(0, 12), st.decimals("0", "9.99", places=2)), max_size=8),
)
def test_the_units_of_a_line_are_worth_what_is_left_of_it(quantity: int, uses: list[tuple[int, Decimal]]) -> None:
    ledger = UnitLedger.of([teas(quantity)])
    rest = Decimal(10) * quantity
    for number, (units, amount) in enumerate(uses):
        taken = min(amount, rest)
        ledger.use("tea", f"o{number % 3}", Decimal(units), taken, lambda _units: True)
        if number % 2:
            ledger.settle()
        rest -= taken
        there: tuple[Units, ...] = ledger.lines["tea"]
        assert sum(each.quantity for each in there) == quantity
        # A sixth of a cent has 60 digits in the ledger.
        assert abs(sum(Fraction(each.value) for each in there) - Fraction(rest)) < Fraction(1, 10**50)
        assert ledger.used("tea") <= quantity


def test_many_applications_keep_few_kinds_of_units() -> None:
    ledger = UnitLedger.of([teas(300)])
    for _application in range(100):
        ledger.use("tea", "free", Decimal(1), Decimal(10), lambda units: not units.users)
        ledger.settle()
        ledger.use("tea", "free", Decimal(2), Decimal(0), lambda units: not units.users)
        ledger.settle()
    assert [(each.quantity, each.value) for each in ledger.lines["tea"]] == [
        (Decimal(200), Decimal(2000)),
        (Decimal(100), Decimal(0)),
    ]


def test_an_offer_in_parts_of_a_line_keeps_the_spread_of_amounts_over_lines() -> None:
    across = Offer("across", AmountOff(eur(6), UnitCaps(Decimal(3)), spread=Spread.ACROSS))
    # the three cheapest units: two jams at 4.00 and a tea that costs 9.00 by now; 6.00 by 8 to 9
    done = outcome(IN_ORDER, (Offer("tenth", PercentOff(10, target=Target(items=("tea",)))), across), teas(2), jams(2))
    assert {each.line: each.amount for each in done.shares if each.offer == "across"} == {
        "jam": Decimal("2.82"),
        "tea": Decimal("3.18"),
    }
