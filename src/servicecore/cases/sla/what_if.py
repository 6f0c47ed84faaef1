"""What a change would do to the deadlines, without doing it (F07)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import frozen

from servicecore.cases.sla.derive import Reading, read_clock
from servicecore.cases.sla.policy import Metric
from servicecore.cases.sla.timers import SlaTimers


@frozen
class ChangedDeadline:
    """One clock before and after a supposed change.

    Attributes:
        metric: of the clock, and ``cycle``.
        before: as it reads without the change; None for a clock that the change begins.
        after: as it would read.

    """

    metric: Metric
    cycle: int
    before: Reading | None
    after: Reading


def what_if(
    timers: SlaTimers, at: datetime, change: Callable[[SlaTimers, datetime], SlaTimers]
) -> tuple[ChangedDeadline, ...]:
    """Return the clocks that would read differently at ``at`` if ``change`` happened then.

    ``change`` is a function of ``sla.timeline`` with its arguments bound: ``partial(change_priority, to="high")``.
    """
    supposed = change(timers, at)
    found: list[ChangedDeadline] = []
    for clock in supposed.clocks:
        former = timers.clock(clock.metric, clock.cycle)
        before = None if former is None else read_clock(timers, former, at)
        after = read_clock(supposed, clock, at)
        if before != after:
            found.append(ChangedDeadline(clock.metric, clock.cycle, before, after))
    return tuple(found)
