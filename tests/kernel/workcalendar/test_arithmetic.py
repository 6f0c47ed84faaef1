"""The laws of working time: sums, inverses, bounds, and what is refused at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.workcalendar import CompiledCalendar, WorkCalendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = ("UTC", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia")
INSTANTS = st.datetimes(datetime(2009, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of a strategy are naive
WORK = st.timedeltas(timedelta(microseconds=1), timedelta(hours=200))
FAST = settings(max_examples=100, deadline=None)


@st.composite
def calendars(draw: st.DrawFn) -> CompiledCalendar:
    times = st.lists(st.integers(0, 48), min_size=2, max_size=4, unique=True).map(sorted)
    weekly = {}
    for name in draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)):
        texts = [f"{each // 2:02}:{each % 2 * 30:02}" for each in draw(times)]
        weekly[name] = [list(pair) for pair in zip(texts[::2], texts[1::2], strict=False)]
    holidays = draw(st.lists(st.dates(date(2010, 1, 1), date(2027, 12, 31)).map(str), max_size=3))
    document = {"tz": draw(st.sampled_from(ZONES)), "weekly": weekly, "holidays": holidays}
    return WorkCalendar.from_json(document).compiled()


def always(tz: str) -> CompiledCalendar:
    return WorkCalendar.from_json({"tz": tz, "weekly": {name: [["00:00", "24:00"]] for name in WEEKDAYS}}).compiled()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(InvalidValue) as refused:
        call()
    assert refused.value.problem.param("accepted")
    return refused.value.problem.code


@FAST
@given(calendars(), INSTANTS, INSTANTS, INSTANTS)
def test_elapsed_adds_up_and_never_falls(calendar: CompiledCalendar, a: datetime, b: datetime, c: datetime) -> None:
    first, second, third = sorted((a, b, c))
    whole = calendar.elapsed(first, third)
    assert calendar.elapsed(first, second) + calendar.elapsed(second, third) == whole
    assert timedelta(0) <= calendar.elapsed(first, second) <= whole


@FAST
@given(calendars(), INSTANTS, WORK)
def test_due_is_the_earliest_instant_with_that_much_work(
    calendar: CompiledCalendar, start: datetime, work: timedelta
) -> None:
    due = calendar.due(start, work)
    assert calendar.elapsed(start, due) == work
    assert calendar.elapsed(start, due - timedelta.resolution) < work


@FAST
@given(calendars(), INSTANTS, WORK)
def test_due_back_is_the_latest_instant_with_that_much_work(
    calendar: CompiledCalendar, end: datetime, work: timedelta
) -> None:
    start = calendar.due_back(end, work)
    assert calendar.elapsed(start, end) == work
    assert calendar.elapsed(start + timedelta.resolution, end) < work


@FAST
@given(calendars(), INSTANTS, WORK, WORK)
def test_work_can_be_done_in_two_parts(
    calendar: CompiledCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert calendar.due(calendar.due(start, first), second) == calendar.due(start, first + second)


@FAST
@given(st.sampled_from(ZONES), INSTANTS, WORK)
def test_round_the_clock_is_the_wall_clock(tz: str, start: datetime, work: timedelta) -> None:
    calendar = always(tz)
    assert calendar.due(start, work) == start + work
    assert calendar.elapsed(start, start + work) == work
    assert calendar.due_back(start, work) == start - work


@FAST
@given(st.integers(-5, 5), INSTANTS, WORK)
def test_moving_zone_and_openings_together_moves_nothing(hours: int, start: datetime, work: timedelta) -> None:
    def shifted(by: int) -> CompiledCalendar:
        day = [[f"{9 + by:02}:00", f"{17 + by:02}:30"]]
        # Etc/GMT-2 is two hours ahead of UTC.
        document = {"tz": f"Etc/GMT{-by:+}" if by else "UTC", "weekly": dict.fromkeys(WEEKDAYS[:5], day)}
        return WorkCalendar.from_json(document).compiled()

    assert shifted(hours).due(start, work) == shifted(0).due(start, work)


@FAST
@given(st.permutations([["09:00", "13:00"], ["12:00", "17:00"], ["13:00", "14:00"], ["20:00", "21:00"]]), INSTANTS)
def test_order_and_overlap_of_openings_do_not_matter(openings: list[list[str]], at: datetime) -> None:
    union = [["09:00", "17:00"], ["20:00", "21:00"]]
    one, other = (
        WorkCalendar.from_json({"tz": "Europe/Rome", "weekly": {"mon": day}}).compiled() for day in (openings, union)
    )
    assert one.due(at, timedelta(hours=30)) == other.due(at, timedelta(hours=30))
    assert one.intervals(at, 3) == other.intervals(at, 3)


@FAST
@given(st.lists(INSTANTS, min_size=2, max_size=6), WORK)
def test_answers_do_not_depend_on_what_was_asked_before(
    office: WorkCalendar, instants: list[datetime], work: timedelta
) -> None:
    asked = CompiledCalendar(office.plan())
    for at in instants:
        asked.due(at, work)
        asked.due_back(at, work)
    fresh = CompiledCalendar(office.plan())
    first, last = min(instants), max(instants)
    assert asked.elapsed(first, last) == fresh.elapsed(first, last)
    assert asked.due_back(last, work) == CompiledCalendar(office.plan()).due_back(last, work)


@FAST
@given(calendars(), INSTANTS, WORK, st.sampled_from(ZONES))
def test_the_zone_of_the_instant_given_does_not_matter(
    calendar: CompiledCalendar, start: datetime, work: timedelta, tz: str
) -> None:
    local = start.astimezone(ZoneInfo(tz))
    assert calendar.due(local, work) == calendar.due(start, work)
    assert calendar.due(local, work).tzinfo is UTC
    assert calendar.elapsed(local, start + work) == calendar.elapsed(start, start + work)


def test_due_lands_on_closing_and_the_next_opening_is_asked_for(office: WorkCalendar) -> None:
    # Friday 16:00 in Rome and two hours: Friday 18:00, which is 17:00 UTC in winter; open again on Monday 08:00 UTC.
    due = office.compiled().due(utc("2026-02-06T15:00"), timedelta(hours=2))
    assert due == utc("2026-02-06T17:00")
    assert office.compiled().next_open(due) == utc("2026-02-09T08:00")


def test_no_work_is_due_at_once_even_while_closed(office: WorkCalendar) -> None:
    night = utc("2026-02-07T02:00")
    assert office.compiled().due(night, timedelta(0)) == night
    assert office.compiled().due_back(night, timedelta(0)) == night


def test_elapsed_backwards_is_nothing(office: WorkCalendar) -> None:
    assert office.compiled().elapsed(utc("2026-02-06T15:00"), utc("2026-02-05T15:00")) == timedelta(0)


def test_a_night_shift_lasts_as_long_as_the_night_of_the_clock_change() -> None:
    document = {"tz": "Europe/Rome", "weekly": {"sat": [["22:00", "24:00"]], "sun": [["00:00", "06:00"]]}}
    calendar = WorkCalendar.from_json(document).compiled()
    spring, autumn, plain = utc("2026-03-28T12:00"), utc("2026-10-24T12:00"), utc("2026-05-02T12:00")
    nights = [calendar.elapsed(at, at + timedelta(days=1)) for at in (spring, autumn, plain)]
    assert nights == [timedelta(hours=7), timedelta(hours=9), timedelta(hours=8)]


def test_an_opening_inside_the_missing_hour_never_counts() -> None:
    calendar = WorkCalendar.from_json({"tz": "Europe/Rome", "weekly": {"sun": [["02:00", "03:00"]]}}).compiled()
    assert calendar.elapsed(utc("2026-03-28T00:00"), utc("2026-03-30T00:00")) == timedelta(0)
    assert calendar.elapsed(utc("2026-10-24T00:00"), utc("2026-10-26T00:00")) == timedelta(hours=2)


def test_an_opening_that_never_closes_is_cut_at_the_longest(office: WorkCalendar) -> None:
    start = utc("2026-06-01T10:00")
    ten_days = timedelta(days=10)
    assert always("UTC").intervals(start, 2, ten_days) == (
        (start, start + ten_days),
        (start + ten_days, start + 2 * ten_days),
    )
    assert always("UTC").intervals(utc("2399-12-30T00:00"), 5) == ((utc("2399-12-30T00:00"), utc("2400-01-01T00:00")),)
    assert office.compiled().intervals(start, 0) == ()


ONCE = {"tz": "UTC", "weekly": {}, "dates": {"2026-01-05": [["09:00", "17:00"]], "2026-01-07": [["09:00", "10:00"]]}}


def test_a_calendar_of_single_dates_ends() -> None:
    calendar = WorkCalendar.from_json(ONCE).compiled()
    new_year = utc("2026-01-01T00:00")
    assert calendar.due(new_year, timedelta(hours=9)) == utc("2026-01-07T10:00")
    assert calendar.due_back(utc("2030-01-01T00:00"), timedelta(hours=9)) == utc("2026-01-05T09:00")
    assert calendar.intervals(new_year, 5) == (
        (utc("2026-01-05T09:00"), utc("2026-01-05T17:00")),
        (utc("2026-01-07T09:00"), utc("2026-01-07T10:00")),
    )
    assert calendar.add_business_days(new_year, 2) == utc("2026-01-07T09:00")
    assert code_of(lambda: calendar.due(new_year, timedelta(hours=9, microseconds=1))) == "calendar.never_due"
    assert code_of(lambda: calendar.due_back(new_year, timedelta(seconds=1))) == "calendar.never_due"
    assert code_of(lambda: calendar.next_open(utc("2026-01-07T10:00"))) == "calendar.never_due"
    assert code_of(lambda: calendar.add_business_days(new_year, 3)) == "calendar.never_due"


def test_work_that_the_last_years_can_hold_is_not_refused(office: WorkCalendar) -> None:
    # Ten years of 40 hours a week hold more than 20,800 hours.
    calendar, start, work = CompiledCalendar(office.plan()), utc("2390-01-02T08:00"), timedelta(hours=20_000)
    assert calendar.elapsed(start, calendar.due(start, work)) == work
    first = utc("1909-12-31T08:00")
    assert calendar.elapsed(calendar.due_back(first, work), first) == work


@pytest.mark.parametrize("work", [timedelta(days=400 * 365), timedelta.max])
def test_more_work_than_the_years_hold_is_refused_without_compiling_them(office: WorkCalendar, work: timedelta) -> None:
    calendar = CompiledCalendar(office.plan())
    at = utc("2026-01-05T09:00")
    assert code_of(lambda: calendar.due(at, work)) == "calendar.never_due"
    assert code_of(lambda: calendar.due_back(at, work)) == "calendar.never_due"
    table = calendar._table
    assert table is None or table.end_year - table.first_year <= 2


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda c: c.due(utc("2026-01-05T09:00"), timedelta(seconds=-1)), "calendar.negative_duration"),
        (lambda c: c.due_back(utc("2026-01-05T09:00"), timedelta(seconds=-1)), "calendar.negative_duration"),
        (lambda c: c.add_business_days(utc("2026-01-05T09:00"), -1), "calendar.negative_duration"),
        (lambda c: c.due(datetime(2026, 1, 5), timedelta(hours=1)), "time.naive_instant"),  # noqa: DTZ001 - the refusal is what is tested
        (lambda c: c.elapsed(utc("2026-01-05T09:00"), datetime(2026, 1, 6)), "time.naive_instant"),  # noqa: DTZ001 - likewise
        (lambda c: c.is_open(utc("1899-12-31T23:59")), "calendar.out_of_range"),
        (lambda c: c.elapsed(utc("2026-01-05T09:00"), utc("2400-01-01T00:00")), "calendar.out_of_range"),
        (lambda c: c.ledger(utc("1800-01-01T00:00"), utc("2026-01-01T00:00")), "calendar.out_of_range"),
    ],
)
def test_refusals(office: WorkCalendar, call: Callable[[CompiledCalendar], Any], code: str) -> None:
    assert code_of(lambda: call(office.compiled())) == code


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-02-06T15:30", 1, "2026-02-09T15:30"),  # Friday 16:30 to Monday 16:30
        ("2026-02-07T15:30", 1, "2026-02-09T15:30"),  # from a Saturday, Monday is the first
        ("2026-12-24T09:00", 1, "2026-12-28T09:00"),  # over Christmas and a weekend
        ("2026-03-27T10:00", 1, "2026-03-30T09:00"),  # Friday 11:00 winter time to Monday 11:00 summer time
        ("2026-02-06T12:30", 1, "2026-02-09T13:00"),  # 13:30 is lunch: the next opening at 14:00
        ("2026-02-06T20:00", 0, "2026-02-09T08:00"),  # no days: the next open instant
    ],
)
def test_business_days_keep_the_wall_time(office: WorkCalendar, start: str, days: int, expected: str) -> None:
    assert office.compiled().add_business_days(utc(start), days) == utc(expected)


def test_a_date_that_the_zone_skipped_is_no_business_day() -> None:
    # Apia went from Thursday 29 December 2011 to Saturday 31: one day after Thursday 12:00 is Saturday 12:00.
    thursday = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    saturday = datetime(2011, 12, 31, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    assert always("Pacific/Apia").add_business_days(thursday, 1) == saturday
