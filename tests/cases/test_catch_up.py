"""A case that waits until an instant comes back to work by itself, at that instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.cases.catch_up import CaseResumed
from servicecore.cases.clock_events import SlaWarned
from servicecore.cases.operations.add_internal_note import AddInternalNote
from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.resolve_case import ResolveCase
from servicecore.cases.operations.run_sla_timers import RunSlaTimers
from servicecore.cases.sla.policy import Metric
from servicecore.kernel.operations import Command

AT = datetime(2026, 6, 1, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def waiting(desk: Any) -> Any:
    subject = desk()
    subject.open(AT)
    subject.do(AT + HOUR, ChangeState("case-1", "pending", waits_for="scheduled", until=AT + 3 * HOUR))
    return subject


def test_the_wakeup_is_the_instant_and_the_case_is_back_at_it(desk: Any) -> None:
    subject = waiting(desk)
    assert subject.wakeup == AT + 3 * HOUR
    subject.do(AT + 3 * HOUR, RunSlaTimers("case-1"))
    case = subject.case
    assert (case.state, case.pause_reason, case.resume_at) == ("open", "", None)
    assert case.timers.latest(Metric.RESOLUTION).run_from == AT + 3 * HOUR


def test_after_downtime_the_clocks_ran_since_the_instant_and_crossings_are_in_order(desk: Any) -> None:
    subject = waiting(desk)
    # 1 h was used up by 10:00 Rome; again from 12:00: 2 h are reached at 13:00, 3 h at 15:00 after lunch.
    events = subject.do(AT + 7 * HOUR, RunSlaTimers("case-1"))
    (resumed,) = [each for each in events if isinstance(each, CaseResumed)]
    assert (resumed.crossed_at, resumed.at) == (AT + 3 * HOUR, AT + 7 * HOUR)
    warned = [(each.crossed_at, each.at) for each in events if isinstance(each, SlaWarned)]
    assert warned == [(AT + 4 * HOUR, AT + 7 * HOUR), (AT + 6 * HOUR, AT + 7 * HOUR)]


def test_an_operation_that_comes_first_finds_the_case_back_at_work(desk: Any) -> None:
    subject = waiting(desk)
    assert subject.refused(AT + 4 * HOUR, ChangeState("case-1", "open")) == ("cases.invalid_transition",)
    events = subject.do(AT + 4 * HOUR, ResolveCase("case-1", "other"))
    assert isinstance(events[0], CaseResumed)
    # 1 h before waiting and 1 h after it.
    assert subject.case.timers.latest(Metric.RESOLUTION).banked == 2 * HOUR


@pytest.mark.parametrize("until", [AT, AT + HOUR])
def test_the_instant_lies_ahead_and_only_a_waiting_state_has_one(desk: Any, until: datetime) -> None:
    subject = desk()
    subject.open(AT)
    command = ChangeState("case-1", "pending", waits_for="parts", until=until)
    assert subject.refused(AT + HOUR, command) == ("cases.resume_time",)
    assert subject.refused(AT, ChangeState("case-1", "open", until=AT + HOUR)) == ("cases.resume_time",)


@given(st.lists(st.tuples(st.integers(0, 600), st.sampled_from(("run", "note"))), max_size=6))
@settings(max_examples=40, deadline=None)
def test_whenever_somebody_looks_the_clocks_count_the_same(desk: Any, looks: list[tuple[int, str]]) -> None:
    subject = waiting(desk)
    for minute, what in sorted(looks):
        command: Command = RunSlaTimers("case-1") if what == "run" else AddInternalNote("case-1", "looked")
        subject.do(AT + HOUR + timedelta(minutes=minute), command)
    end = AT + 12 * HOUR
    subject.do(end, RunSlaTimers("case-1"))
    subject.do(end, ResolveCase("case-1", "other"))
    # Rome: 9-10, then 12-13 and 14-18: 6 h.
    assert subject.case.timers.latest(Metric.RESOLUTION).banked == 6 * HOUR
    assert len([each for each in subject.events if isinstance(each, CaseResumed)]) == 1
