"""Another priority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servicecore.cases.clock_events import ClockMove, SlaClockMoved
from servicecore.cases.operations.cancel_case import CancelCase
from servicecore.cases.operations.change_priority import ChangePriority

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def test_the_event_tells_the_deadline_before_and_after(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    events = subject.do(AT + timedelta(hours=1), ChangePriority("case-1", "high"))
    told = {each.clock.metric.value: each for each in events if isinstance(each, SlaClockMoved)}
    # First response: 4 h from 10:00 Rome end at 15:00, 1 h at 11:00, which is now.
    assert told["first_response"].move is ClockMove.RETARGETED
    assert told["first_response"].due_before == datetime(2026, 6, 1, 13, tzinfo=UTC)
    assert told["first_response"].due == datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert subject.case.priority == "high"


def test_unknown_priorities_and_the_present_one_are_refused(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    assert subject.refused(AT, ChangePriority("case-1", "asap")) == ("cases.unknown_priority",)
    assert subject.refused(AT, ChangePriority("case-1", "normal")) == ("cases.unknown_priority",)


def test_an_ended_case_keeps_its_priority(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, CancelCase("case-1"))
    assert subject.refused(AT, ChangePriority("case-1", "high")) == ("cases.not_open",)


def test_a_case_without_service_level_changes_its_priority_alone(desk: Any) -> None:
    subject = desk(sla=None)
    subject.open(AT)
    events = subject.do(AT, ChangePriority("case-1", "high"))
    assert [event.type_name for event in events] == ["cases.priority_changed"]
