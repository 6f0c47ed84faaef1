from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from servicecore.kernel.operations import Refusal, judge
from servicecore.orders import ORDER, LineQuantity, OrderPolicy, RequestReturn, ReturnStatus, ShipLines
from servicecore.pricing.quote import Quote


def units(line: int, quantity: str) -> tuple[LineQuantity, ...]:
    return (LineQuantity(line, Decimal(quantity)),)


def test_only_units_that_were_sent_and_kept_can_come_back(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 3 ordered, 2 sent: a third cannot come back, and of the two, one is announced twice only once.
    desk = make_desk()
    desk.place(make_quote(("3", "30.00", "0.00")))
    desk.answer()
    assert desk.refused(RequestReturn("order-1", units(1, "1")), reason="unwanted") == ("orders.nothing_returnable",)
    desk.do(ShipLines("order-1", units(1, "2")))
    assert desk.refused(RequestReturn("order-1", units(1, "3")), reason="unwanted") == ("orders.wrong_quantity",)
    order = desk.do(RequestReturn("order-1", units(1, "1"), note="box open"), reason="unwanted")
    (returned,) = order.returns
    assert (returned.number, returned.reason, returned.note, returned.status) == (
        1,
        "unwanted",
        "box open",
        ReturnStatus.REQUESTED,
    )
    assert desk.refused(RequestReturn("order-1", units(1, "2")), reason="unwanted") == ("orders.wrong_quantity",)
    desk.do(RequestReturn("order-1", units(1, "1")), reason="damaged")
    assert desk.refused(RequestReturn("order-1", units(1, "1")), reason="damaged") == ("orders.nothing_returnable",)


def test_a_line_and_a_reason_have_to_be_named(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer()
    desk.do(ShipLines("order-1"))
    assert desk.refused(RequestReturn("order-1", ()), reason="unwanted") == ("orders.nothing_returnable",)
    assert desk.refused(RequestReturn("order-1", units(333, "1")), reason="unwanted") == ("orders.unknown_line",)
    assert desk.refused(RequestReturn("order-1", units(1, "1"))) == ("authority.reason_required",)
    assert desk.refused(RequestReturn("order-1", units(1, "1")), reason="mood") == ("orders.unknown_reason",)


def test_the_window_runs_from_each_shipment_to_its_last_instant(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # One unit leaves on day 0, one on day 10; the window is 14 days. After day 14 only the second can come back.
    desk = make_desk(OrderPolicy(return_window=timedelta(days=14)))
    desk.place(make_quote(("2", "20.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1", units(1, "1")))
    desk.now += timedelta(days=10)
    desk.do(ShipLines("order-1"))
    desk.now += timedelta(days=4)
    both = judge(ORDER, desk.order, RequestReturn("order-1", units(1, "2")), desk.facts(reason="unwanted"))
    assert not isinstance(both, Refusal)
    desk.now += timedelta(microseconds=1)
    assert desk.refused(RequestReturn("order-1", units(1, "2")), reason="unwanted") == ("orders.return_window_over",)
    desk.do(RequestReturn("order-1", units(1, "1")), reason="unwanted")
    desk.now += timedelta(days=10)
    assert desk.refused(RequestReturn("order-1", units(1, "1")), reason="unwanted") == ("orders.return_window_over",)
