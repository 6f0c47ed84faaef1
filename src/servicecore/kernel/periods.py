"""Half-open periods of civil days, and the grids that cut a span into them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from itertools import count
from typing import Final

from attrs import field, frozen

from servicecore.kernel.clock import zone
from servicecore.kernel.problems import NOT_ACCEPTED, ProblemKind
from servicecore.kernel.recurrence import (
    Interval,
    IntervalUnit,
    MonthEnd,
    boundary,
    boundary_index,
    day_in_month,
    month_index,
)

EMPTY_PERIOD: Final = ProblemKind(
    "period.empty",
    en="the period ends on {value}, not after its start; accepted: {accepted}",
    it="il periodo termina il {value}, non dopo l'inizio; valori ammessi: {accepted}",
    de="der Zeitraum endet am {value}, nicht nach seinem Beginn; zulässig: {accepted}",
)
BAD_BILLING_DAY: Final = ProblemKind(
    "period.bad_billing_day",
    en="billing day {value} does not fit the alignment; accepted: {accepted}",
    it="il giorno di fatturazione {value} non è adatto all'allineamento; valori ammessi: {accepted}",
    de="der Abrechnungstag {value} passt nicht zur Ausrichtung; zulässig: {accepted}",
)
_ONE_DAY: Final = timedelta(days=1)
_LAST_BILLING_DAY: Final = 31


class Alignment(Enum):
    """Where the boundaries of a grid lie (specs: contracts 4, switch ``alignment``).

    ANNIVERSARY counts from the anchor; CALENDAR from the start of the anchor's calendar unit (weeks on Monday,
    quarters in January, April, July, October); BILLING_DAY falls on one day of the month, the anchor's month fixing
    the phase; MONTH_END_BOUNDARY ends every period on a last day of the month, counted from the anchor's month.
    """

    ANNIVERSARY = "anniversary"
    CALENDAR = "calendar"
    BILLING_DAY = "billing_day"
    MONTH_END_BOUNDARY = "month_end_boundary"


@frozen
class Period:
    """A span of civil days, at least one day long.

    Attributes:
        start: the first day, inclusive.
        end: the day after the last, exclusive.

    Raises ``period.empty`` where the end is not after the start.

    """

    start: date
    end: date = field()

    @end.validator
    def _check_end(self, _attribute: object, value: date) -> None:
        if value <= self.start:
            raise EMPTY_PERIOD.error("end", value=value, accepted=f"a day after {self.start}")

    @property
    def last_day(self) -> date:
        """Return the last day, inclusive."""
        return self.end - _ONE_DAY

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.end - self.start).days

    def contains(self, day: date) -> bool:
        """Return whether ``day`` lies in the period."""
        return self.start <= day < self.end

    def overlap(self, other: Period) -> Period | None:
        """Return the days that both periods have, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def instants(self, zone_name: str) -> tuple[datetime, datetime]:
        """Return the first instant of the period and the first after it, in UTC, for a wall calendar in that zone."""
        return first_instant(self.start, zone_name), first_instant(self.end, zone_name)


@frozen
class GridPeriod(Period):
    """A period cut from a grid by the start and the end of what is billed.

    Attributes:
        index: number of the period on the grid, derived from the anchor: 0 begins at boundary 0.
        whole: the period from boundary to boundary that this one lies in; the base of proration.

    """

    index: int
    whole: Period

    @property
    def is_stub(self) -> bool:
        """Return whether it is shorter than the whole period."""
        return self.days != self.whole.days


@frozen
class Grid:
    """The boundaries that an anchor, an interval and an alignment make (specs: contracts 1 and 4).

    Attributes:
        anchor: the first day of what is divided.
        interval: the distance of two boundaries.
        alignment: where the boundaries lie.
        month_end: the rule of short months; only ANNIVERSARY asks it, the other alignments fix the day themselves.
        billing_day: 1 to 31, clipped to the month, with BILLING_DAY and only then; days and weeks ignore it.

    Raises ``period.bad_billing_day``.

    """

    anchor: date
    interval: Interval
    alignment: Alignment = Alignment.ANNIVERSARY
    month_end: MonthEnd = MonthEnd.ANCHORED_CLIP
    billing_day: int | None = field(default=None)

    @billing_day.validator
    def _check_billing_day(self, _attribute: object, value: int | None) -> None:
        if self.alignment is not Alignment.BILLING_DAY:
            if value is not None:
                raise BAD_BILLING_DAY.error("billing_day", value=value, accepted=f"none with {self.alignment.value}")
        elif value is None or not 1 <= value <= _LAST_BILLING_DAY:
            raise BAD_BILLING_DAY.error("billing_day", value=value, accepted="1 to 31")

    def boundary(self, k: int) -> date:
        """Return boundary ``k``; boundary 0 is the one that the alignment puts at the anchor or in its unit.

        Raises:
            InvalidValue: ``recurrence.out_of_range`` beyond the years 1 to 9999.

        """
        if self.alignment is Alignment.ANNIVERSARY or (self.interval.days and not self._is_calendar_week):
            return boundary(self.anchor, self.interval, k, self.month_end)
        if self._is_calendar_week:
            return boundary(self._monday, self.interval, k)
        return day_in_month(self._first_month + self.interval.months * k, self.billing_day or 1)

    def index_at(self, day: date) -> int:
        """Return the number of the whole period that ``day`` lies in; negative before boundary 0."""
        if self.alignment is Alignment.ANNIVERSARY or (self.interval.days and not self._is_calendar_week):
            return boundary_index(self.anchor, self.interval, day, self.month_end)
        if self._is_calendar_week:
            return boundary_index(self._monday, self.interval, day)
        k = (month_index(day) - self._first_month) // self.interval.months
        return k if self.boundary(k) <= day else k - 1

    def whole(self, k: int) -> Period:
        """Return whole period ``k``, from boundary ``k`` to the next."""
        return Period(self.boundary(k), self.boundary(k + 1))

    def first_boundary(self, on_or_after: date) -> date:
        """Return the first boundary on or after the day."""
        k = self.index_at(on_or_after)
        at = self.boundary(k)
        return at if at == on_or_after else self.boundary(k + 1)

    def period_at(self, day: date, end_exclusive: date | None = None) -> GridPeriod:
        """Return the period that ``day`` lies in, clipped to the anchor and the end.

        Raises:
            InvalidValue: ``value.not_accepted`` for a day before the anchor or not before the end.

        """
        if day < self.anchor or (end_exclusive is not None and day >= end_exclusive):
            span = f"{self.anchor} to before {end_exclusive}" if end_exclusive else f"{self.anchor} or later"
            raise NOT_ACCEPTED.error("day", value=day, accepted=span)
        k = self.index_at(day)
        return self._clipped(k, self.whole(k), end_exclusive)

    def periods(self, end_exclusive: date | None = None) -> Iterator[GridPeriod]:
        """Yield the periods from the anchor in order, without hole or overlap; endless without an end.

        The first and the last may be stubs; nothing is yielded where the end is not after the anchor.
        """
        for k in count(self.index_at(self.anchor)):
            whole = self.whole(k)
            if end_exclusive is not None and max(whole.start, self.anchor) >= end_exclusive:
                return
            yield self._clipped(k, whole, end_exclusive)

    def _clipped(self, k: int, whole: Period, end_exclusive: date | None) -> GridPeriod:
        end = whole.end if end_exclusive is None else min(whole.end, end_exclusive)
        return GridPeriod(max(whole.start, self.anchor), end, k, whole)

    @property
    def _is_calendar_week(self) -> bool:
        return self.alignment is Alignment.CALENDAR and self.interval.unit is IntervalUnit.WEEK

    @property
    def _monday(self) -> date:
        return self.anchor - timedelta(days=self.anchor.weekday())

    @property
    def _first_month(self) -> int:
        first = month_index(self.anchor)
        if self.alignment is Alignment.CALENDAR:
            first -= first % Interval(self.interval.unit).months
        return first


def periods(
    anchor: date,
    end_exclusive: date | None,
    interval: Interval,
    *,
    alignment: Alignment = Alignment.ANNIVERSARY,
    month_end: MonthEnd = MonthEnd.ANCHORED_CLIP,
    billing_day: int | None = None,
) -> Iterator[GridPeriod]:
    """Yield the periods that tile [anchor, end_exclusive) in order; see ``Grid``."""
    return Grid(anchor, interval, alignment, month_end, billing_day).periods(end_exclusive)


def period_at(
    day: date,
    anchor: date,
    interval: Interval,
    *,
    alignment: Alignment = Alignment.ANNIVERSARY,
    month_end: MonthEnd = MonthEnd.ANCHORED_CLIP,
    billing_day: int | None = None,
) -> GridPeriod:
    """Return the period from ``anchor`` on that ``day`` lies in; see ``Grid.period_at``."""
    return Grid(anchor, interval, alignment, month_end, billing_day).period_at(day)


def first_instant(day: date, zone_name: str) -> datetime:
    """Return the first instant, in UTC, at which a wall calendar in the zone shows ``day`` or a later date.

    Where the clock is set forward over midnight that is the instant of the change; a skipped date begins and ends
    there. Raises ``time.unknown_zone``.
    """
    tz = zone(zone_name)
    wall = datetime.combine(day, time.min, tzinfo=tz)
    at = wall.astimezone(UTC)
    if at.astimezone(tz).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return at
    before = wall.replace(fold=1).astimezone(UTC)
    while at - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(at - before) // timedelta(seconds=2))
        before, at = (before, middle) if middle.astimezone(tz).date() >= day else (middle, at)
    return at
