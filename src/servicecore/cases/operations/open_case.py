"""Open a case: what a customer wants enters, and its clocks begin."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.cases.case import Case
from servicecore.cases.clock_events import CLOCK_EVENTS, announcements
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import customer_wrote, start_timers
from servicecore.cases.sla.timers import SlaTimers
from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

SUBJECT_LENGTH: Final = ProblemKind(
    "cases.subject_length",
    en="the subject {value} has {length} characters; accepted: {accepted}",
    it="l'oggetto {value} ha {length} caratteri; valori ammessi: {accepted}",
    de="der Betreff {value} hat {length} Zeichen; zulässig: {accepted}",
)
UNKNOWN_PRIORITY: Final = ProblemKind(
    "cases.unknown_priority",
    en="{value} is not a priority; accepted: {accepted}",
    it="{value} non è una priorità; valori ammessi: {accepted}",
    de="{value} ist keine Priorität; zulässig: {accepted}",
)
_LONGEST: Final = 254


@frozen(field_transformer=checked_fields)
class OpenCase(Command):
    """Open a case for a customer (SD 1.2, C02).

    Attributes:
        customer: account or contact.
        subject: 1 to 254 characters.
        description: free text.
        priority: from the configured list; empty takes the default.
        channel: ``phone``, ``email``, ``web`` ...: an open list.
        contact: person at the customer.
        order: order that it is about, if any.
        contract: contract that it falls under.
        item: item that it is about; it classifies and changes no price.
        serial: serial number of that item.
        owner: user who takes it at once.
        queue: queue that it waits in.
        sla: id of the service level; empty takes the default, or none where there is no default.
        calendar: id of the working calendar; empty takes the service level's.
        customer_waits: whether the opening itself is a customer's message that awaits an answer (starts ``update``).

    """

    name: ClassVar[str] = "cases.open_case"
    target: ClassVar[str] = ""
    customer: str
    subject: str
    description: str = ""
    priority: str = ""
    channel: str = "phone"
    contact: str = ""
    order: str = ""
    contract: str = ""
    item: str = ""
    serial: str = ""
    owner: str = ""
    queue: str = ""
    sla: str = ""
    calendar: str = ""
    customer_waits: bool = False


@frozen
class CaseOpened(CreatingEvent[Case]):
    """A case began; carries its clocks with the service level and the calendar by value."""

    type_name: ClassVar[str] = "cases.case_opened"
    id: str
    customer: str
    subject: str
    description: str
    priority: str
    state: str
    channel: str
    contact: str
    order: str
    contract: str
    item: str
    serial: str
    owner: str
    queue: str
    timers: SlaTimers | None
    actor: str
    at: datetime

    def create(self) -> Case:
        """Return the case as it begins."""
        return Case(
            id=self.id,
            customer=self.customer,
            subject=self.subject,
            description=self.description,
            priority=self.priority,
            state=self.state,
            channel=self.channel,
            opened_at=self.at,
            opened_by=self.actor,
            changed_at=self.at,
            contact=self.contact,
            order=self.order,
            contract=self.contract,
            item=self.item,
            serial=self.serial,
            owner=self.owner,
            queue=self.queue,
            timers=self.timers,
        )


def decide(_state: None, command: OpenCase, facts: Facts) -> Decision[Case]:
    """Return the opening, or why not (``cases.subject_length``, ``cases.unknown_priority``, ``cases.unknown_sla``)."""
    policy = facts.of(CasePolicy)
    priority = command.priority or policy.default_priority
    problems = _problems(command, priority, policy)
    timers: SlaTimers | None = None
    try:
        timers = _timers(command, priority, policy, facts.now)
    except InvalidValue as refused:
        problems.append(refused.problem)
    if problems:
        return refuse(*problems)
    opened = CaseOpened(
        id=facts.new_id,
        customer=command.customer,
        subject=command.subject.strip(),
        description=command.description,
        priority=priority,
        state=policy.opening_state,
        channel=command.channel,
        contact=command.contact,
        order=command.order,
        contract=command.contract,
        item=command.item,
        serial=command.serial,
        owner=command.owner,
        queue=command.queue,
        timers=timers,
        actor=facts.actor.id,
        at=facts.now,
    )
    return (opened, *announcements(timers, facts.now))


def _problems(command: OpenCase, priority: str, policy: CasePolicy) -> list[Problem]:
    problems: list[Problem] = []
    try:
        check_id(command.customer, "customer")
    except InvalidValue as refused:
        problems.append(refused.problem)
    length = len(command.subject.strip())
    if not 1 <= length <= _LONGEST:
        shown = repr(command.subject[:40])
        problems.append(SUBJECT_LENGTH.at("subject", value=shown, length=length, accepted=f"1 to {_LONGEST}"))
    if priority not in policy.priorities:
        accepted = ", ".join(policy.priorities)
        problems.append(UNKNOWN_PRIORITY.at("priority", value=repr(priority), accepted=accepted))
    return problems


def _timers(command: OpenCase, priority: str, policy: CasePolicy, at: datetime) -> SlaTimers | None:
    chosen = command.sla or policy.default_sla
    if not chosen:
        return None
    sla = policy.sla(chosen)
    name = command.calendar or sla.calendar or policy.default_calendar
    calendar = policy.calendar(name)
    timers = start_timers(sla, name, calendar, state=policy.opening_state, priority=priority, at=at)
    return customer_wrote(timers, at) if command.customer_waits else timers


OPEN_CASE: Final = Operation(
    command=OpenCase, decide=decide, events=(CaseOpened, *CLOCK_EVENTS), capabilities=("C02", "C09", "C11")
)
