"""Money movement: the intent is saved before the gateway is called, and every doubt is settled by asking it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from attrs import field, frozen

from servicecore.billing.payment_requests import PaymentOutcome, PaymentStatus
from servicecore.billing.tenders import GIFT_CARD_GATEWAY
from servicecore.engine import gift_card_gateway
from servicecore.engine.execute import execute
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.errors import Refused, ServiceCoreError
from servicecore.kernel.events import Event
from servicecore.orders import (
    ORDER,
    OpenRequest,
    PaymentRequested,
    RecordPaymentOutcome,
    open_payment_requests,
    unsettled_payments,
)

_SETTLED: Final = frozenset({PaymentStatus.APPROVED, PaymentStatus.DECLINED, PaymentStatus.NOT_SENT})
_PAGE: Final = 100


@frozen
class Reconciled:
    """What settling open payments did.

    Attributes:
        settled: how many payments have a final answer now.
        failures: pairs of order and reason, where an order could not be looked after at all.

    """

    settled: int = 0
    failures: tuple[tuple[str, str], ...] = field(default=())


def send_requested(runtime: Runtime, order: str, events: tuple[Event[Any], ...]) -> int:
    """Send the intents that ``events`` have just saved, and those that their answers save; return how many.

    Only fresh intents are sent: one that stands from before may have been sent by a process that died, and is for
    ``reconcile``, which asks the gateway first.
    """
    sent = 0
    waiting = deque(_keys(events))
    while waiting:
        key = waiting.popleft()
        state = find_state(runtime, ORDER, order)
        request = next((each for each in open_payment_requests(state) if each.key == key), None) if state else None
        if request is not None:
            waiting.extend(_keys(_record(runtime, order, _pay(runtime, request))))
            sent += 1
    return sent


def reconcile(runtime: Runtime) -> Reconciled:
    """Settle payments whose result is not known: ask the gateway, and send again only what it never got.

    One whose gateway still does not answer stays open for the next run; an order that fails does not stop the
    others.
    """
    settled = 0
    failures: list[tuple[str, str]] = []
    for order in _open_orders(runtime):
        try:
            state = find_state(runtime, ORDER, order)
            unsettled = unsettled_payments(state) if state is not None else ()
            settled += sum(_settle(runtime, order, each) for each in unsettled)
        except Exception as error:  # noqa: BLE001 - whatever one order does must not keep the others waiting
            failures.append((order, _told(error)))
    return Reconciled(settled, tuple(failures))


def _open_orders(runtime: Runtime) -> Iterator[str]:
    after = ""
    while True:
        with runtime.store.reading() as reader:
            orders = reader.find(ORDER.name, "payment", "open", after=after, limit=_PAGE)
        if not orders:
            return
        yield from orders
        after = orders[-1]


def _settle(runtime: Runtime, order: str, unsettled: OpenRequest) -> int:
    outcome = _query(runtime, unsettled)
    if outcome.status is PaymentStatus.NOT_SENT:
        outcome = _pay(runtime, unsettled)
    if outcome.status is PaymentStatus.UNKNOWN:
        return 0
    send_requested(runtime, order, _record(runtime, order, outcome))
    return int(outcome.status in _SETTLED)


def _pay(runtime: Runtime, asked: OpenRequest) -> PaymentOutcome:
    if asked.gateway == GIFT_CARD_GATEWAY:
        return gift_card_gateway.pay(runtime, asked.request)
    return runtime.host.pay(asked.gateway, asked.request)


def _query(runtime: Runtime, asked: OpenRequest) -> PaymentOutcome:
    if asked.gateway == GIFT_CARD_GATEWAY:
        return gift_card_gateway.query(runtime, asked.request)
    return runtime.host.query_payment(asked.gateway, asked.key, asked.request)


def _record(runtime: Runtime, order: str, outcome: PaymentOutcome) -> tuple[Event[Any], ...]:
    """Record ``outcome``; one that contradicts a final answer is refused and leaves the payment as it was settled."""
    try:
        return execute(runtime, Request(RecordPaymentOutcome(order=order, outcome=outcome), SYSTEM)).events
    except Refused:
        return ()


def _keys(events: tuple[Event[Any], ...]) -> tuple[str, ...]:
    return tuple(event.transaction.key for event in events if isinstance(event, PaymentRequested))


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, ServiceCoreError) else f"{type(error).__name__}: {error}"
