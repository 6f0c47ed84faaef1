"""The order as a kind of aggregate: its operations, what it is found by, and when time changes it."""

from __future__ import annotations

from typing import Final

from servicecore.kernel.money import Money
from servicecore.kernel.operations import AggregateKind
from servicecore.orders.bought import bought
from servicecore.orders.holds import HoldStatus
from servicecore.orders.operations.add_charge import ADD_CHARGE
from servicecore.orders.operations.add_coupon import ADD_COUPON
from servicecore.orders.operations.add_note import ADD_NOTE
from servicecore.orders.operations.add_tender import ADD_TENDER
from servicecore.orders.operations.apply_hold import APPLY_HOLD
from servicecore.orders.operations.authorize_payment import AUTHORIZE_PAYMENT
from servicecore.orders.operations.cancel_line import CANCEL_LINE
from servicecore.orders.operations.cancel_order import CANCEL_ORDER
from servicecore.orders.operations.cancel_return import CANCEL_RETURN
from servicecore.orders.operations.capture_payment import CAPTURE_PAYMENT
from servicecore.orders.operations.change_ship_to import CHANGE_SHIP_TO
from servicecore.orders.operations.exempt_from_tax import EXEMPT_FROM_TAX
from servicecore.orders.operations.expire_due import EXPIRE_DUE, ExpireDue, next_lapse
from servicecore.orders.operations.invoice_shipment import INVOICE_SHIPMENT
from servicecore.orders.operations.match_open_price import MATCH_OPEN_PRICE
from servicecore.orders.operations.match_price import MATCH_PRICE
from servicecore.orders.operations.override_charge import OVERRIDE_CHARGE
from servicecore.orders.operations.override_price import OVERRIDE_PRICE
from servicecore.orders.operations.override_total import OVERRIDE_TOTAL
from servicecore.orders.operations.pay_refund import PAY_REFUND
from servicecore.orders.operations.place_order import PLACE_ORDER
from servicecore.orders.operations.receive_return import RECEIVE_RETURN
from servicecore.orders.operations.record_payment_outcome import RECORD_PAYMENT_OUTCOME
from servicecore.orders.operations.refund_return import REFUND_RETURN
from servicecore.orders.operations.release_hold import RELEASE_HOLD
from servicecore.orders.operations.remove_charge import REMOVE_CHARGE
from servicecore.orders.operations.remove_coupon import REMOVE_COUPON
from servicecore.orders.operations.request_return import REQUEST_RETURN
from servicecore.orders.operations.restore_charge import RESTORE_CHARGE
from servicecore.orders.operations.restore_price import RESTORE_PRICE
from servicecore.orders.operations.restore_total import RESTORE_TOTAL
from servicecore.orders.operations.ship_lines import SHIP_LINES
from servicecore.orders.operations.void_authorization import VOID_AUTHORIZATION
from servicecore.orders.order import Order
from servicecore.orders.status import order_status, payment_status
from servicecore.orders.uncounted_uses import uncounted
from servicecore.pricing.coupon_limits import normalised


def indexes(order: Order) -> dict[str, tuple[str, ...]]:
    """Return what an order is found by.

    ``payment`` has the payment status, and ``open`` while money may still move by a request; ``hold`` has the types
    of the holds that were neither released nor noted as lapsed; ``price_match`` the records that were applied to it;
    ``source_code`` the codes that it or a line of it carries, normalised; ``canceled`` the customer of an order that
    was canceled whole; ``uncounted`` the customer with each offer and code that it used and that no counter knows.
    """
    matches = [each.record for each in order.price_matches]
    matches.extend(line.override.price_match for line in order.lines if line.override is not None)
    cart = order.quote.cart
    codes = {cart.source_code, *(line.source_code for line in cart.lines)} - {""}
    standing = sorted({hold.type for hold in order.holds if hold.status is HoldStatus.ACTIVE})
    return {
        "customer": (order.customer,),
        "status": (order_status(order).value,),
        "item": tuple(sorted({line.item for line in order.lines})),
        "bought": tuple(sorted({bought(order.customer, line.item) for line in order.lines})),
        "hold": tuple(standing),
        "payment": (payment_status(order).value, *(("open",) if order.ledger.unsettled() else ())),
        "quote": (order.quote.id,),
        "price_match": tuple(sorted({record for record in matches if record})),
        "source_code": tuple(sorted({normalised(code) for code in codes})),
        "canceled": (order.customer,) if order.is_canceled else (),
        "uncounted": tuple(sorted(set(uncounted(order)))),
    }


def claims(order: Order) -> tuple[str, ...]:
    """Return what only one order may have: its quote, so that a repeated submit does not order twice."""
    return (f"quote:{order.quote.id}",)


def figures(order: Order) -> tuple[tuple[str, Money], ...]:
    """Return the money of an order by name: what it costs, and what of it was billed, taken, given back and granted."""
    return (
        ("total", order.billable),
        ("invoiced", order.invoiced),
        ("captured", order.ledger.captured()),
        ("refunded", order.ledger.refunded()),
        ("granted", order.granted),
        ("matched", order.matched),
    )


ORDER: Final = AggregateKind(
    name="order",
    state=Order,
    operations=(
        PLACE_ORDER,
        APPLY_HOLD,
        RELEASE_HOLD,
        ADD_TENDER,
        AUTHORIZE_PAYMENT,
        CAPTURE_PAYMENT,
        VOID_AUTHORIZATION,
        RECORD_PAYMENT_OUTCOME,
        SHIP_LINES,
        INVOICE_SHIPMENT,
        CANCEL_LINE,
        CANCEL_ORDER,
        ADD_COUPON,
        REMOVE_COUPON,
        REQUEST_RETURN,
        RECEIVE_RETURN,
        CANCEL_RETURN,
        REFUND_RETURN,
        PAY_REFUND,
        MATCH_PRICE,
        MATCH_OPEN_PRICE,
        CHANGE_SHIP_TO,
        ADD_CHARGE,
        OVERRIDE_CHARGE,
        OVERRIDE_PRICE,
        OVERRIDE_TOTAL,
        REMOVE_CHARGE,
        RESTORE_CHARGE,
        RESTORE_PRICE,
        RESTORE_TOTAL,
        EXEMPT_FROM_TAX,
        ADD_NOTE,
        EXPIRE_DUE,
    ),
    indexes=indexes,
    found_by=(
        "customer",
        "status",
        "item",
        "bought",
        "hold",
        "payment",
        "quote",
        "price_match",
        "source_code",
        "canceled",
        "uncounted",
    ),
    next_wakeup=next_lapse,
    wake=ExpireDue,
    claims=claims,
    filed_by=("quote", "lines", "charges", "ledger", "holds", "returns", "price_matches"),
    filing_version=3,
    figures=figures,
)
"""Everything that can be done to an order."""
