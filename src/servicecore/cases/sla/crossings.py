"""Which warnings and deadlines were crossed up to now and not yet announced, in the order they came true."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from attrs import evolve, frozen

from servicecore.cases.sla.clock import Mark, MarkKind, SlaClock
from servicecore.cases.sla.derive import due_of, thresholds
from servicecore.cases.sla.policy import Metric
from servicecore.cases.sla.timers import SlaTimers


@frozen
class Crossing:
    """One crossing of one clock.

    Attributes:
        metric: of the clock, and ``cycle``.
        mark: what is to be announced.
        late: whether it came true only after its instant.

    """

    metric: Metric
    cycle: int
    mark: Mark
    late: bool


@frozen
class Revision:
    """An announced breach whose deadline has moved beyond the instant at which it was announced to be crossed.

    Attributes:
        metric: of the clock, and ``cycle``.
        due: the deadline as announced.
        new_due: the deadline as it is now; None while the clock stands still.

    """

    metric: Metric
    cycle: int
    due: datetime
    new_due: datetime | None


def crossed(timers: SlaTimers, until: datetime, now: datetime) -> tuple[Crossing, ...]:
    """Return what live clocks crossed up to ``until`` and did not announce, in order of crossing; told at ``now``.

    A warning is crossed at its instant, a deadline after it. A crossing that a change put into the past carries the
    instant of the change. Whenever and however often this is asked, each crossing comes once.
    """
    found: list[Crossing] = []
    for clock in timers.live():
        for each in thresholds(timers, clock):
            if each.wakeup <= until:
                crossed_at = max(each.instant, clock.changed_at)
                mark = Mark(each.kind, each.ratio, each.instant, crossed_at, now, level=each.level)
                found.append(Crossing(clock.metric, clock.cycle, mark, each.late))
    return tuple(sorted(found, key=_in_order))


def _in_order(crossing: Crossing) -> tuple[datetime, bool, datetime, str, int, bool, int, Decimal]:
    # A deadline is crossed only after its instant, so a warning of the same instant goes before it.
    mark = crossing.mark
    escalates = mark.kind is MarkKind.ESCALATION
    clock = crossing.metric.value, crossing.cycle
    return mark.crossed_at, crossing.late, mark.due, *clock, escalates, mark.level, mark.ratio


def revised(timers: SlaTimers) -> tuple[Revision, ...]:
    """Return the announced breaches of live clocks whose deadline now lies beyond their crossing, or is open again."""
    found: list[Revision] = []
    for clock in timers.live():
        for mark in clock.marks:
            if mark.kind is MarkKind.DUE and mark.revised_at is None:
                due = due_of(timers, clock, clock.target)
                if due is None or due > mark.crossed_at:
                    found.append(Revision(clock.metric, clock.cycle, mark.due, due))
    return tuple(found)


def with_mark(clock: SlaClock, mark: Mark) -> SlaClock:
    """Return the clock with an announcement added."""
    return evolve(clock, marks=(*clock.marks, mark))


def with_breach_revised(clock: SlaClock, at: datetime) -> SlaClock:
    """Return the clock whose standing breach, and escalations since, are marked as revised; they may come again."""
    breach = next((mark for mark in clock.marks if mark.kind is MarkKind.DUE and mark.revised_at is None), None)
    if breach is None:
        return clock
    marks = tuple(evolve(mark, revised_at=at) if _goes_with(mark, breach) else mark for mark in clock.marks)
    return evolve(clock, marks=marks)


def _goes_with(mark: Mark, breach: Mark) -> bool:
    if mark.revised_at is not None:
        return False
    return mark is breach or (mark.kind is MarkKind.ESCALATION and mark.due >= breach.due)
