"""Day-count conventions: how many days lie between two dates, and which part of a year."""

from __future__ import annotations

from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final

from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.recurrence import month_index, month_length

_FEBRUARY: Final = 2
_MONTH_360: Final = 30
_YEAR_360: Final = 360
_YEAR_365: Final = 365


class DayCount(Enum):
    """How days and years are counted (specs: contracts 4, proration basis)."""

    ACTUAL_365 = "actual_365"
    ACTUAL_ACTUAL_YEAR = "actual_actual_year"
    THIRTY_E_360 = "30E/360"
    THIRTY_360_US = "30/360_us"


def day_count(start: date, end_exclusive: date, convention: DayCount = DayCount.ACTUAL_365) -> int:
    """Return the days from ``start`` up to and without ``end_exclusive``; negative where the end is earlier."""
    if convention is DayCount.THIRTY_E_360:
        return _of_360(start, min(start.day, _MONTH_360), end_exclusive, min(end_exclusive.day, _MONTH_360))
    if convention is DayCount.THIRTY_360_US:
        first, last = start.day, end_exclusive.day
        if _ends_february(start):
            first = _MONTH_360
            if _ends_february(end_exclusive):
                last = _MONTH_360
        if first >= _MONTH_360:
            first, last = _MONTH_360, min(last, _MONTH_360)
        return _of_360(start, first, end_exclusive, last)
    return (end_exclusive - start).days


def year_fraction(start: date, end_exclusive: date, convention: DayCount) -> Fraction:
    """Return the exact part of a year between the dates.

    The 360 conventions divide by 360, ACTUAL_365 by 365, ACTUAL_ACTUAL_YEAR takes the days of each calendar year
    over that year's own length.
    """
    if convention is DayCount.ACTUAL_ACTUAL_YEAR:
        return _years_since_zero(end_exclusive) - _years_since_zero(start)
    base = _YEAR_365 if convention is DayCount.ACTUAL_365 else _YEAR_360
    return Fraction(day_count(start, end_exclusive, convention), base)


def fixed_month_days(start: date, end_exclusive: date, month_days: int) -> int:
    """Return the days between the dates where every month that is crossed counts ``month_days`` days (1 to 31).

    Days beyond ``month_days`` of a longer month count nothing; a shorter month is filled up when its end is crossed
    (specs: contracts 4, ``fixed_days_n``). Additive over any cut.

    Raises:
        InvalidValue: ``value.not_accepted`` for a length outside 1 to 31.

    """
    if not 1 <= month_days <= 31:  # noqa: PLR2004 - the range is the message
        raise NOT_ACCEPTED.error("month_days", value=month_days, accepted="1 to 31")
    return _fixed_position(end_exclusive, month_days) - _fixed_position(start, month_days)


def _of_360(start: date, first: int, end: date, last: int) -> int:
    return _MONTH_360 * (month_index(end) - month_index(start)) + last - first


def _ends_february(day: date) -> bool:
    return day.month == _FEBRUARY and day.day == month_length(day.year, day.month)


def _years_since_zero(day: date) -> Fraction:
    new_year = date(day.year, 1, 1)
    length = _YEAR_365 - 28 + month_length(day.year, _FEBRUARY)
    return day.year + Fraction((day - new_year).days, length)


def _fixed_position(day: date, month_days: int) -> int:
    return month_index(day) * month_days + min(day.day - 1, month_days)
