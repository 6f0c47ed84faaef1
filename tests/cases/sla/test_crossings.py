"""Announcements come once, in order, however often and whenever the timers run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.cases.clock_events import SlaBreached, SlaBreachRevised, SlaEscalated, SlaWarned
from servicecore.cases.operations.change_priority import ChangePriority
from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.record_customer_message import RecordCustomerMessage
from servicecore.cases.operations.reopen_case import ReopenCase
from servicecore.cases.operations.resolve_case import ResolveCase
from servicecore.cases.operations.respond_to_customer import RespondToCustomer
from servicecore.cases.operations.run_sla_timers import RunSlaTimers
from servicecore.cases.sla.policy import Escalation, Metric, SlaPolicy
from servicecore.cases.states import Category
from servicecore.kernel.operations import Command

START = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
END = START + 30_000 * MINUTE


@pytest.fixture(scope="session")
def escalating(standard: SlaPolicy) -> SlaPolicy:
    """Return a policy that calls a supervisor half an hour before the deadline, and more people from it on."""
    return evolve(
        standard,
        escalations=(
            Escalation(1, offset=timedelta(minutes=-30), action="supervisor"),
            Escalation(2, action="manager"),
            Escalation(3, share=Decimal("1.5"), action="director"),
        ),
    )


def crossings(desk: Any) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for event in desk.events:
        if isinstance(event, SlaWarned):
            found.append(("warned", event.metric, event.cycle, event.ratio, event.due, event.crossed_at))
        elif isinstance(event, SlaBreached):
            found.append(("breached", event.metric, event.cycle, event.due, event.crossed_at))
        elif isinstance(event, SlaEscalated):
            found.append(("escalated", event.metric, event.cycle, event.level, event.due, event.crossed_at))
        elif isinstance(event, SlaBreachRevised):
            found.append(("revised", event.metric, event.cycle, event.due, event.new_due, event.at))
    return found


def fitting(desk: Any, wanted: str) -> Command | None:
    """Return the command for ``wanted`` where the case's state takes it."""
    category = desk.policy.states.category(desk.case.state)
    live = category in (Category.RUNNING, Category.PAUSED)
    if wanted == "customer":
        return RecordCustomerMessage("case-1", "and?")
    if wanted == "agent":
        return RespondToCustomer("case-1", "soon")
    if wanted == "reopen":
        return None if live else ReopenCase("case-1")
    if not live:
        return None
    if wanted == "resolve":
        return ResolveCase("case-1", "other")
    if wanted in ("normal", "high", "low"):
        return None if desk.case.priority == wanted else ChangePriority("case-1", wanted)
    if wanted == "hold":
        return None if category is Category.PAUSED else ChangeState("case-1", "pending", waits_for="parts")
    return ChangeState("case-1", "open") if category is Category.PAUSED else None


WISHES = st.sampled_from(
    ("customer", "agent", "resolve", "reopen", "normal", "high", "low", "hold", "resume", "hold", "resume")
)
MINUTES = st.integers(0, 6000)


@given(st.lists(st.tuples(MINUTES, WISHES), max_size=8), st.lists(MINUTES, max_size=12))
@settings(max_examples=80, deadline=None)
def test_running_the_timers_at_any_instants_or_once_at_the_end_announces_the_same_in_order(
    desk: Any, escalating: SlaPolicy, wishes: list[tuple[int, str]], runs: list[int]
) -> None:
    def lived(run_at: list[int]) -> Any:
        subject = desk(sla=escalating)
        subject.open(START)
        plan = sorted([(minute, 1, wish) for minute, wish in wishes] + [(minute, 0, "run") for minute in run_at])
        for minute, _, wish in plan:
            command = RunSlaTimers("case-1") if wish == "run" else fitting(subject, wish)
            if command is not None:
                subject.do(START + minute * MINUTE, command)
        subject.do(END, RunSlaTimers("case-1"))
        return subject

    often, once = lived(runs), lived([])
    assert crossings(often) == crossings(once)
    marks = [each for each in crossings(once) if each[0] != "revised"]
    assert [each[-1] for each in marks] == sorted(each[-1] for each in marks)  # type: ignore[type-var]
    assert once.do(END, RunSlaTimers("case-1")) == ()
    assert once.wakeup is None or once.wakeup > END


def test_following_the_wakeups_announces_each_crossing_at_its_own_instant(desk: Any) -> None:
    subject = desk()
    subject.open(START, customer_waits=True)
    while subject.wakeup is not None:
        before = subject.wakeup
        assert subject.do(subject.wakeup, RunSlaTimers("case-1"))
        assert subject.wakeup is None or subject.wakeup > before
    late = [event.at - event.crossed_at for event in subject.events if isinstance(event, SlaWarned)]
    assert late == [timedelta(0)] * 6
    breaches = [event for event in subject.events if isinstance(event, SlaBreached)]
    assert [each.metric for each in breaches] == [Metric.UPDATE, Metric.FIRST_RESPONSE, Metric.RESOLUTION]
    assert {each.at - each.due for each in breaches} == {timedelta(microseconds=1)}


def test_a_stricter_target_that_is_used_up_is_breached_at_the_change_with_its_due_in_the_past(desk: Any) -> None:
    subject = desk()
    subject.open(START)
    # Opened 9:00 Rome; at 15:30 Rome 5.5 h are counted; high allows 4 h for the resolution, due 13:00 Rome.
    at = START + 390 * MINUTE
    events = subject.do(at, ChangePriority("case-1", "high"))
    (breach,) = [each for each in events if isinstance(each, SlaBreached) and each.metric is Metric.RESOLUTION]
    assert (breach.due, breach.crossed_at, breach.at) == (datetime(2026, 6, 1, 11, tzinfo=UTC), at, at)


def test_a_breach_is_never_unfired_but_revised_when_the_deadline_moves_beyond_it(desk: Any) -> None:
    subject = desk()
    subject.open(START, priority="high")
    subject.do(START + 390 * MINUTE, RunSlaTimers("case-1"))
    events = subject.do(START + 400 * MINUTE, ChangePriority("case-1", "normal"))
    revisions = [each for each in events if isinstance(each, SlaBreachRevised)]
    # Resolution: 16 h from the 1st 9:00 Rome, 8 h of it on the 1st, none on the 2nd (holiday): the 3rd 18:00 Rome.
    assert [(each.metric, each.due, each.new_due) for each in revisions if each.metric is Metric.RESOLUTION] == [
        (Metric.RESOLUTION, datetime(2026, 6, 1, 11, tzinfo=UTC), datetime(2026, 6, 3, 16, tzinfo=UTC))
    ]
    fired = subject.case.timers.latest(Metric.RESOLUTION).marks
    assert [mark.revised_at for mark in fired if mark.revised_at] == [START + 400 * MINUTE]
    again = subject.do(datetime(2026, 6, 3, 17, tzinfo=UTC), RunSlaTimers("case-1"))
    assert [each.due for each in again if isinstance(each, SlaBreached) and each.metric is Metric.RESOLUTION] == [
        datetime(2026, 6, 3, 16, tzinfo=UTC)
    ]


def test_escalations_come_before_at_and_after_the_deadline(desk: Any, escalating: SlaPolicy) -> None:
    subject = desk(sla=escalating)
    subject.open(START, priority="high")
    subject.do(END, RunSlaTimers("case-1"))
    told = [each for each in crossings(subject) if each[0] != "warned" and each[1] is Metric.RESOLUTION]
    # 4 h from 9:00 Rome: level 1 at 12:30, due and level 2 at 13:00, level 3 after 6 h, at 16:00 after lunch.
    assert [(each[0], each[-1]) for each in told] == [
        ("escalated", datetime(2026, 6, 1, 10, 30, tzinfo=UTC)),
        ("breached", datetime(2026, 6, 1, 11, tzinfo=UTC)),
        ("escalated", datetime(2026, 6, 1, 11, tzinfo=UTC)),
        ("escalated", datetime(2026, 6, 1, 14, tzinfo=UTC)),
    ]
    actions = [each.action for each in subject.events if isinstance(each, SlaEscalated)]
    assert sorted(actions) == ["director", "director", "manager", "manager", "supervisor", "supervisor"]


def test_an_answer_exactly_at_the_deadline_escalates_nothing_that_begins_there(
    desk: Any, escalating: SlaPolicy
) -> None:
    subject = desk(sla=escalating)
    subject.open(START, priority="high")
    subject.do(START + 60 * MINUTE, RespondToCustomer("case-1", "just in time"))
    assert [each[3] for each in crossings(subject) if each[0] == "escalated"] == [1]


def test_a_revised_breach_takes_its_escalations_along_and_leaves_those_before_it(
    desk: Any, escalating: SlaPolicy
) -> None:
    subject = desk(sla=escalating)
    subject.open(START, priority="high")
    subject.do(START + 390 * MINUTE, RunSlaTimers("case-1"))
    subject.do(START + 400 * MINUTE, ChangePriority("case-1", "normal"))
    marks = subject.case.timers.latest(Metric.RESOLUTION).marks
    assert {mark.level for mark in marks if mark.revised_at} == {0, 2}
    subject.do(END, RunSlaTimers("case-1"))
    levels = [each[3] for each in crossings(subject) if each[0] == "escalated" and each[1] is Metric.RESOLUTION]
    assert levels == [1, 2, 2, 3]
