"""Marginal values: what an offer gains from the units that it shares, and the ranking by them (CC 7.4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing.best_price import (
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    EachUnit,
    MarginalValue,
    PercentCut,
    find_best_price,
    marginal_values,
    rank_by_marginal_value,
)


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def test_it_is_the_gain_for_each_shared_unit() -> None:
    """12.00 with the shared four and 2.00 without is 2.50 each; 9.00 and 1.00 is 2.00."""
    first, second = MarginalValue("X", eur("12.00"), eur("2.00"), 4), MarginalValue("Y", eur("9.00"), eur("1.00"), 4)
    assert (first.value, second.value) == (eur("2.50"), eur("2.00"))
    assert rank_by_marginal_value([second, first]) == (first, second)
    third = MarginalValue("W", eur("8.00"), eur("0.00"), 3)
    assert third.value.round() == eur("2.67")
    alike = MarginalValue("A", eur("5.00"), eur("0.00"), 2)
    assert [each.offer for each in rank_by_marginal_value([first, third, alike])] == ["W", "A", "X"]


@pytest.mark.parametrize("shared", [0, -1, True])
def test_units_are_shared_and_money_is_of_one_currency(shared: int) -> None:
    with pytest.raises(InvalidValue):
        MarginalValue("X", eur("1"), eur("0"), shared)
    with pytest.raises(InvalidValue):
        MarginalValue("X", eur("1"), Money("0", "USD"), 1)


def test_they_are_measured_on_a_cart() -> None:
    """Ten and twenty percent on shared tea at 10.00, the first on jam at 4.00 too, the second alone on nothing else.

    TEN takes 3 x 1.00 and 0.40, without the tea 0.40: 1.00 a unit. PAIR takes a half off two teas: 10.00 of three
    units. SOLO shares nothing and has no marginal value.
    """
    lines = [
        BestPriceLine(id="tea", quantity=3, unit_price=Decimal(10)),
        BestPriceLine(id="jam", quantity=1, unit_price=Decimal(4)),
        BestPriceLine(id="pot", quantity=1, unit_price=Decimal(9)),
    ]
    offers = [
        EachUnit(id="TEN", lines=("tea", "jam"), cut=PercentCut(Decimal(10))),
        Bundle(id="PAIR", lines=("tea",), size=2, cut=PercentCut(Decimal(50))),
        EachUnit(id="SOLO", lines=("pot",), cut=PercentCut(Decimal(5))),
    ]
    pair, ten = marginal_values(BestPriceProblem(currency="EUR", lines=lines, offers=offers))
    assert (ten.offer, ten.total, ten.without_shared, ten.shared_units) == ("TEN", eur("3.40"), eur("0.40"), 3)
    assert ten.value == eur("1.00")
    assert (pair.offer, pair.total, pair.without_shared, pair.shared_units) == ("PAIR", eur("10.00"), eur("0.00"), 3)


_SETS = st.tuples(st.integers(1, 3), st.sampled_from([10, 20, 25, 50]), st.sets(st.integers(0, 3), min_size=1))


@given(
    prices=st.lists(st.integers(1, 30), min_size=4, max_size=4),
    counts=st.lists(st.integers(0, 4), min_size=4, max_size=4),
    sets=st.lists(_SETS, min_size=1, max_size=4),
    nodes=st.sampled_from([1, 50, 100_000]),
)
def test_no_answer_is_worth_less_than_offers_in_the_order_of_their_values(
    prices: list[int], counts: list[int], sets: list[tuple[int, int, set[int]]], nodes: int
) -> None:
    """Bundles are filled by hand, each with the dearest units that are left, in the order that was told."""
    lines = [
        BestPriceLine(id=f"l{n}", quantity=count, unit_price=Decimal(price))
        for n, (price, count) in enumerate(zip(prices, counts, strict=True))
    ]
    offers = [
        Bundle(id=f"o{n}", lines=tuple(f"l{each}" for each in sorted(on)), size=size, cut=PercentCut(Decimal(percent)))
        for n, (size, percent, on) in enumerate(sets)
    ]
    problem = BestPriceProblem(currency="EUR", lines=lines, offers=offers)
    ranked = [each.offer for each in marginal_values(problem)]
    left = dict(enumerate(counts))
    taken = Fraction(0)
    for name in [*ranked, *(each.id for each in offers if each.id not in ranked)]:
        size, percent, on = sets[int(name[1:])]
        units = sorted((prices[line] for line in on for _unit in range(left[line])), reverse=True)
        for start in range(0, len(units) - size + 1, size):
            for price in units[start : start + size]:
                taken += Fraction(price * percent, 100)
                left[next(line for line in sorted(on) if left[line] and prices[line] == price)] -= 1
    assert Fraction(find_best_price(problem, nodes=nodes).discount.amount) >= taken
