"""What a clock says at an instant: counted, left, due, warnings, level; and when it wants to be looked at next."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.cases.sla.clock import MarkKind, Phase, SlaClock
from servicecore.cases.sla.policy import Boundary
from servicecore.cases.sla.timers import SlaTimers
from servicecore.errors import InvalidValue
from servicecore.kernel.rounding import EXACT, round_decimal
from servicecore.kernel.workcalendar import NEVER_DUE

MOMENT: Final = timedelta.resolution
"""The shortest time that counts: at the deadline is in time, one moment after it is late."""


class Level(Enum):
    """How it stands: in time, at or past a warning, or past the deadline."""

    OK = "ok"
    WARNED = "warned"
    BREACHED = "breached"


@frozen
class Reading:
    """A clock at an instant.

    Attributes:
        phase: running, paused, stopped or cancelled.
        elapsed: working time counted, up to the end where it has ended.
        remaining: target less elapsed; negative past the deadline.
        due: the deadline where the clock runs or has passed it, else None.
        due_if_resumed_now: the deadline that resuming at this instant would give; only while paused.
        warnings: one instant for each ratio in the policy's order; None while unknown.
        level: ok, warned (at or past a warning), breached (past the due; exactly at it is in time).

    """

    phase: Phase
    elapsed: timedelta
    remaining: timedelta
    due: datetime | None
    due_if_resumed_now: datetime | None
    warnings: tuple[datetime | None, ...]
    level: Level


def share(target: timedelta, ratio: Decimal) -> timedelta:
    """Return ``ratio`` of ``target``, rounded half up to the microsecond."""
    whole = Decimal(target // MOMENT)
    return int(round_decimal(EXACT.multiply(whole, ratio), Decimal(1))) * MOMENT


def due_of(timers: SlaTimers, clock: SlaClock, work: timedelta) -> datetime | None:
    """Return when ``clock`` will have counted, or did count, ``work``; None while it stands still before that.

    None also where its calendar does not open often enough any more. With the policy's boundary ``reopen`` an
    instant at closing moves to the next opening, where there is one.
    """
    instant: datetime | None = None
    try:
        crossing = clock.crossing(work, timers.calendar_of)
        if crossing is not None:
            instant, key = crossing
            if timers.policy.boundary is Boundary.REOPEN:
                instant = timers.calendar_of(key).compiled().next_open(instant)
    except InvalidValue as refused:
        if refused.problem.code != NEVER_DUE.code:
            raise
    return instant


def read_clock(timers: SlaTimers, clock: SlaClock, at: datetime) -> Reading:
    """Return what ``clock`` says at ``at``, an instant not before its last change."""
    elapsed = clock.elapsed(at, timers.calendar_of)
    due = due_of(timers, clock, clock.target)
    warnings = tuple(due_of(timers, clock, share(clock.target, ratio)) for ratio in timers.policy.warn_ratios)
    resumed = due_of(timers, clock.run(at), clock.target) if clock.phase is Phase.PAUSED else None
    seen = at if clock.ended_at is None else min(at, clock.ended_at)
    if due is not None and seen > due:
        level = Level.BREACHED
    elif any(warning is not None and seen >= warning for warning in warnings):
        level = Level.WARNED
    else:
        level = Level.OK
    return Reading(clock.phase, elapsed, clock.target - elapsed, due, resumed, warnings, level)


@frozen
class Threshold:
    """What a clock will announce, and when.

    Attributes:
        kind: warning, escalation or due.
        ratio: share of the target.
        level: of an escalation; 0 otherwise.
        instant: where it lies.
        late: whether it is crossed only after its instant, as a deadline is, or at it, as a warning is.

    """

    kind: MarkKind
    ratio: Decimal
    level: int
    instant: datetime
    late: bool

    @property
    def wakeup(self) -> datetime:
        """Return the first instant at which it is crossed."""
        return self.instant + MOMENT if self.late else self.instant


def thresholds(timers: SlaTimers, clock: SlaClock) -> tuple[Threshold, ...]:
    """Return what a live clock will announce and has not; an instant that is not known yet is left out."""
    if not clock.live:
        return ()
    known = {(mark.kind, mark.ratio, mark.level) for mark in clock.marks if mark.revised_at is None}
    target = clock.target
    wanted = [(MarkKind.WARNING, ratio, 0, share(target, ratio)) for ratio in timers.policy.warn_ratios]
    for each in timers.policy.escalations:
        work = max(share(target, each.share) + each.offset, timedelta(0))
        wanted.append((MarkKind.ESCALATION, each.share, each.level, work))
    wanted.append((MarkKind.DUE, Decimal(1), 0, target))
    found: list[Threshold] = []
    for kind, ratio, level, work in wanted:
        if (kind, ratio, level) not in known:
            instant = due_of(timers, clock, work)
            if instant is not None:
                late = kind is not MarkKind.WARNING and work >= target
                found.append(Threshold(kind, ratio, level, instant, late))
    return tuple(found)


def next_wakeup(timers: SlaTimers) -> datetime | None:
    """Return when the next announcement falls due: a warning at its instant, a breach one moment after the due."""
    wakeups = (each.wakeup for clock in timers.live() for each in thresholds(timers, clock))
    return min(wakeups, default=None)
