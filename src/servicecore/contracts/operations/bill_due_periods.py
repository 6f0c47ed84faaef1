"""Bill what is due: one event a fee line and period, exactly once, oldest first, complete after any downtime."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.contracts.billing_schedule import PricedPeriod
from servicecore.contracts.contract import Contract, ContractStatus
from servicecore.contracts.contract_policy import ContractPolicy
from servicecore.contracts.fee_line import FeeLine
from servicecore.contracts.period_charge import PeriodCharge, explain_charge, source_key
from servicecore.contracts.status_rule import require_status
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.clock import local_date
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind

TOO_MANY_PERIODS: Final = ProblemKind(
    "contracts.too_many_periods",
    en="fee line {fee_line} has {value} periods due at once; accepted: {accepted}",
    it="la riga di canone {fee_line} ha {value} periodi scaduti in una volta; valori ammessi: {accepted}",
    de="die Gebührenzeile {fee_line} hat {value} Zeiträume auf einmal fällig; zulässig: {accepted}",
)
BILLING_STATUSES: Final = (ContractStatus.APPROVED, ContractStatus.EXPIRED, ContractStatus.TERMINATED)
"""In which a contract is billed: also after its end, for what was served and is invoiced in arrears."""


@frozen(field_transformer=checked_fields)
class BillDuePeriods(Command):
    """Bill now what is due, also the lines that were blocked because too much was due at once.

    Attributes:
        contract: id of the contract.
        max_periods: how many periods of one line may be billed; None takes the policy's.

    """

    name: ClassVar[str] = "contracts.bill_due_periods"
    target: ClassVar[str] = "contract"
    contract: str
    max_periods: int | None = field(default=None)

    @max_periods.validator
    def _check_limit(self, _attribute: object, value: int | None) -> None:
        if value is not None and value < 1:
            raise NOT_ACCEPTED.error("max_periods", value=value, accepted="1 or more")


@frozen
class PeriodBilled(Event[Contract]):
    """A period of a fee line was charged; carries all that an invoice needs.

    Attributes:
        source_key: claim under which it is invoiced at most once: ``contract:<id>:<fee line>:<period index>``.
        contract: id.
        customer: who is served.
        bill_to: who pays.
        fee_line: id.
        index: of the period, counted from the fee line's anchor.
        description: for the invoice line.
        item: catalogue item, or empty.
        tax_class: of the fee.
        start: first civil day of the period.
        last_day: last civil day of the period, inclusive.
        quantity: how many.
        price: for one base interval and a quantity of 1.
        amount: net charge, rounded to the currency's decimals.
        invoice_on: civil day of the invoice.
        payment_days: days from the invoice day to the due date.
        explanation: how the amount came about.
        crossed_at: the instant at which it fell due, aware UTC.

    """

    type_name: ClassVar[str] = "contracts.period_billed"
    source_key: str
    contract: str
    customer: str
    bill_to: str
    fee_line: str
    index: int
    description: str
    item: str
    tax_class: str
    start: date
    last_day: date
    quantity: Decimal
    price: Money
    amount: Money
    invoice_on: date
    payment_days: int
    explanation: Explanation
    crossed_at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract with one more row in its ledger."""
        row = PeriodCharge(
            fee_line=self.fee_line,
            index=self.index,
            start=self.start,
            end=date.fromordinal(self.last_day.toordinal() + 1),
            invoice_on=self.invoice_on,
            price=self.price,
            quantity=self.quantity,
            amount=self.amount,
            credited=Money.zero(self.amount.currency),
        )
        return evolve(state, charges=(*state.charges, row))


@frozen
class BillingBlocked(Event[Contract]):
    """A fee line has more periods due than a run may bill; none of them is billed until somebody decides.

    Attributes:
        fee_line: id.
        due: how many periods are due.
        limit: how many a run may bill.
        crossed_at: the instant of the run, aware UTC.

    """

    type_name: ClassVar[str] = "contracts.billing_blocked"
    fee_line: str
    due: int
    limit: int
    crossed_at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract with the line blocked."""
        return evolve(state, blocked=(*state.blocked, self.fee_line))


@frozen
class BillingReleased(Event[Contract]):
    """Somebody let a blocked fee line be billed."""

    type_name: ClassVar[str] = "contracts.billing_released"
    fee_line: str
    at: datetime

    def apply(self, state: Contract) -> Contract:
        """Return the contract with the line free again."""
        return evolve(state, blocked=tuple(each for each in state.blocked if each != self.fee_line))


def due_charges(
    contract: Contract, line: FeeLine, now: datetime, limit: int
) -> tuple[PeriodBilled, ...] | BillingBlocked:
    """Return what ``line`` is charged up to ``now``, oldest first, or the block where it is more than ``limit``."""
    due = contract.due_periods(line, local_date(now, contract.zone))
    if len(due) > limit:
        return BillingBlocked(line.id, len(due), limit, now)
    return tuple(_billed(contract, line, priced) for priced in due)


def _billed(contract: Contract, line: FeeLine, priced: PricedPeriod) -> PeriodBilled:
    return PeriodBilled(
        source_key=source_key(contract.id, line.id, priced.period.index),
        contract=contract.id,
        customer=contract.customer,
        bill_to=contract.bill_to,
        fee_line=line.id,
        index=priced.period.index,
        description=line.description,
        item=line.item,
        tax_class=line.tax_class,
        start=priced.period.start,
        last_day=priced.period.last_day,
        quantity=line.quantity,
        price=priced.price,
        amount=priced.amount,
        invoice_on=priced.period.invoice_on,
        payment_days=contract.payment_days,
        explanation=explain_charge(line, priced),
        crossed_at=contract.due_at(priced.period),
    )


def billing_order(event: PeriodBilled) -> tuple[datetime, date, str, int]:
    """Return where a charge stands in a run: by instant, invoice day, fee line and period."""
    return event.crossed_at, event.invoice_on, event.fee_line, event.index


def guard(state: Contract, _facts: Facts) -> tuple[Problem, ...]:
    """Return why nothing is billed now: draft, on hold or discarded (``contracts.wrong_status``)."""
    return require_status(state, *BILLING_STATUSES)


def decide(state: Contract, command: BillDuePeriods, facts: Facts) -> Decision[Contract]:
    """Return all charges that are due, none twice; or ``contracts.too_many_periods``."""
    limit = command.max_periods or facts.of(ContractPolicy).max_periods_per_run
    problems: list[Problem] = []
    charges: list[PeriodBilled] = []
    for line in state.fee_lines:
        due = due_charges(state, line, facts.now, limit)
        if isinstance(due, BillingBlocked):
            accepted = f"up to {limit}, or max_periods of {due.due} or more"
            problems.append(TOO_MANY_PERIODS.at("max_periods", fee_line=line.id, value=due.due, accepted=accepted))
        else:
            charges.extend(due)
    if problems:
        return refuse(*problems)
    released = tuple(BillingReleased(fee_line, facts.now) for fee_line in state.blocked)
    return (*released, *sorted(charges, key=billing_order))


BILL_DUE_PERIODS: Final = Operation(
    command=BillDuePeriods,
    decide=decide,
    guard=guard,
    events=(PeriodBilled, BillingBlocked, BillingReleased),
    capabilities=("D01", "D04"),
)
