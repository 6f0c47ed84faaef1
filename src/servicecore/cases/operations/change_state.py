"""Change a case's state: let it wait, take it up again, or close a resolved one for good."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.cases.case import Case, moment, not_cancelled
from servicecore.cases.clock_events import CLOCK_EVENTS, told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import enter_state
from servicecore.cases.states import UNKNOWN_STATE, Category
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

INVALID_TRANSITION: Final = ProblemKind(
    "cases.invalid_transition",
    en="a case in state {state} cannot go to {value}; accepted: {accepted}",
    it="una richiesta nello stato {state} non può passare a {value}; valori ammessi: {accepted}",
    de="ein Vorgang im Zustand {state} kann nicht in {value} übergehen; zulässig: {accepted}",
)
PAUSE_REASON: Final = ProblemKind(
    "cases.pause_reason",
    en="{value} is not a reason to wait; accepted: {accepted}",
    it="{value} non è un motivo di attesa; valori ammessi: {accepted}",
    de="{value} ist kein Wartegrund; zulässig: {accepted}",
)


@frozen
class ChangeState(Command):
    """Put a case into a running or paused state, or a resolved one into the closed state (SD 2, C02).

    Resolving, cancelling and reopening have their own operations, since they take more than a name.

    Attributes:
        case: id of the case.
        to: name of the state.
        waits_for: why it waits; required for a paused state, from the configured list.

    """

    name: ClassVar[str] = "cases.change_state"
    target: ClassVar[str] = "case"
    case: str
    to: str
    waits_for: str = ""


@frozen
class CaseStateChanged(Event[Case]):
    """A case went from one state to another."""

    type_name: ClassVar[str] = "cases.state_changed"
    was: str
    state: str
    pause_reason: str
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case in its new state."""
        return evolve(state.in_state(self.state, self.at), pause_reason=self.pause_reason)


def decide(state: Case, command: ChangeState, facts: Facts) -> Decision[Case]:
    """Return the change and what it does to the clocks, or why not.

    Problems: ``cases.unknown_state``, ``cases.invalid_transition``, ``cases.pause_reason``.
    """
    policy = facts.of(CasePolicy)
    problem = _problem(state, command, policy)
    if problem is not None:
        return refuse(problem)
    at = moment(state, facts)
    changed = CaseStateChanged(state.state, command.to, command.waits_for, at)
    return told(state, at, partial(enter_state, to=command.to), changed)


def _problem(state: Case, command: ChangeState, policy: CasePolicy) -> Problem | None:
    states = policy.states
    if not states.knows(command.to):
        return UNKNOWN_STATE.at("to", value=repr(command.to), accepted=", ".join(states.names()))
    resolved = states.category(state.state) is Category.RESOLVED
    reachable = (policy.closed_state,) if resolved else (*states.running, *states.paused)
    accepted = tuple(name for name in reachable if name != state.state)
    if command.to not in accepted:
        names = ", ".join(accepted) or "none"
        return INVALID_TRANSITION.at("to", state=state.state, value=command.to, accepted=names)
    waits = states.category(command.to) is Category.PAUSED
    reasons = policy.pause_reasons if waits else ("",)
    if command.waits_for not in reasons:
        names = ", ".join(reasons) or "none"
        return PAUSE_REASON.at("waits_for", value=repr(command.waits_for), accepted=names)
    return None


CHANGE_STATE: Final = Operation(
    command=ChangeState,
    decide=decide,
    guard=not_cancelled,
    events=(CaseStateChanged, *CLOCK_EVENTS),
    capabilities=("C02", "C11"),
)
