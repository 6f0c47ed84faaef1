"""The invoice document: what was billed at one time, immutable, and what was paid on it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from attrs import frozen

from servicecore.kernel.money import Money, sum_money


class InvoiceKind(Enum):
    """What an invoice is for; a credit memo is owed to the customer, its amounts are above 0 too."""

    SHIPMENT = "shipment"
    CONTRACT_PERIOD = "contract_period"
    CREDIT_MEMO = "credit_memo"


class InvoiceStatus(Enum):
    """How an invoice stands, derived from its payments."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"


@frozen
class InvoiceLine:
    """One billed line.

    Attributes:
        number: 1 for the first.
        description: for people.
        quantity: above 0.
        net: after every discount.
        tax: on ``net``.
        item: the item's id; empty where none is billed.
        unit: unit of measure.
        source: number of the order or contract line; 0 for none.

    """

    number: int
    description: str
    quantity: Decimal
    net: Money
    tax: Money
    item: str = ""
    unit: str = ""
    source: int = 0


@frozen
class InvoiceCharge:
    """A charge, such as freight; below 0 on a credit memo for what is kept back of it.

    Attributes:
        id: the charge's id.
        net: before tax.
        tax: tax on it.
        line: number of the document's line that it is for; 0 for the whole document.

    """

    id: str
    net: Money
    tax: Money
    line: int = 0


@frozen
class InvoicePayment:
    """Money that settled part of an invoice.

    Attributes:
        reference: the payment's own reference; each once an invoice.
        amount: above 0.
        at: aware UTC.

    """

    reference: str
    amount: Money
    at: datetime


@frozen
class Invoice:
    """An invoice; nothing but its payments ever changes.

    Attributes:
        id: unique; the number that is printed.
        kind: what it is for.
        source: key of what it bills: ``order-1/shipment/1``; only one invoice has it.
        customer: the customer's id.
        currency: ISO 4217 of every amount.
        at: when it was issued, aware UTC.
        lines: what was billed.
        charges: of the whole document.
        order: id of the order; empty for none.
        contract: id of the contract; empty for none.
        period_start: first civil day of the period billed; None for none.
        period_end: the civil day after the last one of the period; None for none.
        due: civil day by which it is to be paid; None where it says nothing.
        corrects: id of the invoice that a credit memo corrects; empty for none.
        payments: in order.

    """

    id: str
    kind: InvoiceKind
    source: str
    customer: str
    currency: str
    at: datetime
    lines: tuple[InvoiceLine, ...]
    charges: tuple[InvoiceCharge, ...] = ()
    order: str = ""
    contract: str = ""
    period_start: date | None = None
    period_end: date | None = None
    due: date | None = None
    corrects: str = ""
    payments: tuple[InvoicePayment, ...] = ()

    @property
    def net(self) -> Money:
        """Return the amount before tax."""
        parts = [*(line.net for line in self.lines), *(charge.net for charge in self.charges)]
        return sum_money(parts, self.currency)

    @property
    def tax(self) -> Money:
        """Return the tax."""
        parts = [*(line.tax for line in self.lines), *(charge.tax for charge in self.charges)]
        return sum_money(parts, self.currency)

    @property
    def total(self) -> Money:
        """Return net and tax together."""
        return self.net + self.tax

    @property
    def paid(self) -> Money:
        """Return what was paid on it."""
        return sum_money((payment.amount for payment in self.payments), self.currency)

    @property
    def open(self) -> Money:
        """Return what is still to be paid."""
        return self.total - self.paid

    @property
    def status(self) -> InvoiceStatus:
        """Return how it stands; an invoice over nothing is paid."""
        if not self.open:
            return InvoiceStatus.PAID
        return InvoiceStatus.PARTLY_PAID if self.payments else InvoiceStatus.OPEN
