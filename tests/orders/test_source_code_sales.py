"""What an order adds to the sales of its source codes (A05, CC 5.4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from attrs import evolve

from servicecore.kernel.money import Money
from servicecore.orders import (
    CancelOrder,
    InvoiceShipment,
    LineQuantity,
    OnAccount,
    OrderPolicy,
    PlaceOrder,
    ReceiveReturn,
    RequestReturn,
    ShipLines,
    source_code_sales,
)
from servicecore.pricing import SourceCodeSale
from servicecore.pricing.quote import Quote

Make = Callable[..., Any]


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def placed(make_desk: Make, quote: Quote, header: str = "", second: str = "") -> Any:
    lines = (quote.cart.lines[0], evolve(quote.cart.lines[1], source_code=second))
    cart = evolve(quote.cart, source_code=header, lines=lines)
    desk = make_desk(OrderPolicy(ship_only_covered=False))
    desk.do(PlaceOrder(quote=evolve(quote, cart=cart), tenders=(OnAccount(),)))
    return desk


def test_lines_count_for_their_own_code_or_that_of_the_order(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    """Two of three pieces at 10.00 are invoiced and one came back; the other line has a code of its own."""
    desk = placed(make_desk, make_quote(("3", "30.00", "6.60"), ("1", "8.00", "1.76")), "SP-1", "WI-1")
    assert source_code_sales(desk.order) == (
        SourceCodeSale("SP-1", "order-1", eur("0.00"), eur("0.00")),
        SourceCodeSale("WI-1", "order-1", eur("0.00"), eur("0.00")),
    )
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(2)),)))
    desk.do(InvoiceShipment("order-1"))
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(1)),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 1))
    assert source_code_sales(desk.order)[0] == SourceCodeSale("SP-1", "order-1", eur("20.00"), eur("10.00"))


def test_lines_without_a_code_and_canceled_orders_count_for_none(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    quote = make_quote(("1", "10.00", "0.00"), ("1", "8.00", "0.00"))
    assert source_code_sales(placed(make_desk, quote).order) == ()
    desk = placed(make_desk, quote, second="WI-1")
    assert [each.code for each in source_code_sales(desk.order)] == ["WI-1"]
    desk.do(CancelOrder("order-1"), reason="customer_request")
    assert source_code_sales(desk.order) == ()
