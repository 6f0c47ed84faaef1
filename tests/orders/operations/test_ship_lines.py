from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from servicecore.billing import PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import (
    Card,
    InvoiceShipment,
    LineQuantity,
    OnAccount,
    OrderPolicy,
    OrderStatus,
    PlaceOrder,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ShipLines,
    order_status,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def units(line: int, quantity: str) -> LineQuantity:
    return LineQuantity(line, Decimal(quantity))


def test_units_leave_in_parts_until_none_is_open(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("3", "30.00", "0.00"), ("1.5", "9.00", "0.00")))
    desk.answer()
    order = desk.do(ShipLines("order-1", (units(1, "2"), units(2, "0.5")), carrier="DHL", tracking="JD01"))
    assert (order.shipments[0].number, order.shipments[0].carrier, order.shipments[0].tracking) == (1, "DHL", "JD01")
    assert order_status(order) is OrderStatus.PARTLY_SHIPPED
    order = desk.do(ShipLines("order-1"))
    assert order.shipments[1].lines == (units(1, "1"), units(2, "1"))
    assert order_status(order) is OrderStatus.SHIPPED
    assert desk.refused(ShipLines("order-1")) == ("orders.nothing_open",)


def test_what_is_not_there_is_refused_for_each_line(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("3", "30.00", "0.00")))
    desk.answer()
    assert desk.refused(ShipLines("order-1", (units(1, "3.01"),))) == ("orders.wrong_quantity",)
    assert desk.refused(ShipLines("order-1", (units(1, "0"),))) == ("orders.wrong_quantity",)
    assert desk.refused(ShipLines("order-1", (units(1, "-1"),))) == ("orders.wrong_quantity",)
    assert desk.refused(ShipLines("order-1", (units(4, "1"), units(1, "9")))) == (
        "orders.unknown_line",
        "orders.wrong_quantity",
    )
    assert desk.refused(ShipLines("order-1", (units(1, "1"), units(1, "1")))) == ("orders.line_twice",)


def test_goods_leave_only_against_money(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    # 2 x 10.00 and freight of 5.00. The account approves 15.00, the card is declined: one unit and the freight are
    # covered to the cent, two are not.
    desk = make_desk()
    quote = make_quote(("2", "20.00", "0.00"), charges=(("freight", "5.00", "0.00"),))
    desk.do(PlaceOrder(quote=quote, tenders=(OnAccount(max_amount=eur("15.00")), Card("tok_1"))))
    assert desk.refused(ShipLines("order-1", (units(1, "1"),))) == ("orders.not_covered",)
    desk.answer_one(PaymentStatus.APPROVED)
    desk.answer_one(PaymentStatus.DECLINED)
    assert desk.refused(ShipLines("order-1")) == ("orders.not_covered",)
    desk.do(ShipLines("order-1", (units(1, "1"),)))


def test_a_capture_under_way_still_covers_what_it_is_for(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 2 x 10.00: 10.00 is being captured for the first unit, 10.00 is open for the second.
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1", (units(1, "1"),)))
    desk.do(InvoiceShipment("order-1"))
    desk.do(ShipLines("order-1"))


def test_what_went_back_for_returned_units_does_not_stop_the_others(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 2 x 10.00: the first was paid, came back and was refunded; 10.00 are still open for the second.
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1", (units(1, "1"),)))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    desk.do(RequestReturn("order-1", (units(1, "1"),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 1))
    desk.do(RefundReturn("order-1", 1))
    desk.answer()
    desk.do(ShipLines("order-1"))


def test_a_lapsed_authorization_covers_nothing(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer(lasting=timedelta(days=1))
    desk.now += timedelta(days=1)
    assert desk.refused(ShipLines("order-1")) == ("orders.not_covered",)
    desk.now -= timedelta(microseconds=1)
    desk.do(ShipLines("order-1"))


def test_the_policy_may_ship_before_the_money(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk(OrderPolicy(ship_only_covered=False))
    desk.place(make_quote())
    desk.do(ShipLines("order-1"))
