"""A case: what a customer wants, how far it is, what was done about it, and its clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from servicecore.cases.activities import Activity, ActivityState, Resolution
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timers import SlaTimers
from servicecore.cases.states import Category
from servicecore.kernel.facts import Facts
from servicecore.kernel.problems import Problem, ProblemKind

NOT_OPEN: Final = ProblemKind(
    "cases.not_open",
    en="the case is {value}; accepted: a case in state {accepted}",
    it="la richiesta è {value}; valori ammessi: una richiesta nello stato {accepted}",
    de="der Vorgang ist {value}; zulässig: ein Vorgang im Zustand {accepted}",
)
OPEN_ACTIVITIES: Final = ProblemKind(
    "cases.open_activities",
    en="activities {value} of the case are still open; accepted: {accepted}",
    it="le attività {value} della richiesta sono ancora aperte; valori ammessi: {accepted}",
    de="die Aktivitäten {value} des Vorgangs sind noch offen; zulässig: {accepted}",
)


@frozen
class Case:
    """A customer's request and its history (SD 1.2).

    Attributes:
        id: of the case.
        customer: account or contact that it belongs to.
        subject: short, at most 254 characters.
        description: as long as it takes.
        priority: from the configured list.
        state: a configured name; rules see its category.
        channel: by which way it came in.
        opened_at: instant; opened by ``opened_by``.
        changed_at: instant of the last change.
        contact: person at the customer.
        order: order that it is about, if any; likewise ``contract``, ``item`` and ``serial``, which only classify.
        owner: user who holds it; empty for none.
        queue: queue that holds it; empty for none.
        pause_reason: why it waits, while its state is a paused one.
        resume_at: when it comes back to work by itself; None for never.
        activities: messages, notes and tasks in the order in which they were recorded.
        resolutions: how it was ended, one for each time.
        first_response_at: first public message of an agent.
        resolved_at: of the resolution that stands.
        reopen_count: how often it came back.
        timers: its SLA clocks; None where no service level applies.

    """

    id: str
    customer: str
    subject: str
    description: str
    priority: str
    state: str
    channel: str
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    contact: str = ""
    order: str = ""
    contract: str = ""
    item: str = ""
    serial: str = ""
    owner: str = ""
    queue: str = ""
    pause_reason: str = ""
    resume_at: datetime | None = None
    activities: tuple[Activity, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    reopen_count: int = 0
    timers: SlaTimers | None = None

    def in_state(self, state: str, at: datetime) -> Case:
        """Return the case in ``state`` from ``at``; its clocks are moved by their own events.

        A state that is another than before ends what was said about waiting.
        """
        changed_at = max(at, self.changed_at)
        if state == self.state:
            return evolve(self, changed_at=changed_at)
        timers = None if self.timers is None else evolve(self.timers, state=state)
        return evolve(self, state=state, changed_at=changed_at, timers=timers, pause_reason="", resume_at=None)

    def with_activity(self, activity: Activity) -> Case:
        """Return the case with one more activity."""
        return evolve(self, activities=(*self.activities, activity), changed_at=activity.at)

    def with_activity_changed(self, activity: Activity, at: datetime) -> Case:
        """Return the case with ``activity`` in place of the one of its number."""
        activities = tuple(activity if each.number == activity.number else each for each in self.activities)
        return evolve(self, activities=activities, changed_at=at)

    @property
    def next_number(self) -> int:
        """Return the number that the next activity gets; numbers are never given again."""
        return len(self.activities) + 1

    def activity(self, number: int) -> Activity | None:
        """Return the activity of that number, or None."""
        return next((each for each in self.activities if each.number == number), None)

    def open_activities(self) -> tuple[Activity, ...]:
        """Return what is planned and not done."""
        return tuple(each for each in self.activities if each.state is ActivityState.OPEN)

    def minutes_spent(self) -> int:
        """Return the working minutes of all completed activities."""
        return sum(each.minutes for each in self.activities if each.state is ActivityState.COMPLETED)


def category_of(case: Case, facts: Facts) -> Category:
    """Return what the case's state means in this installation."""
    return facts.of(CasePolicy).states.category(case.state)


def moment(case: Case, facts: Facts) -> datetime:
    """Return the instant of a change: now, but never before the last one, so that no clock counts backwards."""
    return max(facts.now, case.changed_at)


def open_only(case: Case, facts: Facts) -> tuple[Problem, ...]:
    """Return why nothing can be worked on in the case: it is resolved or cancelled (``cases.not_open``)."""
    return _only(case, facts, Category.RUNNING, Category.PAUSED)


def not_cancelled(case: Case, facts: Facts) -> tuple[Problem, ...]:
    """Return why a cancelled case takes nothing more (``cases.not_open``)."""
    return _only(case, facts, Category.RUNNING, Category.PAUSED, Category.RESOLVED)


def ended_only(case: Case, facts: Facts) -> tuple[Problem, ...]:
    """Return why a case that is still being worked on cannot be reopened (``cases.not_open``)."""
    return _only(case, facts, Category.RESOLVED, Category.CANCELLED)


def _only(case: Case, facts: Facts, *categories: Category) -> tuple[Problem, ...]:
    if category_of(case, facts) in categories:
        return ()
    states = facts.of(CasePolicy).states
    names = [name for category in categories for name in states.named(category)]
    return (NOT_OPEN.at("state", value=case.state, accepted=", ".join(names)),)


def nothing_planned(case: Case) -> tuple[Problem, ...]:
    """Return why the case cannot end: activities are still open (``cases.open_activities``)."""
    planned = ", ".join(str(each.number) for each in case.open_activities())
    if not planned:
        return ()
    return (OPEN_ACTIVITIES.at("case", value=planned, accepted="a case whose activities are completed or cancelled"),)
