from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.orders import (
    CancelReturn,
    LineQuantity,
    ReceivedLine,
    ReceiveReturn,
    RequestReturn,
    ReturnStatus,
    ShipLines,
)
from servicecore.pricing.quote import Quote


def test_units_that_do_not_come_stay_with_the_customer_and_can_be_announced_again(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("3", "30.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1"))
    everything = (LineQuantity(1, Decimal(3)),)
    desk.do(RequestReturn("order-1", everything), reason="unwanted")
    order = desk.do(CancelReturn("order-1", 1))
    assert order.returns[0].status is ReturnStatus.CANCELED
    desk.do(RequestReturn("order-1", everything), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 2, (ReceivedLine(1, Decimal(1)),)))
    order = desk.do(CancelReturn("order-1", 2))
    assert order.returns[1].status is ReturnStatus.RECEIVED
    assert (order.lines[0].returned, order.lines[0].returnable) == (1, 2)
    assert desk.refused(CancelReturn("order-1", 2)) == ("orders.unknown_return",)
    assert desk.refused(CancelReturn("order-1", 9)) == ("orders.unknown_return",)
