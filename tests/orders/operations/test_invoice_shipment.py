from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.orders import (
    CancelLine,
    InvoiceShipment,
    LineQuantity,
    OrderPaymentStatus,
    ShipLines,
    payment_status,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def ship(line: int, quantity: int) -> ShipLines:
    return ShipLines("order-1", (LineQuantity(line, Decimal(quantity)),))


def test_three_invoices_of_a_line_sum_to_it_and_the_first_takes_the_freight(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 3 units for 290.00 net: 96.67, 193.33 and 290.00 for the first 1, 2 and 3, so 96.67 + 96.66 + 96.67.
    # Tax 63.80: 21.27, 42.53, 63.80, so 21.27 + 21.26 + 21.27. Freight 5.00 + 1.10 comes once.
    desk = make_desk()
    desk.place(make_quote(("3", "290.00", "63.80"), charges=(("freight", "5.00", "1.10"),)))
    desk.answer()
    for _ in range(3):
        desk.do(ship(1, 1))
        desk.do(InvoiceShipment("order-1"))
        order = desk.answer()
    assert [invoice.total for invoice in order.invoices] == [eur("124.04"), eur("117.92"), eur("117.94")]
    assert [len(invoice.charges) for invoice in order.invoices] == [1, 0, 0]
    assert order.invoiced == order.quote.total == order.ledger.captured() == eur("359.90")
    assert payment_status(order) is OrderPaymentStatus.PAID


def test_a_shipment_is_invoiced_once_and_in_any_order(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("3", "30.00", "0.00")))
    desk.answer()
    assert desk.refused(InvoiceShipment("order-1")) == ("orders.nothing_to_invoice",)
    desk.do(ship(1, 1))
    desk.do(ship(1, 2))
    order = desk.do(InvoiceShipment("order-1", 2))
    assert (order.invoices[0].shipment, order.invoices[0].total) == (2, eur("20.00"))
    assert desk.refused(InvoiceShipment("order-1", 2)) == ("orders.nothing_to_invoice",)
    assert desk.refused(InvoiceShipment("order-1", 7)) == ("orders.nothing_to_invoice",)
    order = desk.do(InvoiceShipment("order-1"))
    assert [shipment.invoice for shipment in order.shipments] == [2, 1]
    assert desk.refused(InvoiceShipment("order-1")) == ("orders.nothing_to_invoice",)


@settings(max_examples=80, deadline=None)
@given(
    net=st.integers(0, 10_000),
    tax=st.integers(0, 2_000),
    freight=st.integers(0, 500),
    splits=st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.booleans()), min_size=1, max_size=6),
)
def test_invoices_and_cancellations_of_any_split_sum_to_what_was_agreed(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    net: int,
    tax: int,
    freight: int,
    splits: list[tuple[int, bool, bool]],
) -> None:
    """Units leave or are canceled in any sequence, are billed at once or at the end: the sum is the line's."""
    ordered = sum(quantity for quantity, _, _ in splits)
    quote = make_quote(
        (str(ordered), str(Decimal(net).scaleb(-2)), str(Decimal(tax).scaleb(-2))),
        charges=(("freight", str(Decimal(freight).scaleb(-2)), "0.00"),),
    )
    desk = make_desk()
    desk.place(quote)
    desk.answer()
    for quantity, leaves, billed in splits:
        if not leaves:
            desk.do(CancelLine("order-1", 1, quantity), reason="other")
            continue
        desk.do(ship(1, quantity))
        if billed:
            desk.do(InvoiceShipment("order-1"))
            desk.answer()
    for shipment in desk.order.shipments:
        if not shipment.invoice:
            desk.do(InvoiceShipment("order-1"))
    order = desk.answer()
    canceled = order.lines[0].canceled_amounts.gross
    charged = any(leaves for _, leaves, _ in splits)
    assert order.invoiced + canceled == quote.total - (eur("0") if charged else quote.charges[0].amount)
    assert order.ledger.captured() == order.invoiced == order.billable
