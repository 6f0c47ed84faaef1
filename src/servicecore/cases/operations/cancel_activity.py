"""Cancel a planned activity: it will not be done."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.cases.activities import Activity, ActivityState
from servicecore.cases.case import Case, moment, open_only
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.operations.complete_activity import open_activity
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem


@frozen(field_transformer=checked_fields)
class CancelActivity(Command):
    """Close a planned activity as not to be done (SD 1.3, C03).

    Attributes:
        case: id of the case.
        activity: its number.
        outcome: why.

    """

    name: ClassVar[str] = "cases.cancel_activity"
    target: ClassVar[str] = "case"
    case: str
    activity: int
    outcome: str = ""


@frozen
class ActivityCancelled(Event[Case]):
    """A planned activity will not be done."""

    type_name: ClassVar[str] = "cases.activity_cancelled"
    activity: Activity

    def apply(self, state: Case) -> Case:
        """Return the case with the closed activity."""
        return state.with_activity_changed(self.activity, self.activity.ended_at or state.changed_at)


def decide(state: Case, command: CancelActivity, facts: Facts) -> Decision[Case]:
    """Return the cancelling, or why not (``cases.no_open_activity``)."""
    activity = open_activity(state, command.activity)
    if isinstance(activity, Problem):
        return refuse(activity)
    at = moment(state, facts)
    dropped = evolve(activity, state=ActivityState.CANCELLED, outcome=command.outcome, ended_at=at)
    return (ActivityCancelled(dropped),)


CANCEL_ACTIVITY: Final = Operation(
    command=CancelActivity,
    decide=caught_up(decide),
    guard=open_only,
    events=(ActivityCancelled, *CATCH_UP_EVENTS),
    capabilities=("C03",),
)
