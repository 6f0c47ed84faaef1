"""The ledger of a deadline and what a change would do to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.cases.sla.explain import Standing, explain_clock
from servicecore.cases.sla.policy import Metric, OnCalendarChange, SlaPolicy
from servicecore.cases.sla.timeline import change_calendar, change_priority, enter_state, start_timers
from servicecore.cases.sla.timers import SlaTimers
from servicecore.cases.sla.what_if import what_if
from servicecore.kernel.explain import BrokenExplanation
from servicecore.kernel.workcalendar import DayReason, WorkCalendar

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="session")
def held(standard: SlaPolicy, rome: WorkCalendar) -> SlaTimers:
    timers = start_timers(standard, "rome", rome, state="open", priority="normal", at=START)
    timers = enter_state(timers, datetime(2026, 6, 1, 14, tzinfo=UTC), "pending")
    return enter_state(timers, datetime(2026, 6, 3, 8, tzinfo=UTC), "open")


def test_each_date_is_told_with_the_reason_and_pauses_with_the_working_time_that_they_spared(held: SlaTimers) -> None:
    clock = held.latest(Metric.RESOLUTION)
    assert clock is not None
    told = explain_clock(held, clock, datetime(2026, 6, 3, 10, tzinfo=UTC))
    # 1st: 10-13 and 14-16 Rome; waiting 16-18 (2 h), the 2nd is a holiday, 9-10 of the 3rd (1 h); 3rd: 10-12.
    assert [(line.counted, line.spared, line.standing) for line in told.lines] == [
        (timedelta(hours=5), timedelta(0), None),
        (timedelta(0), timedelta(hours=3), Standing.PAUSED),
        (timedelta(hours=2), timedelta(0), None),
    ]
    # 9 h are left: 12-13 and 14-18 on the 3rd, 9-13 on the 4th.
    assert [line.counted for line in told.ahead] == [timedelta(hours=5), timedelta(hours=4)]
    assert told.due == datetime(2026, 6, 4, 11, tzinfo=UTC)


def test_a_holiday_in_running_time_is_named_as_the_reason(standard: SlaPolicy, rome: WorkCalendar) -> None:
    timers = start_timers(standard, "rome", rome, state="open", priority="normal", at=START)
    clock = timers.latest(Metric.RESOLUTION)
    assert clock is not None
    told = explain_clock(timers, clock, datetime(2026, 6, 3, 10, tzinfo=UTC))
    assert [line.day.reason for line in told.lines if line.day] == [
        DayReason.COUNTED,
        DayReason.HOLIDAY,
        DayReason.COUNTED,
    ]


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "the case was waiting from 2026-06-01 14:00:00 UTC to 2026-06-03 08:00:00 UTC: 3:00:00 of working time"),
        ("it", "richiesta in attesa da 2026-06-01 14:00:00 UTC a 2026-06-03 08:00:00 UTC: 3:00:00 di orario"),
        ("de", "der Vorgang wartete von 2026-06-01 14:00:00 UTC bis 2026-06-03 08:00:00 UTC: 3:00:00 Arbeitszeit"),
    ],
)
def test_the_ledger_reads_in_three_languages(held: SlaTimers, locale: str, expected: str) -> None:
    clock = held.latest(Metric.RESOLUTION)
    assert clock is not None
    assert expected in explain_clock(held, clock, datetime(2026, 6, 3, 10, tzinfo=UTC)).text(locale)


def test_what_is_too_much_is_told_as_such(held: SlaTimers) -> None:
    clock = held.latest(Metric.FIRST_RESPONSE)
    assert clock is not None
    text = explain_clock(held, clock, datetime(2026, 6, 3, 10, tzinfo=UTC)).text()
    assert "7:00:00 counted, 3:00:00 too many" in text
    assert "still to come" not in text


@given(
    st.lists(st.tuples(st.integers(0, 9000), st.sampled_from(("open", "pending", "resolved", "round"))), max_size=8),
    st.sampled_from(OnCalendarChange),
)
@settings(max_examples=60, deadline=None)
def test_the_lines_always_sum_to_what_was_counted_and_spared(
    standard: SlaPolicy,
    rome: WorkCalendar,
    round_the_clock: WorkCalendar,
    changes: list[tuple[int, str]],
    mode: OnCalendarChange,
) -> None:
    policy = evolve(standard, on_calendar_change=mode)
    timers = start_timers(policy, "rome", rome, state="open", priority="normal", at=START)
    at = START
    for minute, what in sorted(changes):
        at = START + minute * MINUTE
        if what == "round":
            timers = change_calendar(timers, at, "round", round_the_clock)
        else:
            timers = enter_state(timers, at, what)
    for clock in timers.clocks:
        told = explain_clock(timers, clock, at + 600 * MINUTE)
        assert sum((line.counted for line in told.lines), timedelta(0)) == told.elapsed
        reached = clock.started_at
        for line in told.lines:
            assert line.start >= reached or line.day is not None
            reached = line.start


def test_a_ledger_that_does_not_add_up_cannot_be_made(held: SlaTimers) -> None:
    clock = held.latest(Metric.RESOLUTION)
    assert clock is not None
    told = explain_clock(held, clock, datetime(2026, 6, 3, 10, tzinfo=UTC))
    with pytest.raises(BrokenExplanation):
        evolve(told, elapsed=timedelta(hours=6))
    with pytest.raises(BrokenExplanation):
        evolve(told, ahead=told.ahead[1:])


def test_what_if_answers_with_old_and_new_deadline_and_changes_nothing(held: SlaTimers) -> None:
    at = datetime(2026, 6, 3, 9, tzinfo=UTC)
    before = held
    found = {each.metric: each for each in what_if(held, at, partial(change_priority, to="high"))}
    changed = found[Metric.RESOLUTION]
    assert changed.before is not None
    # 6 h are counted; 16 h allow 10 more: 11-13 and 14-18 on the 3rd, 9-13 on the 4th; 4 h were reached at 15:00.
    assert changed.before.due == datetime(2026, 6, 4, 11, tzinfo=UTC)
    assert changed.after.due == datetime(2026, 6, 1, 13, tzinfo=UTC)
    assert held is before
    assert what_if(held, at, partial(enter_state, to="open")) == ()
