"""Counted time under any pattern of states, against an oracle that walks minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.cases.sla.clock import Phase
from servicecore.cases.sla.derive import Level, read_clock
from servicecore.cases.sla.policy import Boundary, Metric, OnCalendarChange, OnPriorityChange, OnReopen, SlaPolicy
from servicecore.cases.sla.timeline import (
    agent_answered,
    change_calendar,
    change_priority,
    customer_wrote,
    enter_state,
    start_timers,
)
from servicecore.cases.sla.timers import SlaTimers
from servicecore.kernel.workcalendar import WorkCalendar

START = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
"""A Friday; Rome puts its clocks forward on the Sunday after."""
ZONE = ZoneInfo("Europe/Rome")
MINUTE = timedelta(minutes=1)
STATES = st.sampled_from(("open", "pending", "resolved"))


def opened(policy: SlaPolicy, calendar: WorkCalendar, priority: str = "normal") -> SlaTimers:
    return start_timers(policy, "rome", calendar, state="open", priority=priority, at=START)


def resolution(timers: SlaTimers) -> Any:
    clock = timers.latest(Metric.RESOLUTION)
    assert clock is not None
    return clock


def open_in_rome(at: datetime) -> bool:
    wall = at.astimezone(ZONE)
    return wall.weekday() < 5 and (9 <= wall.hour < 13 or 14 <= wall.hour < 18)


@given(st.lists(st.tuples(st.integers(0, 9000), STATES), max_size=8))
@settings(max_examples=60, deadline=None)
def test_elapsed_and_due_agree_with_a_walk_over_every_minute(
    standard: SlaPolicy, rome: WorkCalendar, changes: list[tuple[int, str]]
) -> None:
    changes = sorted(changes, key=lambda each: each[0])
    timers = opened(standard, rome)
    for minute, state in changes:
        timers = enter_state(timers, START + minute * MINUTE, state)
    end = START + 9001 * MINUTE
    counted, state, waiting, crossing = 0, "open", list(changes), None
    for minute in range(9001 + 10 * 1440):
        while waiting and waiting[0][0] == minute:
            state = waiting.pop(0)[1]
        if state == "open" and open_in_rome(START + minute * MINUTE):
            counted += 1
            if counted == 16 * 60 and crossing is None:
                crossing = START + (minute + 1) * MINUTE
        if minute == 9000:
            counted_at_end = counted
    reading = read_clock(timers, resolution(timers), end)
    assert reading.elapsed == counted_at_end * MINUTE
    assert reading.due == crossing
    assert reading.remaining == 16 * 60 * MINUTE - reading.elapsed


@given(st.integers(0, 6000), st.integers(0, 6000))
def test_a_pause_moves_the_deadline_by_exactly_its_working_time(
    standard: SlaPolicy, rome: WorkCalendar, first: int, length: int
) -> None:
    hours = rome.compiled()
    begin, end = START + first * MINUTE, START + (first + length) * MINUTE
    unpaused = read_clock(opened(standard, rome), resolution(opened(standard, rome)), START).due
    assert unpaused is not None
    timers = enter_state(enter_state(opened(standard, rome), begin, "pending"), end, "open")
    due = read_clock(timers, resolution(timers), end).due
    assert due is not None
    if begin >= unpaused:
        assert due == unpaused
    else:
        assert hours.elapsed(START, due) == timedelta(hours=16) + hours.elapsed(begin, end)


@given(st.integers(0, 6000), st.lists(st.integers(0, 6000), max_size=5))
def test_elapsed_adds_up_however_the_time_is_cut_by_pauses_of_no_length(
    standard: SlaPolicy, rome: WorkCalendar, end: int, cuts: list[int]
) -> None:
    timers = opened(standard, rome)
    at = START + end * MINUTE
    for cut in sorted(cut for cut in cuts if cut <= end):
        instant = START + cut * MINUTE
        timers = enter_state(enter_state(timers, instant, "pending"), instant, "open")
    reading = read_clock(timers, resolution(timers), at)
    assert reading.elapsed == rome.compiled().elapsed(START, at)
    assert reading.due == read_clock(opened(standard, rome), resolution(opened(standard, rome)), at).due


def test_pausing_while_closed_costs_nothing(standard: SlaPolicy, rome: WorkCalendar) -> None:
    friday_evening, monday_morning = datetime(2026, 3, 27, 17, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)
    timers = enter_state(opened(standard, rome), friday_evening, "pending")
    timers = enter_state(timers, monday_morning, "open")
    unpaused = opened(standard, rome)
    assert (
        read_clock(timers, resolution(timers), monday_morning).due
        == read_clock(unpaused, resolution(unpaused), monday_morning).due
    )


@pytest.mark.parametrize(
    ("mode", "elapsed"),
    [
        # Opened Friday 8:00 Rome = 7:00Z; until Monday 12:00Z (14:00 Rome): Friday 8 h, Monday 4 h.
        (OnReopen.CONTINUE, timedelta(hours=3)),  # Friday 9-12 Rome only
        (OnReopen.COUNT_GAP, timedelta(hours=12)),
        (OnReopen.RESTART, timedelta(0)),
    ],
)
def test_reopening_continues_counts_the_gap_or_restarts(
    standard: SlaPolicy, rome: WorkCalendar, mode: OnReopen, elapsed: timedelta
) -> None:
    timers = opened(evolve(standard, on_reopen=mode), rome)
    timers = enter_state(timers, datetime(2026, 3, 27, 11, tzinfo=UTC), "resolved")
    monday = datetime(2026, 3, 30, 12, tzinfo=UTC)
    timers = enter_state(timers, monday, "open")
    assert read_clock(timers, resolution(timers), monday).elapsed == elapsed
    assert resolution(timers).cycle == (2 if mode is OnReopen.RESTART else 1)


def test_a_counted_gap_is_measured_with_the_calendars_that_held_during_it(
    standard: SlaPolicy, rome: WorkCalendar, round_the_clock: WorkCalendar
) -> None:
    timers = opened(evolve(standard, on_reopen=OnReopen.COUNT_GAP), rome)
    timers = enter_state(timers, datetime(2026, 3, 27, 12, tzinfo=UTC), "resolved")
    timers = change_calendar(timers, datetime(2026, 3, 28, 0, tzinfo=UTC), "round", round_the_clock)
    at = datetime(2026, 3, 28, 5, tzinfo=UTC)
    timers = enter_state(timers, at, "open")
    # Friday by Rome 9-13 and 14-18 (8 h, of which 13:00-14:00 Rome is lunch), then 5 h round the clock.
    assert read_clock(timers, resolution(timers), at).elapsed == timedelta(hours=13)


def test_a_restart_on_priority_change_cancels_the_cycle_and_begins_another(
    standard: SlaPolicy, rome: WorkCalendar
) -> None:
    timers = opened(evolve(standard, on_priority_change=OnPriorityChange.RESTART), rome)
    at = datetime(2026, 3, 27, 10, tzinfo=UTC)
    timers = change_priority(timers, at, "high")
    old = timers.clock(Metric.RESOLUTION, 1)
    assert old is not None
    assert (old.phase, old.cancelled_because, old.banked) == (Phase.CANCELLED, "superseded", timedelta(hours=2))
    reading = read_clock(timers, resolution(timers), at)
    assert (reading.elapsed, reading.remaining) == (timedelta(0), timedelta(hours=4))


def test_a_priority_without_target_cancels_and_one_with_target_begins_what_was_never_measured(
    standard: SlaPolicy, rome: WorkCalendar
) -> None:
    at = datetime(2026, 3, 27, 10, tzinfo=UTC)
    low = change_priority(opened(standard, rome), at, "low")
    first = low.latest(Metric.FIRST_RESPONSE)
    assert first is not None
    assert (first.phase, first.cancelled_because) == (Phase.CANCELLED, "no_target")
    raised = change_priority(opened(standard, rome, "low"), at, "high")
    begun = raised.latest(Metric.FIRST_RESPONSE)
    assert begun is not None
    assert (begun.started_at, begun.target) == (at, timedelta(hours=1))


@pytest.mark.parametrize(
    ("mode", "due"),
    [
        # 8 h of 16 h are used up on Friday; round the clock holds from Friday 20:00Z.
        (OnCalendarChange.SPLIT, datetime(2026, 3, 28, 4, tzinfo=UTC)),
        (OnCalendarChange.RECOMPUTE, datetime(2026, 3, 27, 23, tzinfo=UTC)),  # 16 h after 7:00Z
        (OnCalendarChange.FREEZE, datetime(2026, 3, 30, 16, tzinfo=UTC)),  # Monday 18:00 Rome, summer time
    ],
)
def test_a_new_calendar_splits_recomputes_or_leaves_the_running_clock(
    standard: SlaPolicy, rome: WorkCalendar, round_the_clock: WorkCalendar, mode: OnCalendarChange, due: datetime
) -> None:
    at = datetime(2026, 3, 27, 20, tzinfo=UTC)
    timers = change_calendar(opened(evolve(standard, on_calendar_change=mode), rome), at, "round", round_the_clock)
    assert read_clock(timers, resolution(timers), at).due == due


def test_a_deadline_at_closing_moves_to_the_next_opening_with_boundary_reopen(
    standard: SlaPolicy, rome: WorkCalendar
) -> None:
    timers = opened(evolve(standard, boundary=Boundary.REOPEN, warn_ratios=()), rome)
    # 4 h from Friday 9:00 Rome end at 13:00, closing for lunch: the deadline is the opening at 14:00, 13:00Z.
    first = timers.latest(Metric.FIRST_RESPONSE)
    assert first is not None
    reading = read_clock(timers, first, datetime(2026, 3, 27, 12, 30, tzinfo=UTC))
    assert (reading.due, reading.level) == (datetime(2026, 3, 27, 13, tzinfo=UTC), Level.OK)


def test_response_cycles_follow_the_exchange_of_messages(standard: SlaPolicy, rome: WorkCalendar) -> None:
    timers = opened(standard, rome)
    timers = customer_wrote(timers, START)
    assert timers.latest(Metric.NEXT_RESPONSE) is None
    assert [clock.metric for clock in timers.live()] == [Metric.FIRST_RESPONSE, Metric.RESOLUTION, Metric.UPDATE]
    timers = agent_answered(timers, START + 60 * MINUTE)
    timers = customer_wrote(timers, START + 90 * MINUTE)
    again = customer_wrote(timers, START + 100 * MINUTE)
    assert again == timers
    assert {(clock.metric, clock.cycle) for clock in timers.live()} == {
        (Metric.RESOLUTION, 1),
        (Metric.NEXT_RESPONSE, 1),
        (Metric.UPDATE, 2),
    }


def test_a_resolved_state_suspends_a_response_without_satisfying_it(standard: SlaPolicy, rome: WorkCalendar) -> None:
    timers = enter_state(opened(standard, rome), START + 180 * MINUTE, "resolved")
    first = timers.latest(Metric.FIRST_RESPONSE)
    assert first is not None
    assert first.phase is Phase.PAUSED
    # Opened at 8:00 Rome; 9:00 to 11:00 were counted; 2 h of the 4 h are left.
    reading = read_clock(timers, first, START + 200 * MINUTE)
    assert (reading.elapsed, reading.due) == (timedelta(hours=2), None)
    # Resumed at 11:20 Rome: 1:40 to lunch, 20 minutes after it.
    assert reading.due_if_resumed_now == datetime(2026, 3, 27, 13, 20, tzinfo=UTC)


def test_a_calendar_that_opens_on_one_date_only_gives_no_deadline_beyond_it(standard: SlaPolicy) -> None:
    once = WorkCalendar.from_json({"tz": "UTC", "dates": {"2026-03-27": [["09:00", "12:00"]]}})
    timers = start_timers(standard, "once", once, state="open", priority="normal", at=START)
    reading = read_clock(timers, resolution(timers), START)
    assert reading.due is None
    assert reading.level is Level.OK
