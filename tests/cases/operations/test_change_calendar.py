"""Other working hours for a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servicecore.cases.operations.change_calendar import ChangeCalendar
from servicecore.cases.sla.derive import read_clock
from servicecore.cases.sla.policy import Metric

AT = datetime(2026, 6, 5, 14, tzinfo=UTC)
"""A Friday, 16:00 in Rome: two hours to closing."""


def test_counted_time_stays_as_it_was_measured_and_the_rest_uses_the_new_hours(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT + timedelta(hours=10), ChangeCalendar("case-1", "round"))
    clock = subject.case.timers.latest(Metric.RESOLUTION)
    reading = read_clock(subject.case.timers, clock, AT + timedelta(hours=10))
    # 2 h by Rome, 14 h more round the clock from Saturday 0:00Z.
    assert reading.elapsed == timedelta(hours=2)
    assert reading.due == datetime(2026, 6, 6, 14, tzinfo=UTC)
    assert [(piece.calendar, piece.counted) for piece in clock.segments] == [("rome@1", timedelta(hours=2))]
    assert [each.key for each in subject.case.timers.calendars] == ["rome@1", "round@2"]


def test_an_unknown_calendar_is_refused_and_so_is_a_case_that_is_not_measured(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    assert subject.refused(AT, ChangeCalendar("case-1", "mars")) == ("cases.unknown_calendar",)
    plain = desk(sla=None)
    plain.open(AT)
    assert plain.refused(AT, ChangeCalendar("case-1", "round")) == ("cases.not_measured",)
