"""Change a case's priority: its clocks take the new targets."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.cases.case import Case, moment, open_only
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.operations.open_case import UNKNOWN_PRIORITY
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import change_priority
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse


@frozen(field_transformer=checked_fields)
class ChangePriority(Command):
    """Give a case another priority; the service level says whether counted time stands (SD 3.6, C11).

    A stricter target that is used up already is breached at once.

    Attributes:
        case: id of the case.
        to: the priority, another than now.

    """

    name: ClassVar[str] = "cases.change_priority"
    target: ClassVar[str] = "case"
    case: str
    to: str


@frozen
class PriorityChanged(Event[Case]):
    """A case has another priority."""

    type_name: ClassVar[str] = "cases.priority_changed"
    was: str
    priority: str
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case with its new priority."""
        timers = None if state.timers is None else evolve(state.timers, priority=self.priority)
        return evolve(state, priority=self.priority, changed_at=self.at, timers=timers)


def decide(state: Case, command: ChangePriority, facts: Facts) -> Decision[Case]:
    """Return the change and what it does to the clocks, or why not (``cases.unknown_priority``)."""
    accepted = tuple(each for each in facts.of(CasePolicy).priorities if each != state.priority)
    if command.to not in accepted:
        return refuse(UNKNOWN_PRIORITY.at("to", value=repr(command.to), accepted=", ".join(accepted)))
    at = moment(state, facts)
    changed = PriorityChanged(state.priority, command.to, at)
    return told(state, at, partial(change_priority, to=command.to), changed)


CHANGE_PRIORITY: Final = Operation(
    command=ChangePriority,
    decide=caught_up(decide),
    guard=open_only,
    events=(PriorityChanged, *CATCH_UP_EVENTS),
    capabilities=("C02", "C11"),
)
