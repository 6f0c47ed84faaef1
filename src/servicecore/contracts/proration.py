"""Proration: which share of a period's price a part of the period costs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.day_count import DayCount, fixed_month_days, year_fraction
from servicecore.kernel.money import Money
from servicecore.kernel.periods import Period
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.recurrence import Interval, MonthEnd, boundary, boundary_index, month_length
from servicecore.kernel.rounding import EXACT

_YEAR_MONTHS: Final = 12


class ProrationBasis(Enum):
    """How the share of a part is counted (specs: contracts 4).

    ACTUAL_OVER_PERIOD_DAYS: days of the part over days of the whole period, boundary to boundary.
    FIXED_DAYS: days with each crossed month counted as ``days`` long, over that.
    THIRTY_E_360, THIRTY_360_US: bank days over 30 a month.
    ACTUAL_365: days over 365, of a year's price. ACTUAL_ACTUAL_YEAR: days over the days of the year that they lie in.
    MONTH_PARTS: each touched calendar month counts by its used days, of a twelfth of a year's price.
    WHOLE_BASE_PERIODS: whole base periods from the start, then days over the days of the next base period.
    """

    ACTUAL_OVER_PERIOD_DAYS = "actual_over_period_days"
    FIXED_DAYS = "fixed_days"
    THIRTY_E_360 = "30E/360"
    THIRTY_360_US = "30/360_us"
    ACTUAL_365 = "actual_365"
    ACTUAL_ACTUAL_YEAR = "actual_actual_year"
    MONTH_PARTS = "annual_twelfths_with_month_parts"
    WHOLE_BASE_PERIODS = "whole_base_periods_then_days"


_DAY_COUNTS: Final = {
    ProrationBasis.THIRTY_E_360: DayCount.THIRTY_E_360,
    ProrationBasis.THIRTY_360_US: DayCount.THIRTY_360_US,
    ProrationBasis.ACTUAL_365: DayCount.ACTUAL_365,
    ProrationBasis.ACTUAL_ACTUAL_YEAR: DayCount.ACTUAL_ACTUAL_YEAR,
}


class LeadingWhole(Enum):
    """Which whole period a short first period is a part of.

    GRID: from the boundary before to the first boundary (the default; with billing day 31, 31 January to 28 February).
    ONE_INTERVAL: the interval that ends with the first boundary (28 January to 28 February).
    """

    GRID = "grid"
    ONE_INTERVAL = "one_interval"


@frozen(field_transformer=checked_fields)
class Proration:
    """A basis with its parameters.

    Attributes:
        basis: how days are counted.
        days: length of a month for FIXED_DAYS, 1 to 31.
        leading_whole: what a short first period is a part of.

    """

    basis: ProrationBasis = ProrationBasis.ACTUAL_OVER_PERIOD_DAYS
    days: int = field(default=30)
    leading_whole: LeadingWhole = LeadingWhole.GRID

    @days.validator
    def _check_days(self, _attribute: object, value: int) -> None:
        if not 1 <= value <= 31:  # noqa: PLR2004 - the range is the message
            raise NOT_ACCEPTED.error("proration.days", value=value, accepted="1 to 31")

    @property
    def needs_months(self) -> bool:
        """Return whether the basis only makes sense for intervals of months."""
        return self.basis not in {ProrationBasis.ACTUAL_OVER_PERIOD_DAYS, ProrationBasis.WHOLE_BASE_PERIODS}

    @property
    def name(self) -> str:
        """Return the basis in words for explanations."""
        return f"fixed_days_{self.days}" if self.basis is ProrationBasis.FIXED_DAYS else self.basis.value


def share(
    part: Period,
    whole: Period,
    interval: Interval,
    base_interval: Interval,
    proration: Proration,
) -> Fraction:
    """Return which fraction of the price of ``whole`` the ``part`` costs, 0 to 1.

    ``interval`` is how long ``whole`` is by the contract, ``base_interval`` what the price is for. A convention that
    counts more bank days than the period has never costs more than the whole.
    """
    if part == whole:
        return Fraction(1)
    return min(Fraction(1), max(Fraction(0), _share(part, whole, interval, base_interval, proration)))


def _share(part: Period, whole: Period, interval: Interval, base_interval: Interval, proration: Proration) -> Fraction:
    basis = proration.basis
    if basis is ProrationBasis.WHOLE_BASE_PERIODS:
        whole_units = base_units(whole.start, whole.end, base_interval)
        return base_units(part.start, part.end, base_interval) / whole_units
    months = interval.months
    if basis is ProrationBasis.FIXED_DAYS:
        return Fraction(fixed_month_days(part.start, part.end, proration.days), proration.days * months)
    if basis is ProrationBasis.MONTH_PARTS:
        return months_and_parts(part.start, part.end) / months
    convention = _DAY_COUNTS.get(basis)
    if convention is None:
        return Fraction(part.days, whole.days)
    return year_fraction(part.start, part.end, convention) * _YEAR_MONTHS / months


def months_and_parts(start: date, end: date) -> Fraction:
    """Return the months of ``[start, end)``, each touched calendar month by its used days over its days."""
    total, day = Fraction(0), start
    while day < end:
        first = day.replace(day=1)
        length = month_length(day.year, day.month)
        stop = min(first + timedelta(days=length), end)
        total += Fraction((stop - day).days, length)
        day = stop
    return total


def base_units(
    start: date, end: date, base_interval: Interval, month_end: MonthEnd = MonthEnd.ANCHORED_CLIP
) -> Fraction:
    """Return how many base periods ``[start, end)`` has: whole ones from the start, then days of the next one."""
    whole = boundary_index(start, base_interval, end, month_end)
    begun, full = (boundary(start, base_interval, whole + step, month_end) for step in (0, 1))
    return whole + Fraction((end - begun).days, (full - begun).days)


def times_fraction(money: Money, fraction: Fraction) -> Money:
    """Return ``money * fraction``; exact where the decimals end, else right to 60 digits."""
    product = EXACT.multiply(money.amount, Decimal(fraction.numerator))
    return Money(EXACT.divide(product, Decimal(fraction.denominator)), money.currency)
