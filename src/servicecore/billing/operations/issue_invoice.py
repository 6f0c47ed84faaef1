"""Issue an invoice, exactly once for what it bills."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.billing.invoice import Invoice, InvoiceCharge, InvoiceKind, InvoiceLine
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

EMPTY_INVOICE: Final = ProblemKind(
    "billing.empty_invoice",
    en="the invoice has {value} lines; accepted: {accepted}",
    it="la fattura ha {value} righe; valori ammessi: {accepted}",
    de="die Rechnung hat {value} Zeilen; zulässig: {accepted}",
)
WRONG_AMOUNT: Final = ProblemKind(
    "billing.wrong_amount",
    en="{value} cannot stand on the invoice; accepted: {accepted}",
    it="{value} non può figurare nella fattura; valori ammessi: {accepted}",
    de="{value} kann nicht auf der Rechnung stehen; zulässig: {accepted}",
)
WRONG_REFERENCE: Final = ProblemKind(
    "billing.wrong_reference",
    en="{value} does not fit an invoice of kind {kind}; accepted: {accepted}",
    it="{value} non è compatibile con una fattura di tipo {kind}; valori ammessi: {accepted}",
    de="{value} passt nicht zu einer Rechnung der Art {kind}; zulässig: {accepted}",
)


def _check_source(_self: object, _attribute: object, value: str) -> None:
    for part in value.split("/"):
        check_id(part, "source")


def _lines(given: Iterable[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    return tuple(given)


def _charges(given: Iterable[InvoiceCharge]) -> tuple[InvoiceCharge, ...]:
    return tuple(given)


@frozen(field_transformer=checked_fields)
class IssueInvoice(Command):
    """Issue an invoice or a credit memo.

    Attributes:
        kind: what it is for.
        source: key of what it bills, unique over all invoices: ids joined by slashes, ``order-1/shipment/1``.
        customer: the customer's id.
        currency: ISO 4217 of every amount.
        lines: at least one.
        charges: of the whole document; on a credit memo below 0 for what is kept back, such as a return fee.
        order: id of the order; required for a shipment.
        contract: id of the contract; required for a period.
        period_start: first civil day of the period billed; required for a period.
        period_end: the civil day after the last one of the period; required for a period.
        due: civil day by which it is to be paid.
        corrects: id of the invoice that a credit memo corrects; required for one.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``, ``money.unknown_currency``.

    """

    name: ClassVar[str] = "billing.issue_invoice"
    target: ClassVar[str] = ""

    kind: InvoiceKind
    source: str = field(validator=_check_source)
    customer: str = field(validator=lambda _self, _attribute, value: check_id(value, "customer") and None)
    currency: str = field(validator=lambda _self, _attribute, value: currency_digits(value) and None)
    lines: tuple[InvoiceLine, ...] = field(converter=_lines)
    charges: tuple[InvoiceCharge, ...] = field(converter=_charges, default=())
    order: str = ""
    contract: str = ""
    period_start: date | None = None
    period_end: date | None = None
    due: date | None = None
    corrects: str = ""


@frozen
class InvoiceIssued(CreatingEvent[Invoice]):
    """An invoice begins; it never changes from now on."""

    type_name: ClassVar[str] = "billing.invoice_issued"

    invoice: Invoice

    def create(self) -> Invoice:
        """Return the invoice, with nothing paid."""
        return self.invoice


def decide(_state: None, command: IssueInvoice, facts: Facts) -> Decision[Invoice]:
    """Refuse invoices without lines, amounts that nobody can pay, and kinds without what they refer to."""
    problems = [*_check_references(command), *_check_amounts(command)]
    if problems:
        return refuse(*problems)
    return (InvoiceIssued(_invoice(command, facts.new_id, facts.now)),)


def _invoice(command: IssueInvoice, number: str, at: datetime) -> Invoice:
    return Invoice(
        id=number,
        kind=command.kind,
        source=command.source,
        customer=command.customer,
        currency=command.currency,
        at=at,
        lines=command.lines,
        charges=command.charges,
        order=command.order,
        contract=command.contract,
        period_start=command.period_start,
        period_end=command.period_end,
        due=command.due,
        corrects=command.corrects,
    )


def _check_references(command: IssueInvoice) -> tuple[Problem, ...]:
    kind = command.kind.value
    if command.kind is InvoiceKind.SHIPMENT and not command.order:
        return (WRONG_REFERENCE.at("order", value=repr(command.order), kind=kind, accepted="the order's id"),)
    if command.kind is InvoiceKind.CREDIT_MEMO and not command.corrects:
        return (WRONG_REFERENCE.at("corrects", value=repr(command.corrects), kind=kind, accepted="an invoice's id"),)
    if command.kind is not InvoiceKind.CONTRACT_PERIOD:
        return ()
    if not command.contract:
        return (WRONG_REFERENCE.at("contract", value=repr(command.contract), kind=kind, accepted="the contract's id"),)
    start, end = command.period_start, command.period_end
    if start is None or end is None or end <= start:
        accepted = "a first day and a later day after the last"
        return (WRONG_REFERENCE.at("period_end", value=f"{start} to {end}", kind=kind, accepted=accepted),)
    return ()


def _check_amounts(command: IssueInvoice) -> tuple[Problem, ...]:
    if not command.lines:
        return (EMPTY_INVOICE.at("lines", value=0, accepted="at least one line"),)
    problems = []
    amounts: list[tuple[str, Money]] = []
    charged: list[tuple[str, Money]] = []
    for index, line in enumerate(command.lines):
        amounts += [(f"lines[{index}].net", line.net), (f"lines[{index}].tax", line.tax)]
        if not line.quantity.is_finite() or line.quantity <= 0:
            problems.append(WRONG_AMOUNT.at(f"lines[{index}].quantity", value=line.quantity, accepted="above 0"))
    for index, charge in enumerate(command.charges):
        charged += [(f"charges[{index}].net", charge.net), (f"charges[{index}].tax", charge.tax)]
    lowers = command.kind is InvoiceKind.CREDIT_MEMO
    problems.extend(_not_payable(amounts, command.currency, least="0 or more"))
    problems.extend(_not_payable(charged, command.currency, least="" if lowers else "0 or more"))
    if not problems and lowers:
        total = sum_money((amount for _, amount in (*amounts, *charged)), command.currency)
        if total.amount < 0:
            problems.append(WRONG_AMOUNT.at("charges", value=total, accepted="a total of 0 or more"))
    return tuple(problems)


def _not_payable(amounts: list[tuple[str, Money]], currency: str, least: str) -> tuple[Problem, ...]:
    accepted = ", ".join(filter(None, (least, f"whole minor units of {currency}")))
    return tuple(
        WRONG_AMOUNT.at(path, value=f"{amount.amount} {amount.currency}", accepted=accepted)
        for path, amount in amounts
        if amount.currency != currency or not amount.is_rounded() or (least and amount.amount < 0)
    )


ISSUE_INVOICE: Final = Operation(
    command=IssueInvoice,
    decide=decide,
    events=(InvoiceIssued,),
    capabilities=("E09", "E10"),
)
