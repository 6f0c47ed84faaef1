"""Cancel a case: nothing will be done about it; its clocks are neither met nor missed."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.cases.activities import Resolution, ResolutionKind
from servicecore.cases.case import Case, moment, nothing_planned, open_only
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import enter_state
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem


@frozen(field_transformer=checked_fields)
class CancelCase(Command):
    """Give a case up; takes a reason code (SD 2, C02).

    Attributes:
        case: id of the case.
        text: what to tell those who look it up.

    """

    name: ClassVar[str] = "cases.cancel_case"
    target: ClassVar[str] = "case"
    case: str
    text: str = ""


@frozen
class CaseCancelled(Event[Case]):
    """A case was given up."""

    type_name: ClassVar[str] = "cases.case_cancelled"
    resolution: Resolution
    state: str

    def apply(self, state: Case) -> Case:
        """Return the cancelled case."""
        case = state.in_state(self.state, self.resolution.at)
        return evolve(case, resolutions=(*case.resolutions, self.resolution))


def guard(state: Case, facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be cancelled: it has ended, or something is planned (``cases.open_activities``)."""
    return (*open_only(state, facts), *nothing_planned(state))


def decide(state: Case, command: CancelCase, facts: Facts) -> Decision[Case]:
    """Return the cancelling and what it does to the clocks."""
    at = moment(state, facts)
    resolution = Resolution(
        kind=ResolutionKind.CANCELLATION,
        resolution_type=facts.reason.code if facts.reason is not None else "",
        text=command.text,
        total_minutes=state.minutes_spent(),
        billable_minutes=0,
        actor=facts.actor.id,
        at=at,
    )
    to = facts.of(CasePolicy).cancelled_state
    return told(state, at, partial(enter_state, to=to), CaseCancelled(resolution, to))


CANCEL_CASE: Final = Operation(
    command=CancelCase,
    decide=caught_up(decide),
    guard=guard,
    events=(CaseCancelled, *CATCH_UP_EVENTS),
    reason_required=True,
    capabilities=("C02", "C07", "C11"),
)
