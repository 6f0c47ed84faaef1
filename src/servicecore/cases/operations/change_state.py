"""Change a case's state: let it wait, take it up again, or close a resolved one for good."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from attrs import evolve, field, frozen
from attrs.converters import optional

from servicecore.cases.case import Case, moment, not_cancelled
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import enter_state
from servicecore.cases.states import UNKNOWN_STATE, Category
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import as_instant
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
RESUME_TIME: Final = ProblemKind(
    "cases.resume_time",
    en="the case cannot come back to work at {value}; accepted: {accepted}",
    it="la richiesta non può tornare in lavorazione il {value}; valori ammessi: {accepted}",
    de="der Vorgang kann nicht am {value} wieder aufgenommen werden; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ChangeState(Command):
    """Put a case into a running or paused state, or a resolved one into the closed state (SD 2, C02).

    Resolving, cancelling and reopening have their own operations, since they take more than a name.

    Attributes:
        case: id of the case.
        to: name of the state.
        waits_for: why it waits; required for a paused state, from the configured list.
        until: when it comes back to work by itself; only for a paused state, and after now.

    """

    name: ClassVar[str] = "cases.change_state"
    target: ClassVar[str] = "case"
    case: str
    to: str
    waits_for: str = ""
    until: datetime | None = field(default=None, converter=optional(as_instant))


@frozen
class CaseStateChanged(Event[Case]):
    """A case went from one state to another."""

    type_name: ClassVar[str] = "cases.state_changed"
    was: str
    state: str
    pause_reason: str
    at: datetime
    resume_at: datetime | None = None

    def apply(self, state: Case) -> Case:
        """Return the case in its new state."""
        case = state.in_state(self.state, self.at)
        return evolve(case, pause_reason=self.pause_reason, resume_at=self.resume_at)


def decide(state: Case, command: ChangeState, facts: Facts) -> Decision[Case]:
    """Return the change and what it does to the clocks, or why not.

    Problems: ``cases.unknown_state``, ``cases.invalid_transition``, ``cases.pause_reason``, ``cases.resume_time``.
    """
    policy = facts.of(CasePolicy)
    at = moment(state, facts)
    problem = _problem(state, command, policy, at)
    if problem is not None:
        return refuse(problem)
    changed = CaseStateChanged(state.state, command.to, command.waits_for, at, command.until)
    return told(state, at, partial(enter_state, to=command.to), changed)


def _problem(state: Case, command: ChangeState, policy: CasePolicy, at: datetime) -> Problem | None:
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
    if command.until is not None and (not waits or command.until <= at):
        wanted = f"an instant after {at.isoformat()}" if waits else "none, for a state that does not wait"
        return RESUME_TIME.at("until", value=command.until.isoformat(), accepted=wanted)
    return None


CHANGE_STATE: Final = Operation(
    command=ChangeState,
    decide=caught_up(decide),
    guard=not_cancelled,
    events=(CaseStateChanged, *CATCH_UP_EVENTS),
    capabilities=("C02", "C11"),
)
