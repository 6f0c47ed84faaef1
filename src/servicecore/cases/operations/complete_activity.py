"""Complete a planned activity, with the time that it took; one that reached the customer is a response."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.cases.activities import Activity, ActivityState, check_minutes
from servicecore.cases.case import Case, moment, open_only
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.sla.timeline import agent_answered
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

NO_OPEN_ACTIVITY: Final = ProblemKind(
    "cases.no_open_activity",
    en="the case has no open activity {value}; accepted: {accepted}",
    it="la richiesta non ha un'attività aperta {value}; valori ammessi: {accepted}",
    de="der Vorgang hat keine offene Aktivität {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class CompleteActivity(Command):
    """Close a planned activity as done (SD 1.3, C03).

    Attributes:
        case: id of the case.
        activity: its number.
        minutes: working minutes that it took; they count towards the time of the resolution.
        outcome: what came of it.
        reached_customer: whether it went to the customer and was no internal matter: then it is a response (SD 3.6).

    """

    name: ClassVar[str] = "cases.complete_activity"
    target: ClassVar[str] = "case"
    case: str
    activity: int
    minutes: int = field(default=0, validator=check_minutes)
    outcome: str = ""
    reached_customer: bool = False


@frozen
class ActivityCompleted(Event[Case]):
    """A planned activity was done."""

    type_name: ClassVar[str] = "cases.activity_completed"
    activity: Activity
    reached_customer: bool

    def apply(self, state: Case) -> Case:
        """Return the case with the closed activity."""
        at = self.activity.ended_at or state.changed_at
        case = state.with_activity_changed(self.activity, at)
        if not self.reached_customer:
            return case
        timers = None if case.timers is None else evolve(case.timers, answered=True)
        return evolve(case, timers=timers, first_response_at=case.first_response_at or at)


def decide(state: Case, command: CompleteActivity, facts: Facts) -> Decision[Case]:
    """Return the completion and what it does to the clocks, or why not (``cases.no_open_activity``)."""
    activity = open_activity(state, command.activity)
    if isinstance(activity, Problem):
        return refuse(activity)
    at = moment(state, facts)
    done = evolve(
        activity,
        state=ActivityState.COMPLETED,
        minutes=command.minutes,
        outcome=command.outcome,
        ended_at=at,
    )
    completed = ActivityCompleted(done, command.reached_customer)
    return told(state, at, agent_answered, completed) if command.reached_customer else (completed,)


def open_activity(case: Case, number: int) -> Activity | Problem:
    """Return the open activity of that number, or why not (``cases.no_open_activity``)."""
    activity = case.activity(number)
    if activity is not None and activity.state is ActivityState.OPEN:
        return activity
    accepted = ", ".join(str(each.number) for each in case.open_activities()) or "none is open"
    return NO_OPEN_ACTIVITY.at("activity", value=number, accepted=accepted)


COMPLETE_ACTIVITY: Final = Operation(
    command=CompleteActivity,
    decide=caught_up(decide),
    guard=open_only,
    events=(ActivityCompleted, *CATCH_UP_EVENTS),
    capabilities=("C03", "C11"),
)
