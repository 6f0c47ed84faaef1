from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.orders import (
    Disposition,
    LineQuantity,
    OrderStatus,
    ReceivedLine,
    ReceiveReturn,
    RequestReturn,
    ReturnStatus,
    ShipLines,
    order_status,
)
from servicecore.pricing.quote import Quote


def announced(make_desk: Callable[..., Any], quote: Quote) -> Any:
    desk = make_desk()
    desk.place(quote)
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(2)),)), reason="damaged")
    return desk


def test_units_arrive_in_parts_each_with_its_condition(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = announced(make_desk, make_quote(("3", "30.00", "0.00")))
    first = (ReceivedLine(1, Decimal("0.5"), Disposition.DAMAGED),)
    order = desk.do(ReceiveReturn("order-1", 1, first))
    assert order.returns[0].status is ReturnStatus.PARTLY_RECEIVED
    order = desk.do(ReceiveReturn("order-1", 1))
    (returned,) = order.returns
    assert [(each.quantity, each.disposition) for each in returned.receipts] == [
        (Decimal("0.5"), Disposition.DAMAGED),
        (Decimal("1.5"), Disposition.SELLABLE),
    ]
    assert returned.status is ReturnStatus.RECEIVED
    assert order_status(order) is OrderStatus.PARTLY_RETURNED
    assert order.lines[0].returnable == 1


def test_more_than_is_expected_is_refused(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = announced(make_desk, make_quote(("3", "30.00", "0.00"), ("1", "10.00", "0.00")))
    three = (ReceivedLine(1, Decimal(3)),)
    assert desk.refused(ReceiveReturn("order-1", 1, three)) == ("orders.wrong_quantity",)
    other_line = (ReceivedLine(2, Decimal(1)),)
    assert desk.refused(ReceiveReturn("order-1", 1, other_line)) == ("orders.wrong_quantity",)
    assert desk.refused(ReceiveReturn("order-1", 2)) == ("orders.unknown_return",)
    desk.do(ReceiveReturn("order-1", 1))
    assert desk.refused(ReceiveReturn("order-1", 1)) == ("orders.unknown_return",)
