from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.kernel.money import Money
from servicecore.orders import (
    CancelOrder,
    InvoiceShipment,
    LineQuantity,
    OrderPaymentStatus,
    OrderStatus,
    ShipLines,
    order_status,
    payment_status,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_a_canceled_order_costs_nothing_and_gives_back_its_authorization(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "4.40"), charges=(("freight", "5.00", "1.10"),)))
    desk.answer()
    desk.do(CancelOrder("order-1"), reason="customer_request")
    order = desk.answer()
    assert order_status(order) is OrderStatus.CANCELED
    assert payment_status(order) is OrderPaymentStatus.NOT_APPLICABLE
    assert (order.billable, order.ledger.authorized_open(desk.now)) == (eur("0.00"), eur("0.00"))
    assert desk.refused(CancelOrder("order-1"), reason="other") == ("orders.nothing_open",)


def test_what_was_sent_stays_and_carries_the_freight(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 3 x 10.00 and freight of 5.00; one unit left, so 15.00 remain, to be invoiced yet.
    desk = make_desk()
    desk.place(make_quote(("3", "30.00", "0.00"), charges=(("freight", "5.00", "0.00"),)))
    desk.answer()
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    order = desk.do(CancelOrder("order-1"), reason="delay")
    assert (order_status(order), order.billable) == (OrderStatus.SHIPPED, eur("15.00"))
    desk.do(InvoiceShipment("order-1"))
    order = desk.answer()
    assert (order.invoiced, order.ledger.captured()) == (eur("15.00"), eur("15.00"))
    assert payment_status(order) is OrderPaymentStatus.PAID


def test_a_reason_of_the_list_is_needed(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    desk.place(make_quote())
    assert desk.refused(CancelOrder("order-1")) == ("authority.reason_required",)
    assert desk.refused(CancelOrder("order-1"), reason="mood") == ("orders.unknown_reason",)
