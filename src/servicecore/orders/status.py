"""How an order stands: derived from the quantities of its lines and from its ledger, never stored."""

from __future__ import annotations

from enum import Enum

from servicecore.billing import PaymentOperation, PaymentStatus
from servicecore.orders.line import OrderLine
from servicecore.orders.order import Order
from servicecore.orders.settlement import balance


class UnitStatus(Enum):
    """Where units of a line are, from the least to the furthest."""

    CANCELED = "canceled"
    OPEN = "open"
    SHIPPED = "shipped"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"


class OrderStatus(Enum):
    """The one status that stands for all units of an order."""

    OPEN = "open"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"
    CANCELED = "canceled"


class OrderPaymentStatus(Enum):
    """How the money of an order stands (specs: orders 3.2)."""

    NOT_APPLICABLE = "not_applicable"
    AWAIT_AUTH = "await_auth"
    REQUESTED_AUTH = "requested_auth"
    AUTHORIZED = "authorized"
    REQUESTED_CHARGE = "requested_charge"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CREDIT_OWED = "credit_owed"
    FAILED_AUTH = "failed_auth"
    FAILED_CHARGE = "failed_charge"


def line_statuses(line: OrderLine) -> tuple[UnitStatus, ...]:
    """Return the distinct statuses over the line's units, from the least to the furthest."""
    kept = line.returnable
    found = (
        (UnitStatus.CANCELED, line.canceled),
        (UnitStatus.OPEN, line.open),
        (UnitStatus.SHIPPED, kept),
        (UnitStatus.RETURN_REQUESTED, line.return_requested),
        (UnitStatus.RETURNED, line.returned),
    )
    return tuple(status for status, quantity in found if quantity > 0)


def unit_range(order: Order) -> tuple[UnitStatus, UnitStatus]:
    """Return the least and the furthest status over all units; canceled units have no say unless there are no other."""
    places = list(UnitStatus)
    found = {status for line in order.lines for status in line_statuses(line)} - {UnitStatus.CANCELED}
    ranked = sorted(found, key=places.index) or [UnitStatus.CANCELED]
    return ranked[0], ranked[-1]


def order_status(order: Order) -> OrderStatus:
    """Return the header status: what the least and the furthest unit say together (specs: orders 1)."""
    least, furthest = unit_range(order)
    if furthest is UnitStatus.CANCELED:
        return OrderStatus.CANCELED
    if furthest is UnitStatus.OPEN:
        return OrderStatus.OPEN
    if furthest is UnitStatus.RETURNED:
        return OrderStatus.RETURNED if least is UnitStatus.RETURNED else OrderStatus.PARTLY_RETURNED
    return OrderStatus.PARTLY_SHIPPED if least is UnitStatus.OPEN else OrderStatus.SHIPPED


def payment_status(order: Order) -> OrderPaymentStatus:
    """Return how the money stands.

    What was taken is compared with what is owed; where neither settles it, the latest authorisation or capture has
    the word. A lapsed or voided authorisation counts as none.
    """
    ledger = order.ledger
    owed = balance(order)
    if owed.amount < 0:
        return OrderPaymentStatus.CREDIT_OWED
    if not owed:
        return OrderPaymentStatus.PAID if ledger.captured() else OrderPaymentStatus.NOT_APPLICABLE
    if ledger.capturing():
        return OrderPaymentStatus.REQUESTED_CHARGE
    takings = [each for each in ledger.transactions if each.operation is PaymentOperation.CAPTURE]
    if takings and takings[-1].status is not PaymentStatus.APPROVED:
        return OrderPaymentStatus.FAILED_CHARGE
    if ledger.captured():
        return OrderPaymentStatus.PARTLY_PAID
    if ledger.authorizing():
        return OrderPaymentStatus.REQUESTED_AUTH
    if any(ledger.open_amount(each, each.at) for each in ledger.authorizations()):
        return OrderPaymentStatus.AUTHORIZED
    tried = [each for each in ledger.transactions if each.operation is PaymentOperation.AUTHORIZE]
    if tried and tried[-1].status in (PaymentStatus.DECLINED, PaymentStatus.NOT_SENT):
        return OrderPaymentStatus.FAILED_AUTH
    return OrderPaymentStatus.AWAIT_AUTH
