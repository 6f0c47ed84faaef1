"""The events of the clocks, and how a change of a case is told together with what it does to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Final, TypeAlias

from attrs import evolve, frozen

from servicecore.cases.case import Case
from servicecore.cases.sla.clock import Mark, MarkKind, Phase, SlaClock
from servicecore.cases.sla.crossings import Crossing, crossed, revised, with_breach_revised, with_mark
from servicecore.cases.sla.derive import Level, read_clock
from servicecore.cases.sla.policy import Metric
from servicecore.cases.sla.timers import SlaTimers
from servicecore.kernel.events import BrokenHistory, Event

TimerChange: TypeAlias = Callable[[SlaTimers, datetime], SlaTimers]
"""What a happening does to the timers at an instant; the functions of ``sla.timeline`` with their arguments bound."""


class ClockMove(Enum):
    """What happened to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    REOPENED = "reopened"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"
    RETARGETED = "retargeted"
    REMEASURED = "remeasured"


@frozen
class SlaClockMoved(Event[Case]):
    """A clock started, paused, resumed, ended or was measured differently; carries the clock as it is since."""

    type_name: ClassVar[str] = "cases.sla_clock_moved"
    move: ClockMove
    clock: SlaClock
    due_before: datetime | None
    due: datetime | None
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case with the clock as the event measured it; nothing is measured again."""
        return evolve(state, timers=_timers(state).with_clock(self.clock))


@frozen
class SlaWarned(Event[Case]):
    """A share of a target was used up: ``crossed_at`` says when, ``at`` when it was announced."""

    type_name: ClassVar[str] = "cases.sla_warned"
    metric: Metric
    cycle: int
    ratio: Decimal
    due: datetime
    crossed_at: datetime
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case that knows the warning."""
        mark = Mark(MarkKind.WARNING, self.ratio, self.due, self.crossed_at, self.at)
        return _marked(state, self.metric, self.cycle, mark)


@frozen
class SlaBreached(Event[Case]):
    """A deadline passed: ``crossed_at`` says when, ``at`` when it was announced."""

    type_name: ClassVar[str] = "cases.sla_breached"
    metric: Metric
    cycle: int
    due: datetime
    crossed_at: datetime
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case that knows the breach."""
        mark = Mark(MarkKind.DUE, Decimal(1), self.due, self.crossed_at, self.at)
        return _marked(state, self.metric, self.cycle, mark)


@frozen
class SlaEscalated(Event[Case]):
    """A deadline was neared or overrun so far that somebody else is called in."""

    type_name: ClassVar[str] = "cases.sla_escalated"
    metric: Metric
    cycle: int
    level: int
    share: Decimal
    action: str
    due: datetime
    crossed_at: datetime
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case that knows the escalation."""
        mark = Mark(MarkKind.ESCALATION, self.share, self.due, self.crossed_at, self.at, level=self.level)
        return _marked(state, self.metric, self.cycle, mark)


@frozen
class SlaBreachRevised(Event[Case]):
    """A breach that was announced does not stand any more: the deadline moved beyond its crossing."""

    type_name: ClassVar[str] = "cases.sla_breach_revised"
    metric: Metric
    cycle: int
    due: datetime
    new_due: datetime | None
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case whose breach is marked as revised."""
        clock = with_breach_revised(_clock(state, self.metric, self.cycle), self.at)
        return evolve(state, timers=_timers(state).with_clock(clock))


CLOCK_EVENTS: Final = (SlaClockMoved, SlaWarned, SlaEscalated, SlaBreached, SlaBreachRevised)


def announcements(timers: SlaTimers | None, until: datetime, now: datetime | None = None) -> tuple[Event[Case], ...]:
    """Return an event for everything crossed up to ``until`` and not yet announced, in order; told at ``now``."""
    if timers is None:
        return ()
    told_at = now or until
    return tuple(_announced(timers, each, told_at) for each in crossed(timers, until, told_at))


def _announced(timers: SlaTimers, crossing: Crossing, at: datetime) -> Event[Case]:
    metric, cycle, mark = crossing.metric, crossing.cycle, crossing.mark
    if mark.kind is MarkKind.DUE:
        return SlaBreached(metric, cycle, mark.due, mark.crossed_at, at)
    if mark.kind is MarkKind.WARNING:
        return SlaWarned(metric, cycle, mark.ratio, mark.due, mark.crossed_at, at)
    actions = {each.level: each.action for each in timers.policy.escalations}
    return SlaEscalated(metric, cycle, mark.level, mark.ratio, actions[mark.level], mark.due, mark.crossed_at, at)


def told(
    case: Case, at: datetime, change: TimerChange, *happened: Event[Case], now: datetime | None = None
) -> tuple[Event[Case], ...]:
    """Return all events of a change that took effect at ``at``, in order; ``now`` is later where it is caught up on.

    First what the clocks had crossed before, then ``happened``, then how each clock moved, then breaches that do not
    stand any more, then what the change itself put into the past.
    """
    announced = announcements(case.timers, at, now)
    events = [*announced, *happened]
    before = _after(case, announced).timers
    if before is None:
        return tuple(events)
    changed = change(before, at)
    events.extend(clock_moves(before, changed, at))
    events.extend(SlaBreachRevised(each.metric, each.cycle, each.due, each.new_due, at) for each in revised(changed))
    state = _after(case, tuple(events))
    events.extend(announcements(state.timers, at, now))
    return tuple(events)


def clock_moves(before: SlaTimers, changed: SlaTimers, at: datetime) -> tuple[SlaClockMoved, ...]:
    """Return one event for each clock that differs."""
    moves: list[SlaClockMoved] = []
    for clock in changed.clocks:
        former = before.clock(clock.metric, clock.cycle)
        if clock != former:
            due_before = None if former is None else read_clock(before, former, at).due
            reading = read_clock(changed, clock, at)
            moves.append(SlaClockMoved(_move(former, clock, reading.level), clock, due_before, reading.due, at))
    return tuple(moves)


def _move(former: SlaClock | None, clock: SlaClock, level: Level) -> ClockMove:
    if clock.phase is Phase.CANCELLED:
        return ClockMove.CANCELLED
    if clock.phase is Phase.STOPPED:
        return ClockMove.MISSED if level is Level.BREACHED else ClockMove.MET
    if former is None:
        return ClockMove.STARTED
    if former.phase is Phase.STOPPED:
        return ClockMove.REOPENED
    if former.phase is not clock.phase:
        return ClockMove.PAUSED if clock.phase is Phase.PAUSED else ClockMove.RESUMED
    return ClockMove.RETARGETED if former.target != clock.target else ClockMove.REMEASURED


def _after(case: Case, events: tuple[Event[Case], ...]) -> Case:
    for event in events:
        case = event.apply(case)
    return case


def _timers(case: Case) -> SlaTimers:
    if case.timers is None:
        raise BrokenHistory(f"case {case.id} has no clocks that an event could move")
    return case.timers


def _clock(case: Case, metric: Metric, cycle: int) -> SlaClock:
    clock = _timers(case).clock(metric, cycle)
    if clock is None:
        raise BrokenHistory(f"case {case.id} has no {metric.value} clock of cycle {cycle}")
    return clock


def _marked(case: Case, metric: Metric, cycle: int, mark: Mark) -> Case:
    return evolve(case, timers=_timers(case).with_clock(with_mark(_clock(case, metric, cycle), mark)))
