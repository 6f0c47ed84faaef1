"""Plan an activity on a case: a call, a task, a visit that somebody is to do."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import field, frozen
from attrs.converters import optional

from servicecore.cases.activities import Activity, ActivityKind, ActivityState, Regarding, check_minutes
from servicecore.cases.case import Case, moment, open_only
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import as_instant
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

NOT_PLANNABLE: Final = ProblemKind(
    "cases.not_plannable",
    en="an activity of kind {value} cannot be planned; accepted: {accepted}",
    it="un'attività di tipo {value} non si può pianificare; valori ammessi: {accepted}",
    de="eine Aktivität der Art {value} lässt sich nicht planen; zulässig: {accepted}",
)
EMPTY_TASK: Final = ProblemKind(
    "cases.empty_task",
    en="{value} does not say what is to be done; accepted: {accepted}",
    it="{value} non dice che cosa c'è da fare; valori ammessi: {accepted}",
    de="{value} sagt nicht, was zu tun ist; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class PlanActivity(Command):
    """Plan something to be done about a case; it stays open until it is completed or cancelled (SD 1.3, C03).

    Attributes:
        case: id of the case.
        kind: call, e-mail, letter, chat, task, appointment or visit.
        text: what is to be done.
        owner: who is to do it; empty takes whoever plans it.
        planned_start: when it is to begin.
        planned_minutes: how long it is to take.
        regarding: further records that it is about, beside the case.

    """

    name: ClassVar[str] = "cases.plan_activity"
    target: ClassVar[str] = "case"
    case: str
    kind: ActivityKind
    text: str
    owner: str = ""
    planned_start: datetime | None = field(default=None, converter=optional(as_instant))
    planned_minutes: int | None = field(default=None, validator=check_minutes)
    regarding: tuple[Regarding, ...] = ()


@frozen
class ActivityPlanned(Event[Case]):
    """Something is to be done about a case."""

    type_name: ClassVar[str] = "cases.activity_planned"
    activity: Activity

    def apply(self, state: Case) -> Case:
        """Return the case with the open activity."""
        return state.with_activity(self.activity)


def decide(state: Case, command: PlanActivity, facts: Facts) -> Decision[Case]:
    """Return the plan, or why not (``cases.not_plannable``, ``cases.empty_task``)."""
    problems: list[Problem] = []
    if not command.kind.plannable:
        accepted = ", ".join(kind.value for kind in ActivityKind if kind.plannable)
        problems.append(NOT_PLANNABLE.at("kind", value=command.kind.value, accepted=accepted))
    if not command.text.strip():
        problems.append(EMPTY_TASK.at("text", value=repr(command.text), accepted="some text"))
    if problems:
        return refuse(*problems)
    activity = Activity(
        number=state.next_number,
        kind=command.kind,
        text=command.text,
        channel="",
        actor=facts.actor.id,
        at=moment(state, facts),
        state=ActivityState.OPEN,
        owner=command.owner or facts.actor.id,
        regarding=command.regarding,
        planned_start=command.planned_start,
        planned_minutes=command.planned_minutes,
    )
    return (ActivityPlanned(activity),)


PLAN_ACTIVITY: Final = Operation(
    command=PlanActivity,
    decide=caught_up(decide),
    guard=open_only,
    events=(ActivityPlanned, *CATCH_UP_EVENTS),
    capabilities=("C03",),
)
