"""The SLA clocks of one case, with the facts that move them and the calendars that they were measured with."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from servicecore.cases.sla.clock import SlaClock
from servicecore.cases.sla.policy import Metric, SlaPolicy
from servicecore.cases.states import Category
from servicecore.errors import ServiceCoreError
from servicecore.kernel.workcalendar import WorkCalendar


class BrokenTimers(ServiceCoreError):
    """Raised when a clock names a calendar that its case does not hold: the document is damaged."""

    code = "cases.broken_timers"


@frozen
class CalendarInForce:
    """A working calendar, by value, and from when on it holds for the case.

    Attributes:
        key: what segments name: the id and the how-manieth calendar of the case it is, ``support@2``.
        id: as the installation calls it.
        calendar: the value; later edits of the installation's calendar do not reach it.
        since: from this instant on, until the next one.

    """

    key: str
    id: str
    calendar: WorkCalendar
    since: datetime


@frozen
class SlaTimers:
    """All clocks of a case.

    Attributes:
        policy: the service level, by value, as it was when the case was opened.
        calendars: one or more, in order of ``since``; the last is in force.
        state: the case's state by name.
        priority: the case's priority.
        answered: whether an agent has written to the customer.
        clocks: every cycle of every metric in the order in which they began.

    """

    policy: SlaPolicy
    calendars: tuple[CalendarInForce, ...]
    state: str
    priority: str
    answered: bool = False
    clocks: tuple[SlaClock, ...] = ()

    @property
    def category(self) -> Category:
        """Return what the case's state means to the clocks."""
        return self.policy.states.category(self.state)

    @property
    def in_force(self) -> CalendarInForce:
        """Return the calendar for the time to come."""
        return self.calendars[-1]

    def calendar_of(self, key: str) -> WorkCalendar:
        """Return the calendar that a segment names.

        Raises:
            BrokenTimers: the case holds no such calendar.

        """
        for each in self.calendars:
            if each.key == key:
                return each.calendar
        raise BrokenTimers(f"no calendar {key!r} among {', '.join(each.key for each in self.calendars)}")

    def clock(self, metric: Metric, cycle: int) -> SlaClock | None:
        """Return the clock of the metric's given cycle, or None."""
        return next((each for each in self.clocks if each.metric is metric and each.cycle == cycle), None)

    def latest(self, metric: Metric) -> SlaClock | None:
        """Return the clock of the metric's last cycle, or None where it never began."""
        return next((clock for clock in reversed(self.clocks) if clock.metric is metric), None)

    def live(self) -> tuple[SlaClock, ...]:
        """Return the clocks that are running or paused."""
        return tuple(clock for clock in self.clocks if clock.live)

    def with_clock(self, clock: SlaClock) -> SlaTimers:
        """Return the timers with ``clock`` in place of the one of its metric and cycle, or added."""
        found = False
        clocks: list[SlaClock] = []
        for each in self.clocks:
            same = each.metric is clock.metric and each.cycle == clock.cycle
            found = found or same
            clocks.append(clock if same else each)
        return evolve(self, clocks=tuple(clocks) if found else (*clocks, clock))
