"""Periods tile a span without hole or overlap, whatever the alignment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.periods import Alignment, Grid, Period, first_instant, period_at, periods
from servicecore.kernel.recurrence import Interval, IntervalUnit, MonthEnd

MONTH = Interval(IntervalUnit.MONTH)
QUARTER = Interval(IntervalUnit.QUARTER)
WEEK = Interval(IntervalUnit.WEEK)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    anchor = draw(st.dates(date(2019, 1, 1), date(2026, 12, 31)))
    month_end = draw(st.sampled_from(MonthEnd))
    assume(month_end is not MonthEnd.SKIP or (anchor.month, anchor.day) != (2, 29))
    alignment = draw(st.sampled_from(Alignment))
    billing_day = draw(st.integers(1, 31)) if alignment is Alignment.BILLING_DAY else None
    interval = draw(st.builds(Interval, st.sampled_from(IntervalUnit), st.integers(1, 5)))
    return Grid(anchor, interval, alignment, month_end, billing_day)


def spans(found: list[Period]) -> list[tuple[str, str]]:
    return [(str(period.start), str(period.last_day)) for period in found]


def first_of(grid: Grid, count: int, end: date | None = None) -> list[tuple[str, str]]:
    return spans(list(islice(grid.periods(end), count)))


@given(grids(), st.integers(1, 900))
def test_periods_are_consecutive_and_their_union_is_the_span(grid: Grid, length: int) -> None:
    end = grid.anchor + timedelta(days=length)
    found = list(grid.periods(end))
    assert found[0].start == grid.anchor
    assert found[-1].end == end
    for earlier, later in pairwise(found):
        assert earlier.end == later.start
        assert earlier.index + 1 == later.index


@given(grids(), st.integers(1, 900))
def test_only_the_first_and_the_last_period_are_stubs(grid: Grid, length: int) -> None:
    found = list(grid.periods(grid.anchor + timedelta(days=length)))
    assert not any(period.is_stub for period in found[1:-1])
    for period in found:
        assert period.whole.start <= period.start
        assert period.end <= period.whole.end


@given(grids(), st.integers(1, 900), st.data())
def test_the_period_of_a_day_is_the_one_of_the_list_that_contains_it(
    grid: Grid, length: int, data: st.DataObject
) -> None:
    end = grid.anchor + timedelta(days=length)
    day = data.draw(st.dates(grid.anchor, end - timedelta(days=1)))
    assert [grid.period_at(day, end)] == [period for period in grid.periods(end) if period.contains(day)]


@given(grids(), st.integers(1, 500), st.integers(1, 400))
def test_a_later_end_keeps_every_period_but_the_last(grid: Grid, length: int, more: int) -> None:
    short = list(grid.periods(grid.anchor + timedelta(days=length)))
    long = list(grid.periods(grid.anchor + timedelta(days=length + more)))
    assert long[: len(short) - 1] == short[:-1]


@given(grids(), st.integers(0, 900))
def test_the_first_boundary_on_or_after_a_day_is_the_next_start(grid: Grid, days: int) -> None:
    day = grid.anchor + timedelta(days=days)
    at = grid.first_boundary(day)
    assert at >= day
    assert not any(day <= grid.boundary(k) < at for k in range(grid.index_at(day) - 2, grid.index_at(day) + 3))


def test_anniversary_from_the_31st() -> None:
    assert first_of(Grid(date(2024, 1, 31), MONTH), 3) == [
        ("2024-01-31", "2024-02-28"),
        ("2024-02-29", "2024-03-30"),
        ("2024-03-31", "2024-04-29"),
    ]


def test_calendar_quarters_start_in_january_april_july_and_october() -> None:
    assert first_of(Grid(date(2024, 2, 10), QUARTER, Alignment.CALENDAR), 3) == [
        ("2024-02-10", "2024-03-31"),
        ("2024-04-01", "2024-06-30"),
        ("2024-07-01", "2024-09-30"),
    ]


def test_calendar_weeks_start_on_monday() -> None:
    # 1 March 2022 was a Tuesday.
    assert first_of(Grid(date(2022, 3, 1), WEEK, Alignment.CALENDAR), 2) == [
        ("2022-03-01", "2022-03-06"),
        ("2022-03-07", "2022-03-13"),
    ]


def test_a_billing_day_before_the_anchor_waits_one_interval() -> None:
    grid = Grid(date(2012, 1, 31), Interval(IntervalUnit.YEAR), Alignment.BILLING_DAY, billing_day=30)
    assert grid.first_boundary(grid.anchor) == date(2013, 1, 30)


def test_a_billing_day_is_clipped_in_short_months_only() -> None:
    grid = Grid(date(2012, 2, 16), MONTH, Alignment.BILLING_DAY, billing_day=30)
    assert first_of(grid, 3) == [
        ("2012-02-16", "2012-02-28"),
        ("2012-02-29", "2012-03-29"),
        ("2012-03-30", "2012-04-29"),
    ]


def test_month_end_boundary_ends_on_last_days_counted_from_the_anchors_month() -> None:
    assert first_of(Grid(date(2018, 2, 5), QUARTER, Alignment.MONTH_END_BOUNDARY), 2) == [
        ("2018-02-05", "2018-04-30"),
        ("2018-05-01", "2018-07-31"),
    ]


def test_the_whole_period_behind_a_stub_is_the_base_of_proration() -> None:
    stub = period_at(date(2024, 2, 10), date(2024, 2, 10), MONTH, alignment=Alignment.CALENDAR)
    assert (stub.days, stub.whole.days, stub.is_stub) == (20, 29, True)


def test_no_period_where_the_end_is_not_after_the_anchor() -> None:
    assert list(periods(date(2024, 1, 1), date(2024, 1, 1), MONTH)) == []


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2024, 3, 1)])
def test_a_day_outside_the_span_has_no_period(day: date) -> None:
    with pytest.raises(InvalidValue) as refused:
        Grid(date(2024, 1, 1), MONTH).period_at(day, date(2024, 3, 1))
    assert refused.value.problem.code == "value.not_accepted"


@pytest.mark.parametrize(
    ("alignment", "billing_day"),
    [(Alignment.BILLING_DAY, None), (Alignment.BILLING_DAY, 32), (Alignment.BILLING_DAY, 0), (Alignment.CALENDAR, 5)],
)
def test_a_billing_day_belongs_to_its_alignment(alignment: Alignment, billing_day: int | None) -> None:
    with pytest.raises(InvalidValue) as refused:
        Grid(date(2024, 1, 1), MONTH, alignment, billing_day=billing_day)
    assert refused.value.problem.code == "period.bad_billing_day"


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        Period(date(2024, 1, 1), date(2024, 1, 1))
    assert refused.value.problem.code == "period.empty"


def test_overlap_is_what_both_periods_have() -> None:
    january, mid = Period(date(2024, 1, 1), date(2024, 2, 1)), Period(date(2024, 1, 20), date(2024, 2, 5))
    assert january.overlap(mid) == Period(date(2024, 1, 20), date(2024, 2, 1))
    assert january.overlap(Period(date(2024, 2, 1), date(2024, 2, 2))) is None


@pytest.mark.parametrize(
    ("zone_name", "day", "expected"),
    [
        ("UTC", date(2024, 5, 1), "2024-05-01T00:00"),
        ("Europe/Rome", date(2024, 5, 1), "2024-04-30T22:00"),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00"),  # midnight is missing: the day begins at 01:00
        ("America/St_Johns", date(2010, 11, 7), "2010-11-07T02:30"),  # the clock goes back at 00:01: the first midnight
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30"),  # from 23:30 to 00:30: the day begins at 00:30
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00"),  # a date that never was begins with the next one
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00"),
    ],
)
def test_the_first_instant_of_a_day(zone_name: str, day: date, expected: str) -> None:
    assert first_instant(day, zone_name) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(
    st.sampled_from(["America/Sao_Paulo", "Africa/Cairo", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.dates(date(2008, 1, 1), date(2019, 12, 31)),
)
def test_the_first_instant_shows_the_day_and_the_minute_before_does_not(zone_name: str, day: date) -> None:
    at, tz = first_instant(day, zone_name), ZoneInfo(zone_name)
    assert at.astimezone(tz).date() >= day
    assert (at - timedelta(minutes=1)).astimezone(tz).date() < day


def test_the_instants_of_a_period_are_half_open() -> None:
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    start, end = march.instants("Europe/Rome")
    assert end - start == timedelta(days=31) - timedelta(hours=1)
