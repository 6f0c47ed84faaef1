"""Record a message of the customer: response clocks begin, a waiting case comes back to work."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from attrs import frozen

from servicecore.cases.activities import Activity, ActivityKind
from servicecore.cases.case import Case, category_of, moment
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.operations.respond_to_customer import EMPTY_MESSAGE
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import customer_wrote, enter_state
from servicecore.cases.sla.timers import SlaTimers
from servicecore.cases.states import Category
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse


@frozen(field_transformer=checked_fields)
class RecordCustomerMessage(Command):
    """Record what the customer wrote; a second message does not restart a clock that runs (SD 3.6, C11).

    Attributes:
        case: id of the case.
        text: what was written.
        channel: by which way; empty takes the case's.

    """

    name: ClassVar[str] = "cases.record_customer_message"
    target: ClassVar[str] = "case"
    case: str
    text: str
    channel: str = ""


@frozen
class CustomerWrote(Event[Case]):
    """The customer wrote; a paused case may have come back to work by it."""

    type_name: ClassVar[str] = "cases.customer_wrote"
    activity: Activity
    state: str

    def apply(self, state: Case) -> Case:
        """Return the case with the message."""
        return state.with_activity(self.activity).in_state(self.state, self.activity.at)


def decide(state: Case, command: RecordCustomerMessage, facts: Facts) -> Decision[Case]:
    """Return the message and what it does to the clocks, or why not (``cases.empty_message``).

    It is recorded in any state, since it was written; only a paused case changes its state by it.
    """
    if not command.text.strip():
        return refuse(EMPTY_MESSAGE.at("text", value=repr(command.text), accepted="some text"))
    policy = facts.of(CasePolicy)
    at = moment(state, facts)
    activity = Activity(
        number=state.next_number,
        kind=ActivityKind.CUSTOMER_MESSAGE,
        text=command.text,
        channel=command.channel or state.channel,
        actor=facts.actor.id,
        at=at,
    )
    resumes = policy.resume_on_customer_message and category_of(state, facts) is Category.PAUSED
    to = policy.working_state if resumes else state.state
    return told(state, at, partial(_wrote, to=to), CustomerWrote(activity, to))


def _wrote(timers: SlaTimers, at: datetime, *, to: str) -> SlaTimers:
    return customer_wrote(enter_state(timers, at, to), at)


RECORD_CUSTOMER_MESSAGE: Final = Operation(
    command=RecordCustomerMessage,
    decide=caught_up(decide),
    events=(CustomerWrote, *CATCH_UP_EVENTS),
    capabilities=("C02", "C03", "C11"),
)
