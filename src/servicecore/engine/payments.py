"""Money movement: the intent is saved before the gateway is called, and every doubt is settled by asking it."""

from __future__ import annotations

from typing import Any, Final

from servicecore.billing.payment_requests import PaymentOutcome, PaymentStatus
from servicecore.engine.execute import SYSTEM, Request, decide, execute
from servicecore.engine.runtime import Runtime
from servicecore.orders import ORDER, OpenRequest, RecordPaymentOutcome, open_payment_requests, unsettled_payments

_SETTLED: Final = frozenset({PaymentStatus.APPROVED, PaymentStatus.DECLINED, PaymentStatus.NOT_SENT})


def _order(runtime: Runtime, order: str) -> Any:
    with runtime.store.transaction() as transaction:
        document = transaction.load(ORDER.name, order)
    return None if document is None else runtime.journal.read_state(ORDER, document)


def send_open_payments(runtime: Runtime, order: str) -> int:
    """Send every saved intent of ``order`` that was never sent, record what became of it, and return how many.

    A crash between call and record leaves the intent; ``reconcile`` asks the gateway before anything is sent again.
    """
    sent = 0
    tried: set[str] = set()
    while True:
        state = _order(runtime, order)
        waiting = [] if state is None else [each for each in open_payment_requests(state) if each.key not in tried]
        if not waiting:
            return sent
        for waits in waiting:
            tried.add(waits.key)
            _record(runtime, order, runtime.host.pay(waits.gateway, waits.request))
            sent += 1


def reconcile(runtime: Runtime) -> int:
    """Settle payments whose result is not known: ask the gateway, and send again only what it never got.

    Returns:
        How many were settled. One whose gateway still does not answer stays open for the next run.

    """
    settled = 0
    after = ""
    while True:
        with runtime.store.transaction() as transaction:
            orders = transaction.find(ORDER.name, "payment", "open", after=after, limit=100)
        if not orders:
            return settled
        for order in orders:
            state = _order(runtime, order)
            if state is not None:
                settled += sum(_settle(runtime, order, each) for each in unsettled_payments(state))
        after = orders[-1]


def _settle(runtime: Runtime, order: str, unsettled: OpenRequest) -> int:
    outcome = runtime.host.query_payment(unsettled.gateway, unsettled.request.key)
    if outcome.status is PaymentStatus.NOT_SENT:
        outcome = runtime.host.pay(unsettled.gateway, unsettled.request)
    if outcome.status is PaymentStatus.UNKNOWN:
        return 0
    _record(runtime, order, outcome)
    return int(outcome.status in _SETTLED)


def _record(runtime: Runtime, order: str, outcome: PaymentOutcome) -> None:
    request = Request(RecordPaymentOutcome(order=order, outcome=outcome), SYSTEM)
    if not decide(runtime, request).problems:
        execute(runtime, request)
