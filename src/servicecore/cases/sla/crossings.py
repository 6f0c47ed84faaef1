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
    """One crossing of one clock."""

    metric: Metric
    cycle: int
    mark: Mark


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


def crossed(timers: SlaTimers, now: datetime) -> tuple[Crossing, ...]:
    """Return what live clocks crossed up to ``now`` and did not announce, in order of crossing.

    A warning is crossed at its instant, a deadline after it. A crossing that a change put into the past carries the
    instant of the change. Whenever and however often this is asked, each crossing comes once.
    """
    found: list[Crossing] = []
    for clock in timers.live():
        for kind, ratio, instant in thresholds(timers, clock):
            if instant < now or (instant == now and kind is MarkKind.WARNING):
                crossed_at = max(instant, clock.changed_at)
                found.append(Crossing(clock.metric, clock.cycle, Mark(kind, ratio, instant, crossed_at, now)))
    return tuple(sorted(found, key=_in_order))


def _in_order(crossing: Crossing) -> tuple[datetime, bool, datetime, str, int, Decimal]:
    # A deadline is crossed only after its instant, so a warning of the same instant goes before it.
    mark = crossing.mark
    late = mark.kind is MarkKind.DUE
    return mark.crossed_at, late, mark.due, crossing.metric.value, crossing.cycle, mark.ratio


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
    """Return the clock whose standing breach is marked as revised; its deadline may be announced again."""
    marks = tuple(
        evolve(mark, revised_at=at) if mark.kind is MarkKind.DUE and mark.revised_at is None else mark
        for mark in clock.marks
    )
    return evolve(clock, marks=marks)
