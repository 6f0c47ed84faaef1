"""Invoice documents of an order: the commands that issue them, from what the order recorded as billed."""

from __future__ import annotations

from servicecore.billing import InvoiceCharge, InvoiceKind, InvoiceLine, IssueInvoice
from servicecore.orders.line import OrderLine
from servicecore.orders.order import InvoicedLine, Order, OrderInvoice
from servicecore.orders.price_match_credits import PriceMatchCredit


def invoice_source(order: Order, invoice: OrderInvoice) -> str:
    """Return the key of what ``invoice`` bills; only one document can have it."""
    return f"{order.id}/shipment/{invoice.shipment}"


def match_source(order: Order, match: PriceMatchCredit) -> str:
    """Return the key of what the credit memo of ``match`` gives back; only one document can have it."""
    return f"{order.id}/price-match/{match.number}"


def invoice_commands(order: Order) -> tuple[IssueInvoice, ...]:
    """Return a command for each invoice of ``order``, in order; issuing one again is stopped by its claim."""
    return tuple(_command(order, invoice) for invoice in order.invoices)


def _command(order: Order, invoice: OrderInvoice) -> IssueInvoice:
    lines = tuple(
        _line(number, line, each)
        for number, each in enumerate(invoice.lines, 1)
        for line in (order.line(each.line),)
        if line is not None
    )
    places = {line.source: line.number for line in lines}
    return IssueInvoice(
        kind=InvoiceKind.SHIPMENT,
        source=invoice_source(order, invoice),
        customer=order.customer,
        currency=order.currency,
        lines=lines,
        charges=tuple(
            InvoiceCharge(each.id, each.amounts.net, each.amounts.tax, places.get(each.line, 0))
            for each in invoice.charges
        ),
        order=order.id,
    )


def _line(number: int, line: OrderLine, billed: InvoicedLine) -> InvoiceLine:
    return InvoiceLine(
        number=number,
        description=line.description,
        quantity=billed.quantity,
        net=billed.amounts.net,
        tax=billed.amounts.tax,
        item=line.item,
        unit=line.unit,
        source=line.number,
    )
