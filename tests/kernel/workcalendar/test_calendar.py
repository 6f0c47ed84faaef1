"""A calendar says what it means, in JSON as in Python, and refuses what it cannot mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.workcalendar import DatedOpenings, Holiday, Opening, WorkCalendar
from servicecore.kernel.workcalendar.openings import net_spans
from servicecore.storage.codec import JsonCodec

NINE_TO_FIVE = [["09:00", "17:00"]]
WEEK = {"mon": NINE_TO_FIVE}
OPENINGS = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1]), max_size=4
).map(lambda pairs: [Opening(*pair) for pair in pairs])


def refused(document: Any) -> tuple[str, str]:
    with pytest.raises(InvalidValue) as error:
        WorkCalendar.from_json(document)
    problem = error.value.problem
    assert problem.param("value") is not None
    assert problem.param("accepted")
    return problem.code, problem.path


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        ({"tz": "UTC", "weekly": {"mon": [["17:00", "09:00"]]}}, "calendar.interval_order", "weekly.mon[0]"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00", "09:00"]]}}, "calendar.interval_order", "weekly.mon[0]"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00", "25:00"]]}}, "calendar.bad_time", "weekly.mon[0][1]"),
        ({"tz": "UTC", "weekly": {"mon": [["9:00", "17:00"]]}}, "calendar.bad_time", "weekly.mon[0][0]"),
        ({"tz": "UTC", "weekly": {"mon": [["09:60", "17:00"]]}}, "calendar.bad_time", "weekly.mon[0][0]"),
        ({"tz": "UTC", "weekly": {"mon": [["nine", "17:00"]]}}, "calendar.bad_time", "weekly.mon[0][0]"),
        ({"tz": "UTC", "weekly": {"mon": [[540, 1020]]}}, "calendar.bad_time", "weekly.mon[0][0]"),
        ({"tz": "UTC", "weekly": {"mon": [["24:00", "24:00"]]}}, "calendar.bad_time", "weekly.mon[0].start"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00", "24:01"]]}}, "calendar.bad_time", "weekly.mon[0][1]"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00"]]}}, "calendar.bad_time", "weekly.mon[0]"),
        ({"tz": "UTC", "weekly": {"monday": NINE_TO_FIVE}}, "calendar.bad_weekday", "weekly"),
        ({"tz": "UTC", "weekly": WEEK, "breaks": {"weekly": {"xyz": []}}}, "calendar.bad_weekday", "breaks.weekly"),
        ({"tz": "UTC", "weekly": WEEK, "dates": {"2026-02-30": []}}, "calendar.bad_date", "dates"),
        ({"tz": "UTC", "weekly": WEEK, "dates": {"20260228": []}}, "calendar.bad_date", "dates"),
        ({"tz": "UTC", "weekly": WEEK, "holidays": ["2026-13-01"]}, "calendar.bad_date", "holidays[0]"),
        ({"tz": "Mars/Olympus", "weekly": WEEK}, "time.unknown_zone", "tz"),
        ({"weekly": WEEK}, "time.unknown_zone", "tz"),
        ({"tz": "UTC", "weekly": WEEK, "holiday": []}, "value.not_accepted", "holiday"),
        ({"tz": "UTC", "weekly": WEEK, "breaks": {"daily": {}}}, "value.not_accepted", "breaks.daily"),
        ({"tz": "UTC", "weekly": [NINE_TO_FIVE]}, "value.wrong_type", "weekly"),
        ({"tz": "UTC", "weekly": {"mon": "09:00-17:00"}}, "value.wrong_type", "weekly.mon"),
        ([], "value.wrong_type", ""),
        ({"tz": "UTC", "weekly": {}}, "calendar.never_open", "weekly"),
        ({"tz": "UTC", "weekly": {"mon": []}}, "calendar.never_open", "weekly"),
        (
            {"tz": "UTC", "weekly": WEEK, "breaks": {"weekly": {"mon": [["08:00", "12:00"], ["11:00", "18:00"]]}}},
            "calendar.never_open",
            "weekly",
        ),
        (
            {"tz": "UTC", "dates": {"2026-01-05": NINE_TO_FIVE}, "holidays": ["2026-01-05"]},
            "calendar.never_open",
            "weekly",
        ),
    ],
)
def test_a_document_is_refused_with_code_and_place(document: Any, code: str, path: str) -> None:
    assert refused(document) == (code, path)


def test_json_and_python_make_the_same_calendar() -> None:
    closed: tuple[tuple[Opening, ...], ...] = ((),) * 6
    document = {
        "tz": "Europe/Rome",
        "weekly": {"mon": [["09:00", "24:00"]]},
        "dates": {"2026-06-06": [["10:00", "12:00"]], "2026-06-08": []},
        "breaks": {"weekly": {"mon": [["12:00", "13:30"]]}, "dates": {"2026-06-01": [["10:00", "11:30"]]}},
        "holidays": {"2026-12-25": "Natale"},
    }
    assert WorkCalendar.from_json(document) == WorkCalendar(
        zone="Europe/Rome",
        weekly=((Opening(540, 1440),), *closed),
        dates=(DatedOpenings(date(2026, 6, 6), (Opening(600, 720),)), DatedOpenings(date(2026, 6, 8))),
        weekly_breaks=((Opening(720, 810),), *closed),
        dated_breaks=(DatedOpenings(date(2026, 6, 1), (Opening(600, 690),)),),
        holidays=(Holiday(date(2026, 12, 25), "Natale"),),
    )


def test_a_calendar_survives_storage(office: WorkCalendar) -> None:
    codec = JsonCodec()
    assert codec.decode(WorkCalendar, codec.encode(office)) == office


def test_equal_calendars_share_what_was_compiled(office: WorkCalendar) -> None:
    codec = JsonCodec()
    assert codec.decode(WorkCalendar, codec.encode(office)).compiled() is office.compiled()


@pytest.mark.parametrize("days", [6, 8])
def test_a_week_has_seven_days(days: int) -> None:
    with pytest.raises(InvalidValue) as error:
        WorkCalendar("UTC", ((Opening(540, 1020),),) * days)
    assert error.value.problem.code == "calendar.bad_weekday"


def test_a_date_has_one_entry() -> None:
    twice = (DatedOpenings(date(2026, 6, 6)), DatedOpenings(date(2026, 6, 6), (Opening(540, 600),)))
    with pytest.raises(InvalidValue) as error:
        WorkCalendar("UTC", ((Opening(540, 1020),),) * 7, dates=twice)
    assert error.value.problem.code == "calendar.bad_date"


@pytest.mark.parametrize(
    ("extra", "hours"),
    [
        ({}, 8),
        ({"holidays": ["2026-06-01"]}, 0),
        ({"dates": {"2026-06-01": []}}, 0),
        ({"dates": {"2026-06-01": [["10:00", "12:00"]]}}, 2),
        ({"dates": {"2026-06-01": [["10:00", "12:00"]]}, "holidays": ["2026-06-01"]}, 0),
        ({"breaks": {"weekly": {"mon": [["12:00", "13:00"]]}}}, 7),
        ({"breaks": {"weekly": {"mon": [["12:00", "13:00"]]}, "dates": {"2026-06-01": [["09:00", "10:00"]]}}}, 6),
        ({"breaks": {"weekly": {"mon": [["12:00", "13:00"]]}}, "dates": {"2026-06-01": [["11:00", "14:00"]]}}, 2),
        ({"breaks": {"dates": {"2026-06-01": [["00:00", "24:00"]]}}}, 0),
    ],
)
def test_what_a_monday_counts(extra: dict[str, Any], hours: int) -> None:
    calendar = WorkCalendar.from_json({"tz": "UTC", "weekly": WEEK, **extra}).compiled()
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    assert calendar.elapsed(monday, monday + timedelta(days=1)) == timedelta(hours=hours)


@given(OPENINGS, OPENINGS)
def test_net_spans_are_the_minutes_in_an_opening_and_in_no_break(
    openings: list[Opening], breaks: list[Opening]
) -> None:
    def minutes(spans: list[Opening]) -> set[int]:
        return {minute for each in spans for minute in range(each.start, each.end)}

    net = net_spans(openings, breaks)
    assert [minute for start, end in net for minute in range(start, end)] == sorted(minutes(openings) - minutes(breaks))
    assert all(earlier[1] < later[0] for earlier, later in pairwise(net))


def test_openings_that_touch_are_one() -> None:
    assert net_spans([Opening(780, 1020), Opening(540, 780)], []) == ((540, 1020),)


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (1440, 1440), (0, 1441)])
def test_an_opening_lies_within_the_day(start: int, end: int) -> None:
    with pytest.raises(InvalidValue) as error:
        Opening(start, end)
    assert error.value.problem.code == "calendar.bad_time"


def test_an_opening_shows_its_times() -> None:
    assert str(Opening(545, 1440)) == "09:05-24:00"
