"""What the wall clock says of each local date, laid over the stretches of constant offset of a time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.kernel.workcalendar.openings import Span

_ONE_DAY: Final = timedelta(days=1)
_SAMPLING: Final = timedelta(hours=6)
_ONE_SECOND: Final = timedelta(seconds=1)


class DayBasis(Enum):
    """Which rule of the calendar decides a date: its weekday, a dated entry, or a holiday."""

    WEEKLY = "weekly"
    DATED = "dated"
    HOLIDAY = "holiday"


@frozen
class DayPlan:
    """The net openings of a date.

    Attributes:
        spans: in wall-clock time since midnight, half-open, sorted and disjoint.
        basis: the rule that decided.
        note: the holiday's name.

    """

    spans: tuple[tuple[timedelta, timedelta], ...]
    basis: DayBasis
    note: str = ""

    @staticmethod
    def of(spans: tuple[Span, ...], basis: DayBasis, note: str = "") -> DayPlan:
        """Return the plan with spans given in minutes."""
        return DayPlan(tuple((timedelta(minutes=a), timedelta(minutes=b)) for a, b in spans), basis, note)

    @property
    def length(self) -> timedelta:
        """Return the wall-clock time of the spans together."""
        return sum((end - start for start, end in self.spans), timedelta(0))


@frozen
class Plan:
    """A calendar ready to be laid over time.

    Attributes:
        tz: the time zone whose wall clock is read.
        weekly: seven plans, Monday first.
        special: the dates that differ from their weekday.

    """

    tz: tzinfo
    weekly: tuple[DayPlan, ...]
    special: Mapping[date, DayPlan]

    def of_date(self, day: date) -> DayPlan:
        """Return the plan of a local date."""
        return self.special.get(day) or self.weekly[day.weekday()]

    @property
    def week(self) -> timedelta:
        """Return the open wall-clock time of a week without special dates; zero where only dates open."""
        return sum((plan.length for plan in self.weekly), timedelta(0))


def stretches(tz: tzinfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield (start, end, offset) in UTC, in order, covering [first, last), each with one offset of the zone.

    The offset is sampled every 6 hours; a change between samples is found to the second.
    """
    fixed = tz.utcoffset(None)
    if fixed is not None:
        yield first, last, fixed
        return
    start, at, offset = first, first, _offset(tz, first)
    while at < last:
        ahead = min(at + _SAMPLING, last)
        then = _offset(tz, ahead)
        if then != offset:
            change = _change(tz, at, ahead, offset)
            yield start, change, offset
            start, ahead = change, change
            offset = _offset(tz, change)
        at = ahead
    if start < last:
        yield start, last, offset


def pieces(plan: Plan, first: datetime, last: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield (local date, start, end) of everything open in [first, last), in order of time, in UTC and disjoint.

    An instant is open where the wall clock shows an open time, so an hour that does not exist gives nothing and an
    hour that happens twice gives two pieces (anchors: cases 4). Pieces that touch are not merged.
    """
    weekly = [each.spans for each in plan.weekly]
    special = {day: each.spans for day, each in plan.special.items()}
    for start, end, offset in stretches(plan.tz, first, last):
        day = (start + offset).date()
        weekday = day.weekday()
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
        while midnight < end:
            spans = special.get(day, weekly[weekday])
            for opens, closes in spans:
                piece_start, piece_end = max(midnight + opens, start), min(midnight + closes, end)
                if piece_start < piece_end:
                    yield day, piece_start, piece_end
            midnight += _ONE_DAY
            day += _ONE_DAY
            weekday = (weekday + 1) % 7


def dates_shown(plan: Plan, first: datetime, last: datetime) -> Iterator[date]:
    """Yield the local dates that the wall clock shows in [first, last); a date shown twice may come twice."""
    for start, end, offset in stretches(plan.tz, first, last):
        day, final = (start + offset).date(), (end + offset - timedelta.resolution).date()
        while day <= final:
            yield day
            day += _ONE_DAY


def exists(tz: tzinfo, day: date) -> bool:
    """Return whether the wall clock of the zone ever shows the date; a zone that crosses the date line skips one."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=tz)
    return noon.astimezone(UTC).astimezone(tz).date() == day


def _offset(tz: tzinfo, at: datetime) -> timedelta:
    offset = at.astimezone(tz).utcoffset()
    return timedelta(0) if offset is None else offset


def _change(tz: tzinfo, before: datetime, after: datetime, offset: timedelta) -> datetime:
    """Return the first whole second in (before, after] at which the offset is no longer the given one."""
    while after - before > _ONE_SECOND:
        middle = before + (after - before) // _ONE_SECOND // 2 * _ONE_SECOND
        before, after = (middle, after) if _offset(tz, middle) == offset else (before, middle)
    return after
