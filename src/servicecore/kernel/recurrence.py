"""Intervals of the civil calendar and their boundaries, counted from the anchor and never from the boundary before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import Enum
from itertools import count
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind

OUT_OF_RANGE: Final = ProblemKind(
    "recurrence.out_of_range",
    en="{value} lies outside the calendar; accepted: {accepted}",
    it="{value} è fuori dal calendario; valori ammessi: {accepted}",
    de="{value} liegt außerhalb des Kalenders; zulässig: {accepted}",
)

_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY: Final = 2
_ALWAYS_EXISTS: Final = 28
_KEPT_DISTANCE: Final = 2
_LONGEST_MONTH: Final = 31


class IntervalUnit(Enum):
    """The unit an interval counts; quarter, half year and year are 3, 6 and 12 months, a week is 7 days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_MONTHS: Final = {
    IntervalUnit.MONTH: 1,
    IntervalUnit.QUARTER: 3,
    IntervalUnit.HALF_YEAR: 6,
    IntervalUnit.YEAR: 12,
}
_DAYS: Final = {IntervalUnit.DAY: 1, IntervalUnit.WEEK: 7}


class MonthEnd(Enum):
    """What becomes of an anchor on the 29th to 31st in a shorter month (specs: contracts 1, switch ``month_end``).

    ANCHORED_CLIP clips to the month and comes back to the anchor's day; STICKY keeps the smallest day it was clipped
    to; END_OF_MONTH keeps an anchor on the last day of its month on last days; SKIP leaves out months without that
    day; DISTANCE_TO_MONTH_END_3 keeps the distance of an anchor that lies 0 to 2 days before the end of its month.
    """

    ANCHORED_CLIP = "anchored_clip"
    STICKY = "sticky"
    END_OF_MONTH = "end_of_month"
    SKIP = "skip"
    DISTANCE_TO_MONTH_END_3 = "distance_to_month_end_3"


@frozen(field_transformer=checked_fields)
class Interval:
    """A number of calendar units: every month, every 3 weeks.

    Attributes:
        unit: what is counted.
        count: how many, at least 1.

    """

    unit: IntervalUnit
    count: int = field(default=1)

    @count.validator
    def _check_count(self, _attribute: object, value: int) -> None:
        if value < 1:
            raise NOT_ACCEPTED.error("count", value=value, accepted="1 or more")

    @property
    def months(self) -> int:
        """Return the interval in months; 0 where it is counted in days."""
        return _MONTHS.get(self.unit, 0) * self.count

    @property
    def days(self) -> int:
        """Return the interval in days; 0 where it is counted in months."""
        return _DAYS.get(self.unit, 0) * self.count


def month_length(year: int, month: int) -> int:
    """Return how many days the month has, 28 to 31."""
    if month == _FEBRUARY and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _LENGTHS[month - 1]


def month_index(day: date) -> int:
    """Return the number of the month of ``day``, counted from January of year 0."""
    return day.year * 12 + day.month - 1


def day_in_month(index: int, day: int) -> date:
    """Return day ``day`` (1 to 31) of the month with that index, or the month's last day where it is shorter.

    Raises:
        InvalidValue: ``recurrence.out_of_range`` beyond the years 1 to 9999.

    """
    year, month0 = divmod(index, 12)
    _check_year(year)
    return date(year, month0 + 1, min(day, month_length(year, month0 + 1)))


def boundary(anchor: date, interval: Interval, k: int, month_end: MonthEnd = MonthEnd.ANCHORED_CLIP) -> date:
    """Return boundary ``k`` of the interval from ``anchor``; boundary 0 is the anchor, negative ones lie before it.

    Computed from the anchor alone (specs: contracts 1, B(k)); days and weeks ignore ``month_end``.

    Raises:
        InvalidValue: ``recurrence.out_of_range`` beyond the years 1 to 9999.

    """
    if interval.days:
        return _plus_days(anchor, interval.days * k)
    if k == 0:
        return anchor
    step = interval.months
    index = month_index(anchor) + step * k
    if month_end in {MonthEnd.END_OF_MONTH, MonthEnd.DISTANCE_TO_MONTH_END_3}:
        from_end = month_length(anchor.year, anchor.month) - anchor.day
        if from_end <= (0 if month_end is MonthEnd.END_OF_MONTH else _KEPT_DISTANCE):
            return day_in_month(index, _LONGEST_MONTH) - timedelta(days=from_end)
    elif anchor.day > _ALWAYS_EXISTS:
        if month_end is MonthEnd.STICKY:
            return day_in_month(index, _stuck_day(anchor, step, k))
        if month_end is MonthEnd.SKIP:
            return _kth_existing(anchor, step, k)
    return day_in_month(index, anchor.day)


def shift(day: date, interval: Interval, k: int = 1, month_end: MonthEnd = MonthEnd.ANCHORED_CLIP) -> date:
    """Return ``day`` moved by ``k`` intervals, back where ``k`` is negative: the boundary of a grid anchored on it.

    Raises:
        InvalidValue: ``recurrence.out_of_range`` beyond the years 1 to 9999.

    """
    return boundary(day, interval, k, month_end)


def boundaries(
    anchor: date,
    interval: Interval,
    month_end: MonthEnd = MonthEnd.ANCHORED_CLIP,
    *,
    since: date | None = None,
    until_exclusive: date | None = None,
) -> Iterator[date]:
    """Yield the boundaries in order from the first on or after ``since`` (default: the anchor itself).

    Endless without ``until_exclusive``; the caller stops. Raises ``recurrence.out_of_range`` after year 9999.
    """
    first = 0
    if since is not None:
        first = boundary_index(anchor, interval, since, month_end)
        if boundary(anchor, interval, first, month_end) < since:
            first += 1
    for k in count(first):
        at = boundary(anchor, interval, k, month_end)
        if until_exclusive is not None and at >= until_exclusive:
            return
        yield at


def boundary_index(anchor: date, interval: Interval, day: date, month_end: MonthEnd = MonthEnd.ANCHORED_CLIP) -> int:
    """Return the greatest ``k`` whose boundary lies on or before ``day``."""
    if interval.days:
        return (day - anchor).days // interval.days
    k = (month_index(day) - month_index(anchor)) // interval.months
    if month_end is MonthEnd.SKIP and anchor.day > _ALWAYS_EXISTS:
        return _existing_index(anchor, interval.months, day)
    return k if boundary(anchor, interval, k, month_end) <= day else k - 1


def _check_year(year: int) -> None:
    if not MINYEAR <= year <= MAXYEAR:
        raise OUT_OF_RANGE.error(value=f"year {year}", accepted=f"years {MINYEAR} to {MAXYEAR}")


def _plus_days(anchor: date, days: int) -> date:
    try:
        return anchor + timedelta(days=days)
    except OverflowError:
        raise OUT_OF_RANGE.error(value=f"{anchor} and {days} days", accepted=f"years {MINYEAR} to {MAXYEAR}") from None


def _stuck_day(anchor: date, step: int, k: int) -> int:
    """Return the smallest day that a chain of single steps was clipped to on its way to boundary ``k``."""
    day = anchor.day
    direction = step if k > 0 else -step
    index = month_index(anchor)
    meets_february = any((anchor.month + step * each) % 12 == _FEBRUARY for each in range(12))
    for passed in range(abs(k)):
        if day == _ALWAYS_EXISTS or (passed >= 12 and not meets_february):  # noqa: PLR2004 - months repeat after 12
            break
        index += direction
        year, month0 = divmod(index, 12)
        _check_year(year)
        day = min(day, month_length(year, month0 + 1))
    return day


def _existing(anchor: date, step: int) -> Iterator[date]:
    """Yield the months' dates after (or, with a negative step, before) the anchor that have the anchor's day."""
    for index in count(month_index(anchor) + step, step):
        year, month0 = divmod(index, 12)
        _check_year(year)
        if month_length(year, month0 + 1) >= anchor.day:
            yield date(year, month0 + 1, anchor.day)


def _kth_existing(anchor: date, step: int, k: int) -> date:
    dates = _existing(anchor, step if k > 0 else -step)
    found = anchor
    for _ in range(abs(k)):
        found = next(dates)
    return found


def _existing_index(anchor: date, step: int, day: date) -> int:
    if day >= anchor:
        return next(k for k, at in enumerate(_existing(anchor, step)) if at > day)
    return -1 - next(k for k, at in enumerate(_existing(anchor, -step)) if at <= day)
