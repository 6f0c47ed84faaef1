"""How what happens to a case moves its clocks: the one rule that operations, what-if and vectors share (SD 3.6)."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from servicecore.cases.sla.clock import Phase, SlaClock
from servicecore.cases.sla.policy import Metric, OnCalendarChange, OnPriorityChange, OnReopen, SlaPolicy
from servicecore.cases.sla.timers import CalendarInForce, SlaTimers
from servicecore.cases.states import Category
from servicecore.kernel.workcalendar import WorkCalendar

CASE_CANCELLED = "case_cancelled"
NO_TARGET = "no_target"
SUPERSEDED = "superseded"


def start_timers(
    policy: SlaPolicy, calendar_id: str, calendar: WorkCalendar, *, state: str, priority: str, at: datetime
) -> SlaTimers:
    """Return the timers of a case opened at ``at``: first response and resolution begin."""
    first = CalendarInForce(f"{calendar_id}@1", calendar_id, calendar, at)
    timers = SlaTimers(policy, (first,), state, priority)
    timers = _begin(timers, Metric.FIRST_RESPONSE, at)
    timers = _begin(timers, Metric.RESOLUTION, at)
    return _void(timers, at) if timers.category is Category.CANCELLED else timers


def enter_state(timers: SlaTimers, at: datetime, to: str) -> SlaTimers:
    """Return the timers after the case went into state ``to``.

    A resolved state stops the resolution and suspends the responses without satisfying them; a cancelled state
    cancels what is live; leaving a resolved state reopens the resolution as ``on_reopen`` says.
    """
    was = timers.category
    timers = evolve(timers, state=to)
    if timers.category is Category.CANCELLED:
        return _void(timers, at)
    for clock in timers.live():
        if clock.metric is Metric.RESOLUTION and timers.category is Category.RESOLVED:
            timers = timers.with_clock(clock.stop(at, timers.calendar_of))
        else:
            timers = timers.with_clock(_placed(timers, clock, at))
    if was is Category.RESOLVED and timers.category is not Category.RESOLVED:
        timers = _reopen(timers, at)
    return timers


def change_priority(timers: SlaTimers, at: datetime, to: str) -> SlaTimers:
    """Return the timers under priority ``to``: live clocks take its target, or are cancelled where it has none.

    A metric that was not measured before, and is still open, begins at the change.
    """
    timers = evolve(timers, priority=to)
    for clock in timers.live():
        target = timers.policy.target(to, clock.metric)
        if target is None:
            timers = timers.with_clock(clock.cancel(at, NO_TARGET, timers.calendar_of))
        elif timers.policy.on_priority_change is OnPriorityChange.KEEP_ELAPSED:
            timers = timers.with_clock(clock.retarget(at, target))
        else:
            timers = timers.with_clock(clock.cancel(at, SUPERSEDED, timers.calendar_of))
            timers = _begin(timers, clock.metric, at)
    if timers.category is Category.CANCELLED:
        return timers
    if timers.latest(Metric.FIRST_RESPONSE) is None and not timers.answered:
        timers = _begin(timers, Metric.FIRST_RESPONSE, at)
    if timers.latest(Metric.RESOLUTION) is None and timers.category is not Category.RESOLVED:
        timers = _begin(timers, Metric.RESOLUTION, at)
    return timers


def change_calendar(timers: SlaTimers, at: datetime, calendar_id: str, calendar: WorkCalendar) -> SlaTimers:
    """Return the timers with another calendar in force; live clocks follow as ``on_calendar_change`` says."""
    in_force = calendar_in_force(timers, at, calendar_id, calendar)
    key = in_force.key
    timers = evolve(timers, calendars=(*timers.calendars, in_force))
    mode = timers.policy.on_calendar_change
    for clock in timers.live():
        if mode is OnCalendarChange.SPLIT:
            timers = timers.with_clock(clock.measured_from(at, key, timers.calendar_of))
        elif mode is OnCalendarChange.RECOMPUTE:
            timers = timers.with_clock(clock.measured_anew(at, key, timers.calendar_of))
    return timers


def calendar_in_force(timers: SlaTimers, at: datetime, calendar_id: str, calendar: WorkCalendar) -> CalendarInForce:
    """Return ``calendar`` as the next one of these timers, in force from ``at``."""
    return CalendarInForce(f"{calendar_id}@{len(timers.calendars) + 1}", calendar_id, calendar, at)


def customer_wrote(timers: SlaTimers, at: datetime) -> SlaTimers:
    """Return the timers after a customer's message: response cycles begin where none is live."""
    if timers.category is Category.CANCELLED:
        return timers
    waiting = {clock.metric for clock in timers.live()}
    if timers.answered and Metric.NEXT_RESPONSE not in waiting:
        timers = _begin(timers, Metric.NEXT_RESPONSE, at)
    if Metric.UPDATE not in waiting:
        timers = _begin(timers, Metric.UPDATE, at)
    return timers


def agent_answered(timers: SlaTimers, at: datetime) -> SlaTimers:
    """Return the timers after a public message of an agent: every live response clock stops."""
    for clock in timers.live():
        if clock.metric is not Metric.RESOLUTION:
            timers = timers.with_clock(clock.stop(at, timers.calendar_of))
    return evolve(timers, answered=True)


def begin_again(timers: SlaTimers, at: datetime) -> SlaTimers:
    """Return the timers of a reactivated case: what its cancelling cut off begins a new cycle."""
    for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION):
        clock = timers.latest(metric)
        if clock is not None and clock.cancelled_because == CASE_CANCELLED:
            timers = _begin(timers, metric, at)
    return timers


def _begin(timers: SlaTimers, metric: Metric, at: datetime) -> SlaTimers:
    target = timers.policy.target(timers.priority, metric)
    if target is None:
        return timers
    former = timers.latest(metric)
    cycle = 1 if former is None else former.cycle + 1
    clock = SlaClock(metric, cycle, target, started_at=at, changed_at=at, calendar=timers.in_force.key)
    if metric is Metric.RESOLUTION and timers.category is Category.RESOLVED:
        return timers.with_clock(clock.stop(at, timers.calendar_of))
    return timers.with_clock(_placed(timers, clock, at))


def _placed(timers: SlaTimers, clock: SlaClock, at: datetime) -> SlaClock:
    waits = timers.category is Category.PAUSED and clock.metric in timers.policy.paused_metrics
    if waits or timers.category is Category.RESOLVED:
        return clock.pause(at, timers.calendar_of)
    return clock.run(at)


def _void(timers: SlaTimers, at: datetime) -> SlaTimers:
    for clock in timers.live():
        timers = timers.with_clock(clock.cancel(at, CASE_CANCELLED, timers.calendar_of))
    return timers


def _reopen(timers: SlaTimers, at: datetime) -> SlaTimers:
    clock = timers.latest(Metric.RESOLUTION)
    target = timers.policy.target(timers.priority, Metric.RESOLUTION)
    if clock is None or clock.phase is not Phase.STOPPED or target is None:
        return timers
    if timers.policy.on_reopen is OnReopen.RESTART:
        return _begin(timers, Metric.RESOLUTION, at)
    if timers.policy.on_reopen is OnReopen.COUNT_GAP:
        clock = _with_gap(timers, clock, at)
    clock = evolve(clock, phase=Phase.PAUSED, ended_at=None, target=target, changed_at=at)
    mode = timers.policy.on_calendar_change
    if mode is OnCalendarChange.SPLIT:
        clock = evolve(clock, calendar=timers.in_force.key)
    elif mode is OnCalendarChange.RECOMPUTE:
        clock = clock.measured_anew(at, timers.in_force.key, timers.calendar_of)
    return timers.with_clock(_placed(timers, clock, at))


def _with_gap(timers: SlaTimers, clock: SlaClock, at: datetime) -> SlaClock:
    since = clock.ended_at or at
    if timers.policy.on_calendar_change is OnCalendarChange.FREEZE:
        return clock.counting(since, at, clock.calendar, timers.calendar_of)
    ends = [*(each.since for each in timers.calendars[1:]), at]
    for each, end in zip(timers.calendars, ends, strict=True):
        clock = clock.counting(max(since, each.since), min(end, at), each.key, timers.calendar_of)
    return clock
