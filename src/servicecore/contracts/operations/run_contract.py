"""Run a contract: do everything whose time has come, in order, each once, however long nobody looked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.contracts.contract import Contract, ContractStatus
from servicecore.contracts.contract_policy import ContractPolicy
from servicecore.contracts.operations.bill_due_periods import (
    BILLING_STATUSES,
    BillingBlocked,
    PeriodBilled,
    due_charges,
)
from servicecore.contracts.operations.renew_contract import ContractRenewed, renewal
from servicecore.contracts.renewal import RenewalMode
from servicecore.contracts.term import TermOrigin
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.recurrence import shift

_ONE_DAY: Final = timedelta(days=1)


@frozen(field_transformer=checked_fields)
class RunContract(Command):
    """Remind of, renew, bill and end a contract as of now.

    Attributes:
        contract: id of the contract.

    """

    name: ClassVar[str] = "contracts.run_contract"
    target: ClassVar[str] = "contract"
    contract: str


@frozen
class ContractEnded(Event[Contract]):
    """The contract is over: expired at the end of its last term, or terminated before.

    Attributes:
        status: EXPIRED or TERMINATED.
        last_day: last civil day of service, inclusive.
        crossed_at: the instant at which it ended, aware UTC.

    """

    type_name: ClassVar[str] = "contracts.contract_ended"
    status: ContractStatus
    last_day: date
    crossed_at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract in its final status."""
        return evolve(state, status=self.status)


@frozen
class RenewalReminded(Event[Contract]):
    """The renewal of a term is near, and somebody is told.

    Attributes:
        term: number of the term that ends.
        last_day: its last civil day, inclusive.
        last_notice_day: last civil day on which notice still ends it.
        crossed_at: the instant of the reminder, aware UTC.

    """

    type_name: ClassVar[str] = "contracts.renewal_reminded"
    term: int
    last_day: date
    last_notice_day: date
    crossed_at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract whose term is reminded of, once."""
        return evolve(state, reminded=self.term)


def reminder_at(contract: Contract) -> datetime | None:
    """Return the instant (aware, UTC) of the reminder of the latest term, or None where none is to come."""
    since, reminder = contract.billable_since, contract.renewal.reminder
    open_ = contract.status is ContractStatus.APPROVED and contract.can_renew()
    if since is None or reminder is None or not open_ or contract.reminded >= contract.term.number:
        return None
    at = contract.day_start(shift(contract.term.last_day, reminder, -1))
    return max(at, since, contract.term.known_at)


def renewal_at(contract: Contract) -> datetime | None:
    """Return the instant (aware, UTC) at which the latest term renews itself, or None.

    The day after the last day for notice begins (specs: contracts 6), not before the contract was billable.
    """
    since = contract.billable_since
    if contract.status is not ContractStatus.APPROVED or since is None or not contract.renews_automatically():
        return None
    return max(contract.day_start(contract.term.last_notice_day + _ONE_DAY), since)


def end_at(contract: Contract) -> datetime | None:
    """Return the instant (aware, UTC) at which the contract ends unless somebody acts, or None.

    A contract that waits for a manual renewal ends when its days of grace are over.
    """
    since = contract.billable_since
    if contract.status is not ContractStatus.APPROVED or since is None or contract.renews_automatically():
        return None
    waits = contract.renewal.mode is RenewalMode.MANUAL and contract.can_renew()
    grace = timedelta(days=contract.renewal.grace_days if waits else 0)
    noticed = since if contract.notice is None else contract.notice.at
    return max(contract.day_start(contract.end + grace), since, noticed)


def next_due_at(contract: Contract) -> datetime | None:
    """Return the instant (aware, UTC) at which the next charge falls due, blocked lines aside, or None."""
    if contract.status not in BILLING_STATUSES:
        return None
    following = (contract.next_period(line) for line in contract.fee_lines if line.id not in contract.blocked)
    return min((contract.due_at(period) for period in following if period is not None), default=None)


def next_wakeup(contract: Contract) -> datetime | None:
    """Return the next instant (aware, UTC) at which time changes the contract, or None."""
    instants = (reminder_at(contract), renewal_at(contract), next_due_at(contract), end_at(contract))
    return min((at for at in instants if at is not None), default=None)


def decide(state: Contract, _command: RunContract, facts: Facts) -> Decision[Contract]:
    """Return what fell due up to now: reminders, renewals, charges and the end, in the order of their instants.

    The result is the same however the time before was cut into runs; a second run at the same time has nothing to do.
    """
    now = facts.now
    dated: list[tuple[datetime, int, date, str, int, Event[Contract]]] = []
    contract = state
    while (step := _next_step(contract, now)) is not None:
        dated.append((step.crossed_at, 0, date.min, "", len(dated), step))
        contract = step.apply(contract)
    for event in _charges(contract, now, facts.of(ContractPolicy).max_periods_per_run):
        if isinstance(event, PeriodBilled):
            dated.append((event.crossed_at, 1, event.invoice_on, event.fee_line, event.index, event))
        else:
            dated.append((event.crossed_at, 3, date.max, event.fee_line, 0, event))
    ended = end_at(contract)
    if ended is not None and ended <= now:
        status = ContractStatus.EXPIRED if contract.service_end is None else ContractStatus.TERMINATED
        dated.append((ended, 2, date.max, "", 0, ContractEnded(status, contract.end - _ONE_DAY, ended)))
    return tuple(entry[-1] for entry in sorted(dated, key=lambda entry: entry[:-1]))


def _next_step(contract: Contract, now: datetime) -> RenewalReminded | ContractRenewed | None:
    reminded, renewed = reminder_at(contract), renewal_at(contract)
    if reminded is not None and reminded <= now and (renewed is None or reminded <= renewed):
        term = contract.term
        return RenewalReminded(term.number, term.last_day, term.last_notice_day, reminded)
    return renewal(contract, TermOrigin.AUTOMATIC, renewed) if renewed is not None and renewed <= now else None


def _charges(contract: Contract, now: datetime, limit: int) -> list[PeriodBilled | BillingBlocked]:
    if contract.status not in BILLING_STATUSES:
        return []
    events: list[PeriodBilled | BillingBlocked] = []
    for line in contract.fee_lines:
        if line.id not in contract.blocked:
            due = due_charges(contract, line, now, limit)
            events.extend((due,) if isinstance(due, BillingBlocked) else due)
    return events


RUN_CONTRACT: Final = Operation(
    command=RunContract,
    decide=decide,
    events=(RenewalReminded, ContractRenewed, PeriodBilled, BillingBlocked, ContractEnded),
    capabilities=("D01", "D04"),
    automatic=True,
)
