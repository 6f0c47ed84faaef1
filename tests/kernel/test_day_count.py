"""Day counts follow their convention and add up over any cut where the convention can."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.day_count import DayCount, day_count, fixed_month_days, year_fraction

DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "actual", "european", "american"),
    [
        # 30E/360: (31 -> 30) - 28 + 30 = 32; US: the last of February counts as the 30th, so 30 - 30 + 30.
        (date(2023, 2, 28), date(2023, 3, 31), 31, 32, 30),
        (date(2024, 2, 29), date(2024, 3, 31), 31, 31, 30),
        (date(2023, 1, 15), date(2023, 4, 20), 95, 95, 95),
        # US: an end on the 31st stays 31 unless the start is a 30th: 31 - 29 + 60; European: 30 - 29 + 60.
        (date(2023, 1, 29), date(2023, 3, 31), 61, 61, 62),
        # US: from the last of February to the last of February a year later is 360.
        (date(2023, 2, 28), date(2024, 2, 29), 366, 361, 360),
        (date(2023, 1, 31), date(2023, 2, 28), 28, 28, 28),
    ],
)
def test_each_convention_by_hand(start: date, end: date, actual: int, european: int, american: int) -> None:
    assert day_count(start, end) == actual
    assert day_count(start, end, DayCount.THIRTY_E_360) == european
    assert day_count(start, end, DayCount.THIRTY_360_US) == american


def test_parts_of_a_year_by_hand() -> None:
    # 30 days of 2023 and 60 of the leap year 2024.
    start, end = date(2023, 12, 2), date(2024, 3, 1)
    assert year_fraction(start, end, DayCount.ACTUAL_ACTUAL_YEAR) == Fraction(30, 365) + Fraction(60, 366)
    assert year_fraction(start, end, DayCount.ACTUAL_365) == Fraction(90, 365)
    assert year_fraction(start, end, DayCount.THIRTY_E_360) == Fraction(89, 360)


@given(DAYS, DAYS, DAYS)
def test_actual_conventions_add_up(first: date, second: date, third: date) -> None:
    for convention in (DayCount.ACTUAL_365, DayCount.ACTUAL_ACTUAL_YEAR):
        parts = year_fraction(first, second, convention) + year_fraction(second, third, convention)
        assert parts == year_fraction(first, third, convention)


@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(1, 28))
def test_a_year_to_the_day_is_360_of_360(year: int, month: int, day: int) -> None:
    start, end = date(year, month, day), date(year + 1, month, day)
    assert day_count(start, end, DayCount.THIRTY_E_360) == 360
    assert year_fraction(date(year, 1, 1), date(year + 1, 1, 1), DayCount.ACTUAL_ACTUAL_YEAR) == 1


@pytest.mark.parametrize(
    ("start", "end", "month_days", "expected"),
    [
        (date(2023, 5, 23), date(2023, 6, 15), 28, 20),  # 23 to 28 May are 6, and 14 in June
        (date(2023, 6, 23), date(2023, 7, 15), 30, 22),  # 23 to 30 June are 8, and 14 in July
        (date(2024, 2, 23), date(2024, 3, 15), 30, 22),  # February is filled up to 30
        (date(2023, 5, 15), date(2023, 5, 23), 30, 8),  # no month end is crossed
        (date(2023, 5, 31), date(2023, 6, 1), 30, 0),  # the 31st is beyond 30
    ],
)
def test_fixed_months_by_hand(start: date, end: date, month_days: int, expected: int) -> None:
    assert fixed_month_days(start, end, month_days) == expected


@given(DAYS, DAYS, DAYS, st.integers(1, 31))
def test_fixed_months_add_up(first: date, second: date, third: date, month_days: int) -> None:
    cut = fixed_month_days(first, second, month_days) + fixed_month_days(second, third, month_days)
    assert cut == fixed_month_days(first, third, month_days)


@given(st.integers(2000, 2100), st.integers(1, 11), st.integers(1, 31))
def test_every_whole_month_counts_the_fixed_days(year: int, month: int, month_days: int) -> None:
    assert fixed_month_days(date(year, month, 1), date(year, month + 1, 1), month_days) == month_days


@pytest.mark.parametrize("month_days", [0, 32])
def test_a_month_has_1_to_31_days(month_days: int) -> None:
    with pytest.raises(InvalidValue):
        fixed_month_days(date(2024, 1, 1), date(2024, 2, 1), month_days)
