from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.billing import PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import (
    Card,
    InvoiceShipment,
    LineQuantity,
    OrderPaymentStatus,
    PayRefund,
    PlaceOrder,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ShipLines,
    open_payment_requests,
    payment_status,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def refunded(make_desk: Callable[..., Any], quote: Quote, card: Card) -> Any:
    desk = make_desk()
    desk.do(PlaceOrder(quote=quote, tenders=(card,)))
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(1)),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 1))
    desk.do(RefundReturn("order-1", 1))
    return desk


def test_a_declined_refund_stays_owed_until_it_got_through(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = refunded(make_desk, make_quote(("2", "20.00", "0.00")), Card("tok_1"))
    assert desk.refused(PayRefund("order-1")) == ("orders.nothing_to_pay_back",)
    assert payment_status(desk.answer(PaymentStatus.DECLINED)) is OrderPaymentStatus.CREDIT_OWED
    order = desk.do(PayRefund("order-1"))
    assert [(each.key, each.request.amount) for each in open_payment_requests(order)] == [("order-1/4", eur("10.00"))]
    desk.answer(PaymentStatus.UNKNOWN)
    assert desk.refused(PayRefund("order-1")) == ("orders.nothing_to_pay_back",)


def test_where_no_tender_takes_money_back_it_is_said(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = refunded(make_desk, make_quote(("2", "20.00", "0.00")), Card("tok_1", refundable=False))
    assert open_payment_requests(desk.order) == ()
    assert desk.refused(PayRefund("order-1")) == ("orders.no_way_back",)
