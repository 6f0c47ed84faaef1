from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from servicecore.billing import PaymentOperation, PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import (
    ApplyHold,
    AuthorizePayment,
    CapturePayment,
    InvoiceShipment,
    LineQuantity,
    OrderPaymentStatus,
    OrderPolicy,
    ShipLines,
    open_payment_requests,
    payment_status,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_only_what_was_invoiced_is_captured(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk(OrderPolicy(capture_at_invoice=False))
    desk.place(make_quote(("4", "40.00", "8.80")))
    desk.answer()
    assert desk.refused(CapturePayment("order-1")) == ("orders.nothing_to_capture",)
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    assert desk.refused(CapturePayment("order-1")) == ("orders.nothing_to_capture",)
    assert open_payment_requests(desk.do(InvoiceShipment("order-1"))) == ()
    # One of four: 10.00 + 2.20 = 12.20.
    (waits,) = open_payment_requests(desk.do(CapturePayment("order-1")))
    assert (waits.request.operation, waits.request.amount) == (PaymentOperation.CAPTURE, eur("12.20"))
    assert waits.request.gateway_ref == "ref-order-1/1"
    assert desk.refused(CapturePayment("order-1")) == ("orders.nothing_to_capture",)
    order = desk.answer()
    assert (order.ledger.captured(), order.ledger.authorized_open(desk.now)) == (eur("12.20"), eur("36.60"))
    assert payment_status(order) is OrderPaymentStatus.PARTLY_PAID


def test_a_declined_capture_can_be_tried_again_and_an_unknown_one_cannot(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    order = desk.answer(PaymentStatus.DECLINED)
    assert payment_status(order) is OrderPaymentStatus.FAILED_CHARGE
    desk.do(CapturePayment("order-1"))
    order = desk.answer(PaymentStatus.UNKNOWN)
    assert payment_status(order) is OrderPaymentStatus.REQUESTED_CHARGE
    assert desk.refused(CapturePayment("order-1")) == ("orders.nothing_to_capture",)


def test_without_an_open_authorization_there_is_nothing_to_capture_from(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer(lasting=timedelta(days=7))
    desk.do(ShipLines("order-1"))
    desk.now += timedelta(days=7)
    order = desk.do(InvoiceShipment("order-1"))
    assert open_payment_requests(order) == ()
    assert desk.refused(CapturePayment("order-1")) == ("orders.not_authorized",)
    desk.do(AuthorizePayment("order-1"))
    desk.answer()
    desk.do(CapturePayment("order-1"))
    assert payment_status(desk.answer()) is OrderPaymentStatus.PAID


def test_a_fraud_hold_stops_the_capture_and_an_invoice_then_takes_no_money(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(ApplyHold("order-1", "fraud"), reason="suspicion")
    order = desk.do(InvoiceShipment("order-1"))
    assert order.invoiced == eur("10.00")
    assert open_payment_requests(order) == ()
    assert desk.refused(CapturePayment("order-1")) == ("orders.on_hold",)
