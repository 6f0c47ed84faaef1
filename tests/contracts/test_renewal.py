from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.contracts.renewal import RenewalPolicy, Uplift, indexed_percent, monthly_value, renewal_total, uplifted
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.recurrence import Interval, IntervalUnit


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_an_uplift_is_explained_and_rounded_once() -> None:
    """99.95 and 2.5 % are 102.44875."""
    explanation = uplifted(euro("99.95"), Uplift(Decimal("2.5")))
    assert explanation.figure == euro("102.45")
    assert [step.delta.amount for step in explanation.steps] == [
        Decimal("99.95"),
        Decimal("2.49875"),
        Decimal("0.00125"),
    ]


def test_a_change_is_held_between_floor_and_cap_and_the_explanation_says_so() -> None:
    bounded = Uplift(Decimal(9), floor=Decimal(1), cap=Decimal(4))
    explanation = uplifted(euro("100"), bounded)
    assert explanation.figure == euro("104")
    assert "9 % agreed, 4 % applied" in explanation.text()
    assert uplifted(euro("100"), bounded, Decimal(0)).figure == euro("101")


def test_a_price_keeps_its_decimals_and_stays_as_it_is_without_a_change() -> None:
    """0.1234 and 10 % are 0.13574; the price has four decimals, so the new one has."""
    assert uplifted(euro("0.1234"), Uplift(Decimal(10))).figure == euro("0.1357")
    assert uplifted(euro("0.1234"), Uplift()).figure == euro("0.1234")
    assert uplifted(Money(1005, "JPY"), Uplift(Decimal(1))).figure == Money(1015, "JPY")


@given(st.integers(0, 10**7), st.integers(-500, 500))
def test_the_new_price_is_the_exact_one_to_half_a_cent(cents: int, permille: int) -> None:
    price = Money.from_minor(cents, "EUR")
    new = uplifted(price, Uplift(Decimal(permille) / 10)).figure
    exact = Fraction(cents) * (1000 + permille) / 1000
    assert abs(new.to_minor() - exact) <= Fraction(1, 2)


def test_an_index_changes_by_its_share() -> None:
    """124.1 / 120.5 - 1 = 2.98755... %, three quarters of it 2.24066... %."""
    whole = indexed_percent(Decimal("120.5"), Decimal("124.1"))
    assert round(whole, 6) == Decimal("2.987552")
    assert round(indexed_percent(Decimal("120.5"), Decimal("124.1"), Decimal(75)), 6) == Decimal("2.240664")
    with pytest.raises(InvalidValue, match=r"index\.base"):
        indexed_percent(Decimal(0), Decimal(1))


def test_a_renewal_costs_by_the_base_of_the_price_and_not_by_the_rhythm() -> None:
    month, year = Interval(IntervalUnit.MONTH), Interval(IntervalUnit.YEAR)
    assert renewal_total(euro("100"), month, year) == euro("1200")
    assert renewal_total(euro("1200"), year, Interval(IntervalUnit.QUARTER)) == euro("300")
    assert monthly_value(euro("300"), Interval(IntervalUnit.QUARTER)) == euro("100")
    assert monthly_value(euro("10"), Interval(IntervalUnit.DAY)) == euro("304.17")


def test_bounds_and_counts_have_to_make_sense() -> None:
    with pytest.raises(InvalidValue, match="the floor"):
        Uplift(floor=Decimal(3), cap=Decimal(2))
    for percent in ("NaN", "-100.1", "1000.1"):
        with pytest.raises(InvalidValue, match="percent"):
            Uplift(Decimal(percent))
    with pytest.raises(InvalidValue, match="max_renewals"):
        RenewalPolicy(max_renewals=-1)
    with pytest.raises(InvalidValue, match="grace_days"):
        RenewalPolicy(grace_days=-1)
