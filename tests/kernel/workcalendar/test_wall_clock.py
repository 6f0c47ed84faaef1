"""Working time agrees with a minute-by-minute walk that only asks the wall clock, around odd clock changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.workcalendar import CompiledCalendar, WorkCalendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
CHANGES = (
    ("UTC", date(2026, 2, 28)),
    ("Europe/Rome", date(2026, 3, 29)),
    ("Europe/Rome", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/St_Johns", date(2010, 3, 14)),  # just after midnight
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that never was
    ("America/Sao_Paulo", date(2018, 2, 18)),  # midnight twice
    ("America/Sao_Paulo", date(2018, 11, 4)),  # no midnight
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Africa/Cairo", date(2024, 11, 1)),
    ("Antarctica/Troll", date(2026, 3, 29)),  # two hours
)


@frozen
class WallClock:
    """Answers whether a minute is open by asking the wall clock and the written calendar, nothing else."""

    document: Mapping[str, Any]

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(self.document["tz"]))
        day, time = wall.date().isoformat(), f"{wall:%H:%M}"
        if day in self.document["holidays"]:
            return False
        name = WEEKDAYS[wall.weekday()]
        openings = self.document["dates"].get(day, self.document["weekly"].get(name, []))
        breaks = self.document["breaks"]
        closed = [*breaks["weekly"].get(name, []), *breaks["dates"].get(day, [])]
        return _in(time, openings) and not _in(time, closed)

    def minutes(self, start: datetime, end: datetime) -> list[datetime]:
        """Return the open minutes of a span that begins and ends on whole minutes."""
        walked = (start + n * MINUTE for n in range((end - start) // MINUTE))
        return [at for at in walked if self.is_open(at)]

    def local_date(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.document["tz"])).date()


@frozen
class Case:
    """A calendar, its second reading, and a span of two or three days around a clock change."""

    document: Mapping[str, Any]
    wall: WallClock
    calendar: CompiledCalendar
    start: datetime
    end: datetime


def _in(time: str, spans: list[list[str]]) -> bool:
    return any(start <= time < end for start, end in spans)


_QUARTERS = st.integers(0, 96)


@st.composite
def spans(draw: st.DrawFn, most: int = 2) -> list[list[str]]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        start, end = sorted((draw(_QUARTERS), draw(_QUARTERS)))
        if start < end:
            found.append([f"{each // 4:02}:{each % 4 * 15:02}" for each in (start, end)])
    return found


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    tz, change = draw(st.sampled_from(CHANGES))
    near = st.integers(-2, 2).map(lambda days: (change + timedelta(days=days)).isoformat())
    document: dict[str, Any] = {
        "tz": tz,
        "weekly": {name: draw(spans()) for name in WEEKDAYS},
        "dates": draw(st.dictionaries(near, spans(), max_size=2)),
        "breaks": {
            "weekly": draw(st.dictionaries(st.sampled_from(WEEKDAYS), spans(1), max_size=2)),
            "dates": draw(st.dictionaries(near, spans(1), max_size=1)),
        },
        "holidays": draw(st.lists(near, max_size=1)),
    }
    # A Wednesday that no break covers keeps every calendar open sometimes.
    document["weekly"]["wed"].append(["10:00", "12:00"])
    document["breaks"]["weekly"].pop("wed", None)
    return document, change


@st.composite
def cases(draw: st.DrawFn) -> Case:
    document, change = draw(documents())
    noon = datetime(change.year, change.month, change.day, tzinfo=UTC) - timedelta(hours=12)
    start = noon + draw(st.integers(-1440, 1440)) * MINUTE
    calendar = WorkCalendar.from_json(document).compiled()
    return Case(document, WallClock(document), calendar, start, start + draw(st.integers(1, 3600)) * MINUTE)


AROUND_CHANGES = settings(max_examples=60, deadline=None)


@AROUND_CHANGES
@given(cases())
def test_elapsed_is_the_number_of_open_minutes(case: Case) -> None:
    walked = case.wall.minutes(case.start, case.end)
    assert case.calendar.elapsed(case.start, case.end) == len(walked) * MINUTE


@AROUND_CHANGES
@given(cases(), st.integers(1, 2000))
def test_due_is_the_end_of_the_nth_open_minute(case: Case, wanted: int) -> None:
    walked = case.wall.minutes(case.start, case.end)
    if len(walked) >= wanted:
        assert case.calendar.due(case.start, wanted * MINUTE) == walked[wanted - 1] + MINUTE
    else:
        assert case.calendar.due(case.start, wanted * MINUTE) > case.end


@AROUND_CHANGES
@given(cases(), st.integers(1, 2000))
def test_due_back_is_the_beginning_of_the_nth_open_minute_from_the_end(case: Case, wanted: int) -> None:
    walked = case.wall.minutes(case.start, case.end)
    if len(walked) >= wanted:
        assert case.calendar.due_back(case.end, wanted * MINUTE) == walked[-wanted]
    else:
        assert case.calendar.due_back(case.end, wanted * MINUTE) < case.start


@AROUND_CHANGES
@given(cases())
def test_intervals_are_the_runs_of_open_minutes(case: Case) -> None:
    runs: list[tuple[datetime, datetime]] = []
    for minute in case.wall.minutes(case.start, case.end):
        if runs and runs[-1][1] == minute:
            runs[-1] = (runs[-1][0], minute + MINUTE)
        else:
            runs.append((minute, minute + MINUTE))
    found = case.calendar.intervals(case.start, len(runs))
    assert [(start, min(end, case.end)) for start, end in found] == runs


@AROUND_CHANGES
@given(cases(), st.integers(0, 3600))
def test_an_instant_is_open_when_its_minute_is_and_opens_next_with_the_next_open_minute(case: Case, after: int) -> None:
    at = case.start + after * MINUTE
    assert case.calendar.is_open(at) == case.wall.is_open(at)
    opens = case.calendar.next_open(at)
    assert case.wall.is_open(opens)
    assert case.wall.minutes(at, min(opens, at + 3000 * MINUTE)) == []


@AROUND_CHANGES
@given(cases())
def test_the_ledger_counts_the_open_minutes_of_every_date_the_wall_shows(case: Case) -> None:
    expected: dict[date, timedelta] = {}
    for n in range((case.end - case.start) // MINUTE):
        minute = case.start + n * MINUTE
        day = case.wall.local_date(minute)
        expected[day] = expected.get(day, timedelta(0)) + (MINUTE if case.wall.is_open(minute) else timedelta(0))
    found = case.calendar.ledger(case.start, case.end)
    assert {day.on: day.counted for day in found} == expected
    assert [day.on for day in found] == sorted(expected)
