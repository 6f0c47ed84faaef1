"""The events of a case leave exactly the clocks that the time line of its happenings gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.cases.clock_events import SlaBreached
from servicecore.cases.operations.change_calendar import ChangeCalendar
from servicecore.cases.operations.change_priority import ChangePriority
from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.record_customer_message import RecordCustomerMessage
from servicecore.cases.operations.reopen_case import ReopenCase
from servicecore.cases.operations.resolve_case import ResolveCase
from servicecore.cases.operations.respond_to_customer import RespondToCustomer
from servicecore.cases.sla.policy import Metric, OnCalendarChange, OnPriorityChange, OnReopen, SlaPolicy
from servicecore.cases.sla.timeline import (
    agent_answered,
    change_calendar,
    change_priority,
    customer_wrote,
    enter_state,
    start_timers,
)
from servicecore.cases.sla.timers import SlaTimers
from servicecore.kernel.events import BrokenHistory
from servicecore.kernel.operations import Command
from servicecore.kernel.workcalendar import WorkCalendar

START = datetime(2026, 6, 1, 7, tzinfo=UTC)
Step = tuple[Command, Callable[[SlaTimers, datetime], SlaTimers]]


def without_marks(timers: SlaTimers) -> SlaTimers:
    return evolve(timers, clocks=tuple(evolve(clock, marks=()) for clock in timers.clocks))


def steps(state: str, priority: str, round_the_clock: WorkCalendar) -> dict[str, Step]:
    """Return what can be done in ``state``: the command, and what it means to the clocks, told independently."""
    hours = partial(change_calendar, calendar_id="round", calendar=round_the_clock)
    found: dict[str, Step] = {"calendar": (ChangeCalendar("case-1", "round"), hours)}

    def answer(timers: SlaTimers, at: datetime) -> SlaTimers:
        answered = agent_answered(timers, at)
        return enter_state(answered, at, "open") if state == "new" else answered

    def message(timers: SlaTimers, at: datetime) -> SlaTimers:
        return customer_wrote(enter_state(timers, at, "open") if state == "pending" else timers, at)

    found["agent"] = (RespondToCustomer("case-1", "soon"), answer)
    found["customer"] = (RecordCustomerMessage("case-1", "and?"), message)
    if state == "resolved":
        found["turn"] = (ReopenCase("case-1"), partial(enter_state, to="open"))
        return found
    other = "high" if priority == "normal" else "normal"
    found["priority"] = (ChangePriority("case-1", other), partial(change_priority, to=other))
    found["resolve"] = (ResolveCase("case-1", "other"), partial(enter_state, to="resolved"))
    turned = "open" if state == "pending" else "pending"
    waits = "parts" if turned == "pending" else ""
    found["turn"] = (ChangeState("case-1", turned, waits_for=waits), partial(enter_state, to=turned))
    return found


WISHES = st.sampled_from(("agent", "customer", "turn", "priority", "resolve", "calendar"))


@given(
    st.lists(st.tuples(st.integers(0, 4000), WISHES), max_size=8),
    st.fixed_dictionaries(
        {
            "on_reopen": st.sampled_from(OnReopen),
            "on_priority_change": st.sampled_from(OnPriorityChange),
            "on_calendar_change": st.sampled_from(OnCalendarChange),
        }
    ),
)
@settings(max_examples=80, deadline=None)
def test_the_fold_of_the_events_is_what_the_time_line_measures(
    desk: Any,
    standard: SlaPolicy,
    rome: WorkCalendar,
    round_the_clock: WorkCalendar,
    wishes: list[tuple[int, str]],
    switches: dict[str, Any],
) -> None:
    policy = evolve(standard, **switches)
    subject = desk(sla=policy)
    subject.open(START)
    expected = start_timers(policy, "rome", rome, state="new", priority="normal", at=START)
    for minute, wish in sorted(wishes):
        possible = steps(subject.case.state, subject.case.priority, round_the_clock)
        if wish in possible:
            command, change = possible[wish]
            at = START + timedelta(minutes=minute)
            subject.do(at, command)
            expected = change(expected, at)
    assert without_marks(subject.case.timers) == expected


def test_an_event_of_a_clock_that_a_case_does_not_have_is_a_broken_history(desk: Any) -> None:
    subject = desk()
    subject.open(START)
    stray = SlaBreached(Metric.UPDATE, 1, due=START, crossed_at=START, at=START)
    with pytest.raises(BrokenHistory):
        stray.apply(subject.case)
    plain = desk(sla=None)
    plain.open(START)
    with pytest.raises(BrokenHistory):
        stray.apply(plain.case)
