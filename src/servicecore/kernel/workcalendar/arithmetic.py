"""Due and elapsed working time by binary search, whatever the horizon."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn

from servicecore.kernel.clock import as_instant
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.workcalendar.ledger import LedgerDay, write_ledger
from servicecore.kernel.workcalendar.plan import Plan, exists
from servicecore.kernel.workcalendar.table import ZERO, Table, build_table, extend_table

NEVER_DUE: Final = ProblemKind(
    "calendar.never_due",
    en="the calendar does not open for {value} from {at} on; accepted: {accepted}",
    it="il calendario non apre per {value} a partire da {at}; valori ammessi: {accepted}",
    de="der Kalender öffnet nicht für {value} ab {at}; zulässig: {accepted}",
)
NEGATIVE_DURATION: Final = ProblemKind(
    "calendar.negative_duration",
    en="{value} is negative; accepted: {accepted}",
    it="{value} è negativo; valori ammessi: {accepted}",
    de="{value} ist negativ; zulässig: {accepted}",
)
OUT_OF_RANGE: Final = ProblemKind(
    "calendar.out_of_range",
    en="{value} lies outside the years of working calendars; accepted: {accepted}",
    it="{value} è fuori dagli anni dei calendari di lavoro; valori ammessi: {accepted}",
    de="{value} liegt außerhalb der Jahre der Arbeitskalender; zulässig: {accepted}",
)

FIRST_YEAR: Final = 1900
END_YEAR: Final = 2400
_LONGEST_OPENING: Final = timedelta(days=366)
_MOST: Final = timedelta(days=366 * (END_YEAR - FIRST_YEAR))
_ONE_DAY: Final = timedelta(days=1)
_WEEKS_A_YEAR: Final = 52
_MOST_WEEKS_A_YEAR: Final = 54


class CompiledCalendar:
    """A calendar as sorted UTC intervals with running sums; made by ``WorkCalendar.compiled``.

    Instants go in aware, in any zone, and come out in UTC; time is exact to the microsecond. The years 1900 to 2399
    are covered, compiled as they are asked for; an answer beyond them counts as never. Openings are half-open.
    Safe to share between threads: a table is never changed, only replaced by a larger one.
    """

    __slots__ = ("_plan", "_table")

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._table: Table | None = None

    def due(self, start: datetime, work: timedelta) -> datetime:
        """Return the earliest instant t >= start with ``elapsed(start, t) >= work``; ``start`` itself for no work.

        Lands on the closing instant, not on the next opening, where both would do (switch ``boundary``: close).

        Raises:
            InvalidValue: ``calendar.negative_duration``, ``calendar.never_due``, ``time.naive_instant``,
                ``calendar.out_of_range``.

        """
        if start.tzinfo is not UTC:
            start = as_instant(start, "start")
        if not ZERO < work <= _MOST:
            return self._no_work(start, work)
        table = self._table
        if table is None or not table.first <= start < table.last:
            table = self._covering(start)
        starts = table.starts
        i = bisect_right(starts, start) - 1
        end = table.ends[i]
        if start < end:
            if work <= end - start:
                return start + work
            target = table.before[i] + (start - starts[i]) + work
        else:
            target = table.upto[i] + work
        if target > table.upto[-1]:
            table = self._with_sum_after(table, target) or self._refuse(start, work)
            starts = table.starts
        j = bisect_left(table.upto, target, i)
        return starts[j] + (target - table.before[j])

    def due_back(self, end: datetime, work: timedelta) -> datetime:
        """Return the latest instant t <= end with ``elapsed(t, end) >= work``; ``end`` itself for no work.

        Raises:
            InvalidValue: as ``due``.

        """
        end = as_instant(end, "end")
        if not ZERO < work <= _MOST:
            return self._no_work(end, work)
        table = self._covering(end)
        target = _sum_at(table, end) - work
        if target < table.before[0]:
            table = self._with_sum_before(table, target) or self._refuse(end, work)
        j = bisect_right(table.before, target) - 1
        return table.starts[j] + (target - table.before[j])

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time in [start, end); zero where the end is not after the start.

        Raises:
            InvalidValue: ``time.naive_instant``, ``calendar.out_of_range``.

        """
        if start.tzinfo is not UTC:
            start = as_instant(start, "start")
        if end.tzinfo is not UTC:
            end = as_instant(end, "end")
        if end <= start:
            return ZERO
        table = self._table
        if table is None or not table.first <= start or not end < table.last:
            table = self._covering(start, end)
        starts, ends = table.starts, table.ends
        i = bisect_right(starts, start) - 1
        j = bisect_right(starts, end, i) - 1
        closes = ends[j]
        reached = table.upto[j] if end >= closes else table.before[j] + (end - starts[j])
        if start >= ends[i]:
            return reached - table.upto[i]
        return reached - (table.before[i] + (start - starts[i]))

    def is_open(self, at: datetime) -> bool:
        """Return whether the instant lies in an opening; the opening instant does, the closing one does not."""
        at = as_instant(at)
        table = self._covering(at)
        return at < table.ends[bisect_right(table.starts, at) - 1]

    def next_open(self, at: datetime) -> datetime:
        """Return the first open instant on or after ``at``.

        Raises:
            InvalidValue: ``calendar.never_due`` where it does not open any more.

        """
        return self._first_open(as_instant(at)) or self._refuse(at, timedelta.resolution)

    def intervals(
        self, start: datetime, count: int, longest: timedelta = _LONGEST_OPENING
    ) -> tuple[tuple[datetime, datetime], ...]:
        """Return the first ``count`` open intervals from ``start``, the first one clipped to it, half-open, in UTC.

        Intervals are maximal, but cut after ``longest``, so a calendar that never closes answers too. Fewer come
        back where the calendar does not open so often.
        """
        found: list[tuple[datetime, datetime]] = []
        opens = self._first_open(as_instant(start, "start"))
        while opens is not None and len(found) < count:
            closes = self._closing(opens, opens + longest)
            found.append((opens, closes))
            opens = self._first_open(closes) if closes.year < END_YEAR else None
        return tuple(found)

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """Return the first open instant from the same wall time, ``days`` local dates with openings later.

        Counts dates after the one of ``start``, open or not; a date that the zone skips is none. A wall time that
        does not exist on the date reached is read with the offset before the change, one that happens twice as the
        first. With 0 days it is the next open instant. Linear in the days.

        Raises:
            InvalidValue: ``calendar.negative_duration``, ``calendar.never_due``.

        """
        start = as_instant(start, "start")
        if days < 0:
            raise NEGATIVE_DURATION.error("days", value=f"{days} days", accepted="0 or more days")
        if days == 0:
            return self.next_open(start)
        wall = start.astimezone(self._plan.tz)
        day, remaining = wall.date(), days
        while remaining:
            day += _ONE_DAY
            if day.year >= self._end_year:
                self._refuse(start, f"{days} days")
            if self._plan.of_date(day).spans and exists(self._plan.tz, day):
                remaining -= 1
        return self.next_open(datetime.combine(day, wall.time(), tzinfo=self._plan.tz))

    def ledger(self, start: datetime, end: datetime) -> tuple[LedgerDay, ...]:
        """Return what every local date from ``start`` to ``end`` counted and why; the sum is the elapsed time."""
        start, end = as_instant(start, "start"), as_instant(end, "end")
        _check_range(start)
        _check_range(end)
        return write_ledger(self._plan, start, end) if start < end else ()

    def _no_work(self, at: datetime, work: timedelta) -> datetime:
        if work < ZERO:
            raise NEGATIVE_DURATION.error("work", value=work, accepted="0 or more")
        return self._refuse(at, work) if work else at

    def _refuse(self, at: datetime, work: object) -> NoReturn:
        if self._plan.week:
            accepted = f"what the years {FIRST_YEAR} to {END_YEAR - 1} hold"
        else:
            accepted = f"what the dates {min(self._plan.special)} to {max(self._plan.special)} hold"
        raise NEVER_DUE.error("work", value=work, at=at.isoformat(), accepted=accepted)

    @property
    def _end_year(self) -> int:
        """Return the year from which on nothing opens, or the end of the years that are covered."""
        return END_YEAR if self._plan.week else min(END_YEAR, max(self._plan.special).year + 2)

    @property
    def _first_year(self) -> int:
        return FIRST_YEAR if self._plan.week else max(FIRST_YEAR, min(self._plan.special).year - 1)

    def _first_open(self, at: datetime) -> datetime | None:
        table = self._covering(at)
        i = bisect_right(table.starts, at) - 1
        if at < table.ends[i]:
            return at
        if i + 1 == len(table.starts):
            longer = self._with_sum_after(table, table.upto[i] + timedelta.resolution)
            if longer is None:
                return None
            table = longer
        return table.starts[i + 1]

    def _closing(self, at: datetime, latest: datetime) -> datetime:
        """Return the end of the opening that ``at`` lies in, over intervals that touch, but at most ``latest``."""
        table = self._covering(at)
        j = bisect_right(table.starts, at) - 1
        while table.ends[j] < latest:
            if j + 1 < len(table.starts):
                if table.starts[j + 1] > table.ends[j]:
                    break
                j += 1
            elif table.ends[j] < table.last or table.end_year == END_YEAR:
                break
            else:
                table = self._table = extend_table(self._plan, table, table.first_year, table.end_year + 1)
        return min(table.ends[j], latest)

    def _covering(self, first: datetime, last: datetime | None = None) -> Table:
        """Return a table that covers both instants, compiling the years that are missing."""
        last = last or first
        _check_range(first)
        _check_range(last)
        table = self._table
        if table is None:
            table = build_table(self._plan, first.year, max(last.year + 1, min(first.year + 2, END_YEAR)))
        elif not table.first <= first or not last < table.last:
            table = extend_table(self._plan, table, first.year, last.year + 1)
        else:
            return table
        self._table = table
        return table

    def _with_sum_after(self, table: Table, target: timedelta) -> Table | None:
        """Return a table whose running sum reaches ``target``, or None where it never does."""
        while table.upto[-1] < target:
            years = self._years(target - table.upto[-1], self._end_year - table.end_year)
            if years == 0:
                return None
            table = self._table = extend_table(self._plan, table, table.first_year, table.end_year + years)
        return table

    def _with_sum_before(self, table: Table, target: timedelta) -> Table | None:
        """Return a table whose running sum begins at ``target`` or lower, or None where it never does."""
        while table.before[0] > target:
            years = self._years(table.before[0] - target, table.first_year - self._first_year)
            if years == 0:
                return None
            table = self._table = extend_table(self._plan, table, table.first_year - years, table.end_year)
        return table

    def _years(self, missing: timedelta, left: int) -> int:
        """Return how many years to compile next, of those left; 0 where even all of them cannot hold what is missing.

        The bound: every week opens its hours twice at most (a repeated hour), and every special date one day more.
        """
        week, most = self._plan.week, 2 * _ONE_DAY * len(self._plan.special)
        if left <= 0 or missing > 2 * week * (_MOST_WEEKS_A_YEAR * left) + most:
            return 0
        return min(left, missing // week // _WEEKS_A_YEAR + 1) if week else left


def _sum_at(table: Table, at: datetime) -> timedelta:
    i = bisect_right(table.starts, at) - 1
    return table.before[i] + (min(at, table.ends[i]) - table.starts[i])


def _check_range(at: datetime) -> None:
    if not FIRST_YEAR <= at.year < END_YEAR:
        raise OUT_OF_RANGE.error("at", value=at.isoformat(), accepted=f"{FIRST_YEAR} to {END_YEAR - 1}")
