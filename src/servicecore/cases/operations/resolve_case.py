"""Resolve a case: a resolution activity with the time spent ends it and stops its resolution clock."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.cases.activities import Activity, ActivityState, Resolution, ResolutionKind, check_minutes
from servicecore.cases.case import Case, moment, nothing_planned, open_only
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import enter_state
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

RESOLUTION_TYPE: Final = ProblemKind(
    "cases.resolution_type",
    en="{value} is not a type of resolution; accepted: {accepted}",
    it="{value} non è un tipo di soluzione; valori ammessi: {accepted}",
    de="{value} ist keine Art von Lösung; zulässig: {accepted}",
)
BILLABLE_ABOVE_TOTAL: Final = ProblemKind(
    "cases.billable_above_total",
    en="{value} billable minutes are more than were spent; accepted: {accepted}",
    it="{value} minuti fatturabili superano il tempo impiegato; valori ammessi: {accepted}",
    de="{value} abrechenbare Minuten sind mehr als aufgewendet; zulässig: {accepted}",
)


class OpenActivities(Enum):
    """What resolving does about activities that are still open: refuse, or close them with the case."""

    REFUSE = "refuse"
    CANCEL = "cancel"
    COMPLETE = "complete"


@frozen(field_transformer=checked_fields)
class ResolveCase(Command):
    """End a case with what solved it and the time that it took (SD 3.3, C07).

    Attributes:
        case: id of the case.
        resolution_type: from the configured list.
        text: what solved it.
        total_minutes: time spent; None takes the sum of the activities.
        billable_minutes: part that may be charged; None takes the total.
        open_activities: what becomes of activities that are still open.

    """

    name: ClassVar[str] = "cases.resolve_case"
    target: ClassVar[str] = "case"
    case: str
    resolution_type: str
    text: str = ""
    total_minutes: int | None = field(default=None, validator=check_minutes)
    billable_minutes: int | None = field(default=None, validator=check_minutes)
    open_activities: OpenActivities = OpenActivities.REFUSE


@frozen
class CaseResolved(Event[Case]):
    """A case was solved."""

    type_name: ClassVar[str] = "cases.case_resolved"
    resolution: Resolution
    state: str
    closed_activities: tuple[Activity, ...] = ()

    def apply(self, state: Case) -> Case:
        """Return the resolved case."""
        at = self.resolution.at
        case = state.in_state(self.state, at)
        for activity in self.closed_activities:
            case = case.with_activity_changed(activity, at)
        return evolve(case, resolutions=(*case.resolutions, self.resolution), resolved_at=at)


def decide(state: Case, command: ResolveCase, facts: Facts) -> Decision[Case]:
    """Return the resolution and what it does to the clocks, or why not.

    Problems: ``cases.resolution_type``, ``cases.billable_above_total``, ``cases.open_activities``.
    """
    policy = facts.of(CasePolicy)
    total = state.minutes_spent() if command.total_minutes is None else command.total_minutes
    billable = total if command.billable_minutes is None else command.billable_minutes
    problems: list[Problem] = []
    if command.resolution_type not in policy.resolution_types:
        accepted = ", ".join(policy.resolution_types)
        problems.append(RESOLUTION_TYPE.at("resolution_type", value=repr(command.resolution_type), accepted=accepted))
    if billable > total:
        problems.append(BILLABLE_ABOVE_TOTAL.at("billable_minutes", value=billable, accepted=f"at most {total}"))
    if command.open_activities is OpenActivities.REFUSE:
        problems.extend(nothing_planned(state))
    if problems:
        return refuse(*problems)
    at = moment(state, facts)
    cancels = command.open_activities is OpenActivities.CANCEL
    ended = ActivityState.CANCELLED if cancels else ActivityState.COMPLETED
    closed = tuple(evolve(each, state=ended, ended_at=at) for each in state.open_activities())
    resolution = Resolution(
        kind=ResolutionKind.RESOLUTION,
        resolution_type=command.resolution_type,
        text=command.text,
        total_minutes=total,
        billable_minutes=billable,
        actor=facts.actor.id,
        at=at,
    )
    to = policy.resolved_state
    return told(state, at, partial(enter_state, to=to), CaseResolved(resolution, to, closed))


RESOLVE_CASE: Final = Operation(
    command=ResolveCase,
    decide=caught_up(decide),
    guard=open_only,
    events=(CaseResolved, *CATCH_UP_EVENTS),
    capabilities=("C02", "C07", "C11"),
)
