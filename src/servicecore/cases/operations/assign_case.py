"""Assign a case to a user or a queue."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.cases.case import Case, moment, open_only
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

NOBODY_NEW: Final = ProblemKind(
    "cases.nobody_new",
    en="the case is held by {value} already; accepted: {accepted}",
    it="la richiesta è già assegnata a {value}; valori ammessi: {accepted}",
    de="der Vorgang liegt schon bei {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class AssignCase(Command):
    """Hand a case to a user, to a queue, or back to nobody (SD 1.2, C02).

    Choosing a user takes it out of its queue unless ``keep_in_queue``; choosing a queue takes it from its user.

    Attributes:
        case: id of the case.
        owner: user; empty for none.
        queue: queue; empty for none.
        keep_in_queue: whether it stays visible in its queue though a user holds it.

    """

    name: ClassVar[str] = "cases.assign_case"
    target: ClassVar[str] = "case"
    case: str
    owner: str = ""
    queue: str = ""
    keep_in_queue: bool = False


@frozen
class CaseAssigned(Event[Case]):
    """A case is held by somebody else."""

    type_name: ClassVar[str] = "cases.case_assigned"
    owner: str
    queue: str
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case with its new holder."""
        return evolve(state, owner=self.owner, queue=self.queue, changed_at=self.at)


def decide(state: Case, command: AssignCase, facts: Facts) -> Decision[Case]:
    """Return the assignment, or why not (``cases.nobody_new``)."""
    queue = command.queue or (state.queue if command.owner and command.keep_in_queue else "")
    if (command.owner, queue) == (state.owner, state.queue):
        held = state.owner or state.queue or "nobody"
        return refuse(NOBODY_NEW.at("owner", value=held, accepted="another user or queue"))
    return (CaseAssigned(command.owner, queue, moment(state, facts)),)


ASSIGN_CASE: Final = Operation(
    command=AssignCase,
    decide=caught_up(decide),
    guard=open_only,
    events=(CaseAssigned, *CATCH_UP_EVENTS),
    capabilities=("C02", "C08"),
)
