"""A ledger says of every date what it counted, or why it counted nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.workcalendar import DayReason, LedgerDay, WorkCalendar

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of a strategy are naive


@settings(max_examples=50, deadline=None)
@given(INSTANTS, INSTANTS)
def test_the_days_add_up_to_elapsed(office: WorkCalendar, start: datetime, end: datetime) -> None:
    ledger = office.compiled().ledger(start, end)
    assert sum((day.counted for day in ledger), timedelta(0)) == office.compiled().elapsed(start, end)
    assert all((day.reason is DayReason.COUNTED) == (day.counted > timedelta(0)) for day in ledger)


def test_christmas_week_day_by_day(office: WorkCalendar) -> None:
    # Thursday 24 December 2026 17:00 to Monday 28 08:00, Roman time.
    ledger = office.compiled().ledger(datetime(2026, 12, 24, 16, tzinfo=UTC), datetime(2026, 12, 28, 7, tzinfo=UTC))
    assert ledger == (
        LedgerDay(date(2026, 12, 24), timedelta(hours=1), DayReason.COUNTED),
        LedgerDay(date(2026, 12, 25), timedelta(0), DayReason.HOLIDAY, "Natale"),
        LedgerDay(date(2026, 12, 26), timedelta(0), DayReason.WEEKLY),
        LedgerDay(date(2026, 12, 27), timedelta(0), DayReason.WEEKLY),
        LedgerDay(date(2026, 12, 28), timedelta(0), DayReason.OUTSIDE),
    )


def test_a_date_closed_by_its_own_entry_says_so() -> None:
    week = {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}
    document = {
        "tz": "UTC",
        "weekly": week,
        "dates": {"2026-06-01": []},
        "breaks": {"dates": {"2026-06-02": [["08:00", "18:00"]], "2026-06-03": [["08:00", "18:00"]]}},
    }
    start = datetime(2026, 6, 1, tzinfo=UTC)
    ledger = WorkCalendar.from_json(document).compiled().ledger(start, start + timedelta(days=3))
    assert [day.reason for day in ledger] == [DayReason.DATED, DayReason.DATED, DayReason.WEEKLY]


def test_a_date_that_the_zone_skipped_is_not_listed() -> None:
    week = {name: [["00:00", "24:00"]] for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    calendar = WorkCalendar.from_json({"tz": "Pacific/Apia", "weekly": week}).compiled()
    noon = datetime(2011, 12, 29, 22, tzinfo=UTC)  # Thursday 29 December 12:00 in Apia
    ledger = calendar.ledger(noon, noon + timedelta(days=1))
    assert [(day.on.day, day.counted) for day in ledger] == [(29, timedelta(hours=12)), (31, timedelta(hours=12))]


def test_no_span_has_no_days(office: WorkCalendar) -> None:
    at = datetime(2026, 12, 24, 16, tzinfo=UTC)
    assert office.compiled().ledger(at, at) == ()


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "2026-12-25  closed: holiday Natale"),
        ("it_IT", "2026-12-25  chiuso: festività Natale"),
        ("de", "2026-12-25  geschlossen: Feiertag Natale"),
    ],
)
def test_a_day_explains_itself(locale: str, expected: str) -> None:
    assert LedgerDay(date(2026, 12, 25), timedelta(0), DayReason.HOLIDAY, "Natale").text(locale) == expected


@pytest.mark.parametrize(
    ("counted", "shown"),
    [(timedelta(hours=7, minutes=30), "7:30:00 counted"), (timedelta(hours=25, seconds=5), "25:00:05 counted")],
)
def test_a_counted_day_shows_hours_minutes_and_seconds(counted: timedelta, shown: str) -> None:
    assert LedgerDay(date(2026, 6, 1), counted, DayReason.COUNTED).text() == f"2026-06-01  {shown}"
