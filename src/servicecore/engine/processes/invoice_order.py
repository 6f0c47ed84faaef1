"""Order to invoice: every billed shipment becomes an invoice, every refund and credit a credit memo, once (E09)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from servicecore.billing import Invoice, InvoiceCharge, InvoiceKind, InvoiceLine, IssueInvoice
from servicecore.engine.process import NotReady, Process
from servicecore.engine.processes.order_documents import shipment_invoices
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Command
from servicecore.orders import (
    ORDER,
    Order,
    PriceMatched,
    ReturnRefunded,
    ShipmentInvoiced,
    invoice_commands,
    invoice_source,
    match_source,
)


def issue_invoice(runtime: Runtime, order_id: str, event: ShipmentInvoiced) -> tuple[Command, ...]:
    """Return the command that issues the invoice of the billed shipment."""
    order = load_state(runtime, ORDER, order_id)
    source = invoice_source(order, event.invoice)
    return tuple(command for command in invoice_commands(order) if command.source == source)


def issue_credit_memo(runtime: Runtime, order_id: str, event: ReturnRefunded) -> tuple[Command, ...]:
    """Return the command that issues the credit memo of a refund: units, their charges, and what changed the credit.

    A fee that was kept back, and what somebody set the credit higher or lower by, stand on it as charges without tax.

    Raises:
        NotReady: the invoice that it corrects is not there yet; the event is handed on again later.

    """
    order = load_state(runtime, ORDER, order_id)
    lines = tuple(
        InvoiceLine(
            number=number,
            description=line.description,
            quantity=each.quantity,
            net=each.amounts.net,
            tax=each.amounts.tax,
            item=line.item,
            unit=line.unit,
            source=line.number,
        )
        for number, each in enumerate(event.lines, start=1)
        for line in (order.line(each.line),)
        if line is not None
    )
    corrected = _corrected(runtime, order, {each.line for each in event.lines})
    if corrected is None:
        raise NotReady(f"no invoice of {order.id} bills what return {event.returned} brought back yet")
    return (
        IssueInvoice(
            kind=InvoiceKind.CREDIT_MEMO,
            source=f"{order.id}/return/{event.returned}/{event.refund.at.isoformat()}",
            customer=order.customer,
            currency=order.currency,
            lines=lines,
            charges=_memo_charges(event, {line.source: line.number for line in lines}),
            order=order.id,
            corrects=corrected.id,
        ),
    )


def _memo_charges(event: ReturnRefunded, places: Mapping[int, int]) -> tuple[InvoiceCharge, ...]:
    refund = event.refund
    nothing = Money.zero(refund.amount.currency)
    charges = [
        InvoiceCharge(each.charge, each.amounts.net, each.amounts.tax, places.get(each.line, 0))
        for each in event.charges
    ]
    if refund.fee:
        charges.append(InvoiceCharge("return-fee", -refund.fee, nothing))
    units = sum_money((each.amounts.gross for each in event.lines), nothing.currency)
    charged = sum_money((each.amounts.gross for each in event.charges), nothing.currency)
    adjusted = refund.amount - (units + charged - refund.fee)
    if adjusted:
        charges.append(InvoiceCharge("return-credit", adjusted, nothing))
    return tuple(charges)


def issue_match_credit(runtime: Runtime, order_id: str, event: PriceMatched) -> tuple[Command, ...]:
    """Return the command that issues the credit memo of a price match; the invoice that it corrects stays as it is.

    Raises:
        NotReady: that invoice is not there yet; the event is handed on again later.

    """
    order = load_state(runtime, ORDER, order_id)
    match = event.match
    line = order.line(match.line)
    corrected = _corrected(runtime, order, {match.line})
    if line is None or corrected is None:
        raise NotReady(f"no invoice of {order.id} bills line {match.line} yet")
    credited = InvoiceLine(
        number=1,
        description=line.description,
        quantity=match.quantity,
        net=match.credit.net,
        tax=match.credit.tax,
        item=line.item,
        unit=line.unit,
        source=line.number,
    )
    return (
        IssueInvoice(
            kind=InvoiceKind.CREDIT_MEMO,
            source=match_source(order, match),
            customer=order.customer,
            currency=order.currency,
            lines=(credited,),
            order=order.id,
            corrects=corrected.id,
        ),
    )


def _corrected(runtime: Runtime, order: Order, lines: set[int]) -> Invoice | None:
    invoices = shipment_invoices(runtime, order.id)
    return next((each for each in invoices if lines & {line.source for line in each.lines}), None)


ORDER_TO_INVOICE: Final = Process("order-to-invoice", (ShipmentInvoiced,), issue_invoice)
RETURN_TO_CREDIT: Final = Process("return-to-credit", (ReturnRefunded,), issue_credit_memo)
MATCH_TO_CREDIT: Final = Process("match-to-credit", (PriceMatched,), issue_match_credit)
