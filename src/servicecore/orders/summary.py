"""The summary of an order: what a person sees first, derived from its state."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from servicecore.kernel.money import Money
from servicecore.orders.holds import Hold, HoldStatus
from servicecore.orders.line import OrderLine
from servicecore.orders.order import Order
from servicecore.orders.order_charge import OrderCharge
from servicecore.orders.returns import ReturnStatus
from servicecore.orders.settlement import balance
from servicecore.orders.status import (
    OrderPaymentStatus,
    OrderStatus,
    UnitStatus,
    line_statuses,
    order_status,
    payment_status,
    unit_range,
)


@frozen
class LineSummary:
    """One line: its quantities, where they are, and what it costs without what was canceled, with tax."""

    line: OrderLine
    statuses: tuple[UnitStatus, ...]
    total: Money


@frozen
class OrderSummary:
    """An order at a glance.

    Attributes:
        id: the order's id.
        customer: the customer's id.
        placed_at: aware UTC.
        status: the header status.
        least: status of the unit that is least far.
        furthest: status of the unit that is furthest.
        payment: how the money stands.
        agreed: what was agreed at first, with tax.
        total: what the order costs without what was canceled, with tax.
        invoiced: what was billed.
        captured: what was taken.
        refunded: what went back.
        balance: what the customer owes of the total after refunds; below 0 where the customer is owed.
        lines: in order.
        charges: of the order and of its lines, without those of which nothing is owed.
        holds: those that stand.
        returns: status of each return, in order.

    """

    id: str
    customer: str
    placed_at: datetime
    status: OrderStatus
    least: UnitStatus
    furthest: UnitStatus
    payment: OrderPaymentStatus
    agreed: Money
    total: Money
    invoiced: Money
    captured: Money
    refunded: Money
    balance: Money
    lines: tuple[LineSummary, ...]
    charges: tuple[OrderCharge, ...]
    holds: tuple[Hold, ...]
    returns: tuple[ReturnStatus, ...]


def summary(order: Order) -> OrderSummary:
    """Return ``order`` at a glance; nothing of it is stored, and no hold hides any of it (specs: orders 0, 1)."""
    least, furthest = unit_range(order)
    return OrderSummary(
        id=order.id,
        customer=order.customer,
        placed_at=order.placed_at,
        status=order_status(order),
        least=least,
        furthest=furthest,
        payment=payment_status(order),
        agreed=order.quote.total,
        total=order.billable,
        invoiced=order.invoiced,
        captured=order.ledger.captured(),
        refunded=order.ledger.refunded(),
        balance=balance(order),
        lines=tuple(LineSummary(line, line_statuses(line), line.billable.gross) for line in order.lines),
        charges=() if order.is_canceled else tuple(each for each in order.charges if _is_owed(each)),
        holds=tuple(hold for hold in order.holds if hold.status is HoldStatus.ACTIVE),
        returns=tuple(each.status for each in order.returns),
    )


def _is_owed(charge: OrderCharge) -> bool:
    return bool(charge.billable.gross) or not charge.canceled.gross
