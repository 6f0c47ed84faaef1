"""Refund to credit memo: money that went back for an order is booked on the order's credit memos, oldest first."""

from __future__ import annotations

from typing import Final

from servicecore.billing import InvoiceIssued, InvoiceKind, RecordPayment
from servicecore.engine.process import Process
from servicecore.engine.processes.order_documents import credit_memos
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.kernel.money import sum_money
from servicecore.kernel.operations import Command
from servicecore.orders import ORDER, PaymentAnswered, match_source


def book_refunds(runtime: Runtime, subject: str, event: PaymentAnswered | InvoiceIssued) -> tuple[Command, ...]:
    """Return the commands that book what was refunded and not booked yet, whatever the order of the events was.

    What was booked is read off the memos, so that a repeat after a crash books only what is left. The memo of a
    credit that stays on the customer's account is left open: nothing was paid out for it.
    """
    if isinstance(event, InvoiceIssued):
        if event.invoice.kind is not InvoiceKind.CREDIT_MEMO or not event.invoice.order:
            return ()
        subject = event.invoice.order
    order = find_state(runtime, ORDER, subject)
    if order is None:
        return ()
    on_account = {match_source(order, each) for each in order.price_matches if each.to_account}
    memos = [each for each in credit_memos(runtime, order.id) if each.source not in on_account]
    left = order.ledger.refunded() - sum_money((each.paid for each in memos), order.currency)
    commands: list[Command] = []
    for memo in memos:
        amount = min(left, memo.open)
        if amount.amount > 0:
            commands.append(RecordPayment(memo.id, amount, f"{order.id}/refund/{len(memo.payments) + 1}"))
            left -= amount
    return tuple(commands)


REFUND_TO_CREDIT_MEMO: Final = Process("refund-to-credit-memo", (PaymentAnswered, InvoiceIssued), book_refunds)
