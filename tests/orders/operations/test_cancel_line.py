from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.billing import PaymentOperation
from servicecore.kernel.money import Money
from servicecore.orders import (
    ApplyHold,
    CancelLine,
    Card,
    HoldType,
    InvoiceShipment,
    LineQuantity,
    OrderPolicy,
    ShipLines,
    open_payment_requests,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_canceling_one_by_one_takes_off_what_is_left_by_the_units_left(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 1.67 for two units: 0.84 and then the 0.83 that is left (vector cancel_amounts/so-5).
    desk = make_desk()
    desk.place(make_quote(("2", "1.67", "0.00")))
    order = desk.do(CancelLine("order-1", 1, 1), reason="other")
    assert order.lines[0].canceled_amounts.net == eur("0.84")
    order = desk.do(CancelLine("order-1", line=1), reason="other")
    assert order.lines[0].canceled_amounts.net == eur("1.67")
    assert order.billable == eur("0.00")


def test_a_canceled_line_keeps_its_share_of_the_orders_discount(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # Two lines of 50.00 with 20.00 off the order, 10.00 each: canceling one leaves 40.00 (vector vd-4811, claw back).
    desk = make_desk()
    desk.place(make_quote(("1", "40.00", "0.00"), ("1", "40.00", "0.00")))
    assert desk.do(CancelLine("order-1", 1), reason="customer_request").billable == eur("40.00")


def test_an_authorization_is_given_back_only_when_nothing_of_it_is_needed(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 100.00 on cards of 60.00 and 40.00. 30.00 off: 70.00 is still more than the first. 10.00 more: the second goes.
    desk = make_desk()
    desk.place(make_quote(("10", "100.00", "0.00")), Card("tok_1", max_amount=eur("60.00")), Card("tok_2"))
    desk.answer()
    assert open_payment_requests(desk.do(CancelLine("order-1", 1, 3), reason="other")) == ()
    (waits,) = open_payment_requests(desk.do(CancelLine("order-1", 1, 1), reason="other"))
    assert (waits.request.operation, waits.request.token, waits.request.amount) == (
        PaymentOperation.VOID,
        "tok_2",
        eur("40.00"),
    )
    # What is sent now is taken from the first card alone.
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    assert desk.answer().ledger.captured(0) == eur("60.00")


def test_what_was_sent_cannot_be_canceled(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    assert desk.refused(CancelLine("order-1", 1, 2), reason="other") == ("orders.wrong_quantity",)
    assert desk.refused(CancelLine("order-1", 2), reason="other") == ("orders.unknown_line",)
    assert desk.refused(CancelLine("order-1", 1, 0), reason="other") == ("orders.wrong_quantity",)
    assert desk.refused(CancelLine("order-1", 1)) == ("authority.reason_required",)
    assert desk.refused(CancelLine("order-1", 1), reason="mood") == ("orders.unknown_reason",)
    desk.do(CancelLine("order-1", 1), reason="other")
    assert desk.refused(CancelLine("order-1", 1), reason="other") == ("orders.nothing_open",)


def test_a_hold_may_stop_cancellations_of_its_line(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    kind = HoldType("packing", blocks=("orders.cancel_line",), on_lines=True)
    desk = make_desk(OrderPolicy(hold_types=(kind,)))
    desk.place(make_quote(("1", "10.00", "0.00"), ("1", "10.00", "0.00")))
    desk.do(ApplyHold("order-1", "packing", line=1), reason="other")
    assert desk.refused(CancelLine("order-1", 1), reason="other") == ("orders.on_hold",)
    desk.do(CancelLine("order-1", 2), reason="other")
