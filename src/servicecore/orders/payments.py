"""Payments of an order: the intents that its operations save, and what the engine sends and queries."""

from __future__ import annotations

from typing import ClassVar

from attrs import evolve, frozen

from servicecore.billing import PaymentPlan, PaymentRequest, PaymentTransaction
from servicecore.kernel.events import Event
from servicecore.orders.order import Order


@frozen
class PaymentRequested(Event[Order]):
    """An intent to move money was saved; the gateway is called after that."""

    type_name: ClassVar[str] = "orders.payment_requested"

    transaction: PaymentTransaction

    def apply(self, state: Order) -> Order:
        """Return the order with one more transaction in its ledger."""
        return evolve(state, ledger=state.ledger.with_intent(self.transaction))


@frozen
class OpenRequest:
    """A request that is to be sent, or whose result is to be asked for.

    Attributes:
        gateway: name of the gateway plugin.
        request: what it is asked.

    """

    gateway: str
    request: PaymentRequest

    @property
    def key(self) -> str:
        """Return the request's idempotency key."""
        return self.request.key


def requested(plan: PaymentPlan) -> tuple[PaymentRequested, ...]:
    """Return the events that save the intents of ``plan``."""
    return tuple(PaymentRequested(intent) for intent in plan.intents)


def open_payment_requests(order: Order) -> tuple[OpenRequest, ...]:
    """Return the requests whose intent was saved and that have no answer of any kind yet, in order."""
    return tuple(_request(order, each) for each in order.ledger.to_send())


def unsettled_payments(order: Order) -> tuple[OpenRequest, ...]:
    """Return the requests by which money may still move, in order: after a crash or a doubt they are queried."""
    return tuple(_request(order, each) for each in order.ledger.unsettled())


def _request(order: Order, transaction: PaymentTransaction) -> OpenRequest:
    tender = order.tenders[transaction.tender]
    parent = order.ledger.numbered(transaction.follows)
    return OpenRequest(
        gateway=tender.gateway,
        request=PaymentRequest(
            key=transaction.key,
            operation=transaction.operation,
            amount=transaction.amount,
            token=tender.token,
            gateway_ref="" if parent is None else parent.gateway_ref,
            customer=order.customer,
            order=order.id,
        ),
    )
