"""Terminate a contract early: service ends on a day, and what is charged beyond it is credited."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.contracts.contract import Contract, ContractStatus
from servicecore.contracts.contract_policy import AlreadyBilled, ContractPolicy
from servicecore.contracts.period_charge import PeriodCharge, source_key
from servicecore.contracts.status_rule import require_status
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

ALREADY_ENDING: Final = ProblemKind(
    "contracts.already_ending",
    en="the contract is terminated already, with {value}; accepted: {accepted}",
    it="il contratto è già risolto, con {value}; valori ammessi: {accepted}",
    de="der Vertrag ist schon beendet, mit {value}; zulässig: {accepted}",
)
OUTSIDE_TERMS: Final = ProblemKind(
    "contracts.outside_terms",
    en="{value} is no day of service; accepted: {accepted}",
    it="{value} non è un giorno di servizio; valori ammessi: {accepted}",
    de="{value} ist kein Tag der Leistung; zulässig: {accepted}",
)
BILLED_BEYOND: Final = ProblemKind(
    "contracts.billed_beyond",
    en="service is billed beyond {value}; accepted: {accepted}",
    it="il servizio è fatturato oltre il {value}; valori ammessi: {accepted}",
    de="die Leistung ist über den {value} hinaus abgerechnet; zulässig: {accepted}",
)
CHARGED: Final = StepKind(
    "contracts.charged",
    en="charged for {start} to {last_day}",
    it="addebitato dal {start} al {last_day}",
    de="berechnet für {start} bis {last_day}",
)
USED: Final = StepKind(
    "contracts.used",
    en="due for the service up to {last_day}",
    it="dovuto per il servizio fino al {last_day}",
    de="geschuldet für die Leistung bis {last_day}",
)
_ONE_DAY: Final = timedelta(days=1)


@frozen(field_transformer=checked_fields)
class TerminateContract(Command):
    """End a contract before its term does; use a notice to end it with its term.

    Attributes:
        contract: id of the contract.
        last_day: last civil day of service, inclusive; in the past, today or later.

    """

    name: ClassVar[str] = "contracts.terminate_contract"
    target: ClassVar[str] = "contract"
    contract: str
    last_day: date


@frozen
class TerminationSet(Event[Contract]):
    """The end of service is set; the contract is terminated when it comes.

    Attributes:
        last_day: as agreed, inclusive.
        service_end: first civil day that is not billed.
        at: the instant of the record, aware UTC.

    """

    type_name: ClassVar[str] = "contracts.termination_set"
    last_day: date
    service_end: date
    at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract with its schedule cut at the end of service."""
        return evolve(state, service_end=self.service_end)


@frozen
class PeriodCredited(Event[Contract]):
    """A charge was given back, in part or wholly; carries all that a credit note needs.

    Attributes:
        source_key: claim under which it is credited at most once: the charge's key and ``:credit``.
        charge_key: the charge's own key.
        contract: id.
        customer: who is served.
        bill_to: who gets the credit.
        fee_line: id.
        index: of the period.
        description: of the fee.
        start: first civil day that is given back.
        last_day: last civil day that is given back, inclusive.
        amount: credited, net, above 0.
        explanation: charge minus what is due.
        at: the instant of the record, aware UTC.

    """

    type_name: ClassVar[str] = "contracts.period_credited"
    source_key: str
    charge_key: str
    contract: str
    customer: str
    bill_to: str
    fee_line: str
    index: int
    description: str
    start: date
    last_day: date
    amount: Money
    explanation: Explanation
    at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract with the credit on its charge."""
        rows = tuple(
            evolve(row, credited=row.credited + self.amount)
            if (row.fee_line, row.index) == (self.fee_line, self.index)
            else row
            for row in state.charges
        )
        return evolve(state, charges=rows)


def guard(state: Contract, _facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be terminated (``contracts.wrong_status``, ``contracts.already_ending``)."""
    problems = require_status(state, ContractStatus.APPROVED, ContractStatus.ON_HOLD)
    if not problems and state.service_end is not None:
        accepted = "a contract without an early end"
        problems = (ALREADY_ENDING.at("contract", value=state.service_end, accepted=accepted),)
    return problems


def decide(state: Contract, command: TerminateContract, facts: Facts) -> Decision[Contract]:
    """Return the end and the credits: what stays charged is what a contract known to end then would have cost.

    Problems: ``contracts.outside_terms``, ``contracts.billed_beyond`` where the policy refuses credits.
    """
    if not state.start <= command.last_day <= state.term.last_day:
        accepted = f"{state.start} to {state.term.last_day}"
        return refuse(OUTSIDE_TERMS.at("last_day", value=command.last_day, accepted=accepted))
    policy = facts.of(ContractPolicy)
    service_end = command.last_day + _ONE_DAY if policy.termination_day_billed else command.last_day
    end = TerminationSet(command.last_day, service_end, facts.now)
    beyond = [row for row in state.charges if row.end > service_end]
    if beyond and policy.already_billed is AlreadyBilled.REFUSE:
        accepted = f"{max(row.last_day for row in beyond)} or later"
        return refuse(BILLED_BEYOND.at("last_day", value=command.last_day, accepted=accepted))
    if policy.already_billed is AlreadyBilled.KEEP:
        return (end,)
    return (end, *_credits(end.apply(state), beyond, facts.now))


def _credits(contract: Contract, beyond: list[PeriodCharge], at: datetime) -> tuple[PeriodCredited, ...]:
    due = {
        (line.id, priced.period.index): priced.amount
        for line in contract.fee_lines
        for priced in contract.schedule(line)
    }
    credits_ = []
    for row in beyond:
        used = due.get((row.fee_line, row.index), Money.zero(contract.currency))
        if row.net > used:
            credits_.append(_credit(contract, row, used, at))
    return tuple(credits_)


def _credit(contract: Contract, row: PeriodCharge, used: Money, at: datetime) -> PeriodCredited:
    key = source_key(contract.id, row.fee_line, row.index)
    amount = row.net - used
    steps = [CHARGED.step(row.net, start=row.start, last_day=row.last_day)]
    if used:
        steps.append(USED.step(-used, last_day=contract.end - _ONE_DAY))
    description = contract.line(row.fee_line).description
    return PeriodCredited(
        source_key=f"{key}:credit",
        charge_key=key,
        contract=contract.id,
        customer=contract.customer,
        bill_to=contract.bill_to,
        fee_line=row.fee_line,
        index=row.index,
        description=description,
        start=max(row.start, contract.end),
        last_day=row.last_day,
        amount=amount,
        explanation=Explanation(f"credit for {description}", amount, tuple(steps)),
        at=at,
    )


TERMINATE_CONTRACT: Final = Operation(
    command=TerminateContract,
    decide=decide,
    guard=guard,
    events=(TerminationSet, PeriodCredited),
    reason_required=True,
    capabilities=("D01",),
)
