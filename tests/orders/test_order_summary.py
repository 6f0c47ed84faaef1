from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.kernel.money import Money
from servicecore.orders import (
    ApplyHold,
    CancelLine,
    InvoiceShipment,
    LineQuantity,
    OrderPaymentStatus,
    OrderStatus,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ReturnStatus,
    ShipLines,
    UnitStatus,
    summary,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_a_day_in_the_life_of_an_order_at_a_glance(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 4 x 10.00 + 2.20 tax each, and freight 5.00: 53.80. One unit canceled: 41.60. Two sent and billed with the
    # freight: 29.40 taken; one of them back: 12.20 refunded. The customer still owes the open unit: 12.20.
    desk = make_desk()
    desk.place(make_quote(("4", "40.00", "8.80"), charges=(("freight", "5.00", "0.00"),)))
    desk.answer()
    desk.do(CancelLine("order-1", 1, 1), reason="price")
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(2)),)))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(1)),)), reason="damaged")
    desk.do(ReceiveReturn("order-1", 1))
    desk.do(RefundReturn("order-1", 1))
    desk.answer()
    desk.do(ApplyHold("order-1", "agent"), reason="other")
    shown = summary(desk.order)
    assert (shown.status, shown.least, shown.furthest) == (
        OrderStatus.PARTLY_RETURNED,
        UnitStatus.OPEN,
        UnitStatus.RETURNED,
    )
    assert shown.payment is OrderPaymentStatus.PARTLY_PAID
    assert [shown.agreed, shown.total, shown.invoiced, shown.captured, shown.refunded, shown.balance] == [
        eur("53.80"),
        eur("41.60"),
        eur("29.40"),
        eur("29.40"),
        eur("12.20"),
        eur("12.20"),
    ]
    assert shown.lines[0].statuses == (
        UnitStatus.CANCELED,
        UnitStatus.OPEN,
        UnitStatus.SHIPPED,
        UnitStatus.RETURNED,
    )
    assert shown.lines[0].total == eur("36.60")
    assert [hold.type for hold in shown.holds] == ["agent"]
    assert shown.returns == (ReturnStatus.REFUNDED,)
