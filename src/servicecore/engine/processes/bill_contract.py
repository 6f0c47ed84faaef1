"""Contract to invoice: every billed period becomes an invoice, every credit a credit memo, once, with its tax."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from servicecore.billing import INVOICE, Invoice, InvoiceKind, InvoiceLine, IssueInvoice
from servicecore.contracts import PeriodBilled, PeriodCredited
from servicecore.customers import CUSTOMER
from servicecore.engine.process import NotReady, Process
from servicecore.engine.quoting import ask_tax
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command
from servicecore.plugins.requests import TaxFailure
from servicecore.pricing.taxes import TaxableLine, TaxRequest

_ONE_DAY: Final = timedelta(days=1)
_KEY: Final = "line:1"


def issue_invoice(runtime: Runtime, contract: str, event: PeriodBilled) -> tuple[Command, ...]:
    """Return the command that issues the invoice of a billed period; none for nothing, and none where it is there.

    Raises:
        NotReady: the tax engine gave no answer; the event is handed on again later.

    """
    if not event.amount or find_by_source(runtime, event.source_key) is not None:
        return ()
    line = InvoiceLine(
        number=1,
        description=event.description,
        quantity=event.quantity,
        net=event.amount,
        tax=_tax(runtime, event.bill_to, event.tax_class, event.amount, event.invoice_on),
        item=event.item,
    )
    return (
        IssueInvoice(
            kind=InvoiceKind.CONTRACT_PERIOD,
            source=event.source_key,
            customer=event.bill_to,
            currency=event.amount.currency,
            lines=(line,),
            contract=contract,
            period_start=event.start,
            period_end=event.last_day + _ONE_DAY,
            due=event.invoice_on + timedelta(days=event.payment_days),
        ),
    )


def issue_credit_memo(runtime: Runtime, contract: str, event: PeriodCredited) -> tuple[Command, ...]:
    """Return the command that issues the credit memo of a credited charge, taxed as its invoice was.

    Raises:
        NotReady: the invoice that it corrects is not there yet; the event is handed on again later.

    """
    if find_by_source(runtime, event.source_key) is not None:
        return ()
    invoice = find_by_source(runtime, event.charge_key)
    if invoice is None:
        raise NotReady(f"the invoice of {event.charge_key} is not there yet")
    share = invoice.tax.amount / invoice.net.amount if invoice.net else Decimal(0)
    line = InvoiceLine(
        number=1,
        description=event.description,
        quantity=Decimal(1),
        net=event.amount,
        tax=(event.amount * share).round(),
    )
    return (
        IssueInvoice(
            kind=InvoiceKind.CREDIT_MEMO,
            source=event.source_key,
            customer=event.bill_to,
            currency=event.amount.currency,
            lines=(line,),
            contract=contract,
            corrects=invoice.id,
        ),
    )


def find_by_source(runtime: Runtime, source: str) -> Invoice | None:
    """Return the invoice that bills ``source``, or None."""
    with runtime.store.reading() as reader:
        ids = reader.find(INVOICE.name, "source", source, limit=1)
    return find_state(runtime, INVOICE, ids[0]) if ids else None


def _tax(runtime: Runtime, payer: str, category: str, net: Money, on: date) -> Money:
    customer = find_state(runtime, CUSTOMER, payer)
    address = customer.bill_to() if customer is not None else None
    request = TaxRequest(
        currency=net.currency,
        lines=(TaxableLine(_KEY, category or "standard", net),),
        on=on,
        country=address.country if address is not None else "",
        region=address.region if address is not None else "",
        customer=payer,
    )
    answer = ask_tax(runtime, request)
    if isinstance(answer, TaxFailure):
        raise NotReady(f"tax engine {answer.engine}: {answer.reason}")
    return answer.amount_for(_KEY).round()


CONTRACT_TO_INVOICE: Final = Process("contract-to-invoice", (PeriodBilled,), issue_invoice)
CONTRACT_TO_CREDIT: Final = Process("contract-to-credit", (PeriodCredited,), issue_credit_memo)
