from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.contracts.proration import (
    Proration,
    ProrationBasis,
    base_units,
    months_and_parts,
    share,
    times_fraction,
)
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.periods import Period
from servicecore.kernel.recurrence import Interval, IntervalUnit, MonthEnd, shift

MONTH = Interval(IntervalUnit.MONTH)
QUARTER = Interval(IntervalUnit.QUARTER)
YEAR = Interval(IntervalUnit.YEAR)
DAYS = st.dates(date(2019, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        # 16 February to 31 March of the quarter from 1 January 2023: 44 of 90 days.
        (ProrationBasis.ACTUAL_OVER_PERIOD_DAYS, Fraction(44, 90)),
        # 15 days are left of a February of 30, and 30 of March: 45 of 90.
        (ProrationBasis.FIXED_DAYS, Fraction(45, 90)),
        # From the 16th to the 1st, two months on: 60 - 15 = 45 of 90.
        (ProrationBasis.THIRTY_E_360, Fraction(45, 90)),
        (ProrationBasis.THIRTY_360_US, Fraction(45, 90)),
        # 44 of 365 days of a year, which has four quarters.
        (ProrationBasis.ACTUAL_365, Fraction(44, 365) * 4),
        (ProrationBasis.ACTUAL_ACTUAL_YEAR, Fraction(44, 365) * 4),
        # 13 of 28 days of February and all of March, of three months.
        (ProrationBasis.MONTH_PARTS, (Fraction(13, 28) + 1) / 3),
        # From 16 February: one month to 16 March, then 16 of the 31 days to 16 April, of three.
        (ProrationBasis.WHOLE_BASE_PERIODS, (1 + Fraction(16, 31)) / 3),
    ],
)
def test_each_basis_counts_as_its_convention_says(basis: ProrationBasis, expected: Fraction) -> None:
    part = Period(date(2023, 2, 16), date(2023, 4, 1))
    whole = Period(date(2023, 1, 1), date(2023, 4, 1))
    assert share(part, whole, QUARTER, MONTH, Proration(basis)) == expected


def test_the_denominator_is_the_whole_period_and_never_the_clipped_one() -> None:
    """20 May to 20 June of the quarter from 15 April to 14 July: 32 of 91 days."""
    part = Period(date(2024, 5, 20), date(2024, 6, 21))
    whole = Period(date(2024, 4, 15), date(2024, 7, 15))
    assert share(part, whole, QUARTER, QUARTER, Proration()) == Fraction(32, 91)


def test_a_leap_year_counted_over_365_costs_no_more_than_a_year() -> None:
    whole = Period(date(2024, 1, 1), date(2025, 1, 1))
    part = Period(date(2024, 1, 1), date(2024, 12, 31))
    assert share(part, whole, YEAR, YEAR, Proration(ProrationBasis.ACTUAL_365)) == 1


def test_a_part_that_a_convention_counts_for_more_than_the_period_costs_no_more_than_the_period() -> None:
    """July to December has 184 days; 183 of them over 365, of which a half year is half, are 366/365: capped at all."""
    half_year = Interval(IntervalUnit.HALF_YEAR)
    whole = Period(date(2026, 7, 1), date(2027, 1, 1))
    part = Period(date(2026, 7, 1), date(2026, 12, 31))
    assert share(part, whole, half_year, half_year, Proration(ProrationBasis.ACTUAL_365)) == 1


def test_money_times_a_fraction_is_exact_where_the_decimals_end() -> None:
    """100.00 x 3/8 is 37.50 exactly; 100.00 x 44/90 is 48.888..., to 60 digits, and 48.89 once it is rounded."""
    assert times_fraction(Money("100.00", "EUR"), Fraction(3, 8)) == Money("37.50", "EUR")
    endless = times_fraction(Money("100.00", "EUR"), Fraction(44, 90))
    assert len(endless.amount.as_tuple().digits) == 60
    assert endless.round() == Money("48.89", "EUR")


@given(DAYS, st.sampled_from([MONTH, QUARTER, YEAR]), st.sampled_from(ProrationBasis), st.data())
def test_a_share_lies_between_nothing_and_all(
    start: date, interval: Interval, basis: ProrationBasis, data: st.DataObject
) -> None:
    whole = Period(start, shift(start, interval))
    first = data.draw(st.integers(0, whole.days - 1))
    length = data.draw(st.integers(1, whole.days - first))
    part = Period(start + timedelta(days=first), start + timedelta(days=first + length))
    assert 0 <= share(part, whole, interval, interval, Proration(basis)) <= 1
    assert share(whole, whole, interval, interval, Proration(basis)) == 1


@given(DAYS, st.integers(1, 800), st.integers(1, 800))
def test_parts_of_months_add_up_over_any_cut(start: date, first: int, second: int) -> None:
    cut, end = start + timedelta(days=first), start + timedelta(days=first + second)
    assert months_and_parts(start, cut) + months_and_parts(cut, end) == months_and_parts(start, end)


@given(DAYS, st.integers(0, 40))
def test_whole_base_periods_are_counted_whole(start: date, count: int) -> None:
    assert base_units(start, shift(start, MONTH, count), MONTH) == count


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (date(2026, 3, 29), Fraction(29, 31)),  # not yet the first boundary, 31 March
        (date(2026, 4, 15), 1 + Fraction(15, 30)),  # behind it, 15 of the 30 days to 30 April
    ],
)
def test_base_periods_end_with_the_month_where_the_contract_says_so(end: date, expected: Fraction) -> None:
    assert base_units(date(2026, 2, 28), end, MONTH, MonthEnd.END_OF_MONTH) == expected


@pytest.mark.parametrize("days", [0, 32])
def test_a_fixed_month_has_1_to_31_days(days: int) -> None:
    with pytest.raises(InvalidValue, match="accepted: 1 to 31"):
        Proration(ProrationBasis.FIXED_DAYS, days)
