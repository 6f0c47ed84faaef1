"""Respond to the customer: an agent's public message stops the response clocks."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.cases.activities import Activity, ActivityKind, check_minutes
from servicecore.cases.case import Case, moment, not_cancelled
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import agent_answered, enter_state
from servicecore.cases.sla.timers import SlaTimers
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import ProblemKind

EMPTY_MESSAGE: Final = ProblemKind(
    "cases.empty_message",
    en="the message {value} is empty; accepted: {accepted}",
    it="il messaggio {value} è vuoto; valori ammessi: {accepted}",
    de="die Nachricht {value} ist leer; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RespondToCustomer(Command):
    """Send a public message of an agent; it is the response that the clocks wait for (SD 3.6, C11).

    Attributes:
        case: id of the case.
        text: what was written.
        channel: by which way; empty takes the case's.
        minutes: working minutes spent on it.

    """

    name: ClassVar[str] = "cases.respond_to_customer"
    target: ClassVar[str] = "case"
    case: str
    text: str
    channel: str = ""
    minutes: int = field(default=0, validator=check_minutes)


@frozen
class CustomerAnswered(Event[Case]):
    """An agent wrote to the customer; a new case is being worked on from then on."""

    type_name: ClassVar[str] = "cases.customer_answered"
    activity: Activity
    state: str

    def apply(self, state: Case) -> Case:
        """Return the case with the message."""
        at = self.activity.at
        case = state.with_activity(self.activity).in_state(self.state, at)
        timers = None if case.timers is None else evolve(case.timers, answered=True)
        return evolve(case, timers=timers, first_response_at=case.first_response_at or at)


def decide(state: Case, command: RespondToCustomer, facts: Facts) -> Decision[Case]:
    """Return the message and what it does to the clocks, or why not (``cases.empty_message``)."""
    if not command.text.strip():
        return refuse(EMPTY_MESSAGE.at("text", value=repr(command.text), accepted="some text"))
    policy = facts.of(CasePolicy)
    at = moment(state, facts)
    activity = Activity(
        number=state.next_number,
        kind=ActivityKind.AGENT_MESSAGE,
        text=command.text,
        channel=command.channel or state.channel,
        actor=facts.actor.id,
        at=at,
        minutes=command.minutes,
    )
    to = policy.working_state if state.state == policy.opening_state else state.state
    return told(state, at, partial(_answered, to=to), CustomerAnswered(activity, to))


def _answered(timers: SlaTimers, at: datetime, *, to: str) -> SlaTimers:
    return enter_state(agent_answered(timers, at), at, to)


RESPOND_TO_CUSTOMER: Final = Operation(
    command=RespondToCustomer,
    decide=caught_up(decide),
    guard=not_cancelled,
    events=(CustomerAnswered, *CATCH_UP_EVENTS),
    capabilities=("C02", "C03", "C11"),
)
