"""Capture to invoice: money that a gateway captured for an order is booked on the order's invoices, oldest first."""

from __future__ import annotations

from typing import Final

from servicecore.billing import RecordPayment
from servicecore.engine.process import Process
from servicecore.engine.processes.order_documents import shipment_invoices
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state
from servicecore.kernel.money import sum_money
from servicecore.kernel.operations import Command
from servicecore.orders import ORDER, PaymentAnswered, ShipmentInvoiced


def book_captures(runtime: Runtime, order_id: str, event: PaymentAnswered | ShipmentInvoiced) -> tuple[Command, ...]:
    """Return the commands that book what was captured and not booked yet, whatever the order of the events was.

    What was booked is read off the invoices, so that a repeat after a crash books only what is left.
    """
    del event
    order = load_state(runtime, ORDER, order_id)
    invoices = shipment_invoices(runtime, order_id)
    left = order.ledger.captured() - sum_money((each.paid for each in invoices), order.currency)
    commands: list[Command] = []
    for invoice in invoices:
        amount = min(left, invoice.open)
        if amount.amount > 0:
            commands.append(RecordPayment(invoice.id, amount, f"{order_id}/{len(invoice.payments) + 1}"))
            left -= amount
    return tuple(commands)


CAPTURE_TO_INVOICE: Final = Process("capture-to-invoice", (PaymentAnswered, ShipmentInvoiced), book_captures)
