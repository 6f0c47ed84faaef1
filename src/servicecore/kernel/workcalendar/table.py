"""Open time as sorted UTC intervals with their running sum, over a range of whole years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import frozen

from servicecore.kernel.workcalendar.plan import Plan, pieces

ZERO = timedelta(0)


def new_year(year: int) -> datetime:
    """Return the first instant of the year in UTC."""
    return datetime(year, 1, 1, tzinfo=UTC)


@frozen
class Table:
    """The open intervals of [new year of ``first_year``, new year of ``end_year``), never changed once built.

    Entry 0 is empty and stands at the beginning, so every instant of the range has an entry at or before it.

    Attributes:
        first_year: the first year covered.
        end_year: the first year not covered.
        first: the first instant covered, in UTC.
        last: the first instant not covered, in UTC.
        starts: begin of each interval, ascending.
        ends: its end, exclusive; intervals may touch the next.
        before: open time up to its start, counted from an origin that extending keeps; may be negative.
        upto: open time up to its end.

    """

    first_year: int
    end_year: int
    first: datetime
    last: datetime
    starts: list[datetime]
    ends: list[datetime]
    before: list[timedelta]
    upto: list[timedelta]


def build_table(plan: Plan, first_year: int, end_year: int, origin: timedelta = ZERO) -> Table:
    """Return the table of the years, the first instant standing at ``origin`` of the running sum."""
    first, last = new_year(first_year), new_year(end_year)
    starts, ends, before, upto = [first], [first], [origin], [origin]
    total = origin
    for _day, start, end in pieces(plan, first, last):
        starts.append(start)
        ends.append(end)
        before.append(total)
        total += end - start
        upto.append(total)
    return Table(first_year, end_year, first, last, starts, ends, before, upto)


def extend_table(plan: Plan, table: Table, first_year: int, end_year: int) -> Table:
    """Return a table that covers the given years as well; sums of instants covered before stay as they are."""
    if end_year > table.end_year:
        table = _joined(table, build_table(plan, table.end_year, end_year, table.upto[-1]))
    if first_year < table.first_year:
        earlier = build_table(plan, first_year, table.first_year)
        earlier = build_table(plan, first_year, table.first_year, table.before[0] - earlier.upto[-1])
        table = _joined(earlier, table)
    return table


def _joined(left: Table, right: Table) -> Table:
    return Table(
        left.first_year,
        right.end_year,
        left.first,
        right.last,
        left.starts + right.starts[1:],
        left.ends + right.ends[1:],
        left.before + right.before[1:],
        left.upto + right.upto[1:],
    )
