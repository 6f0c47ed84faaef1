"""Why a return is not refunded, and a refund not paid: what is wrong, with which value, and what would be accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore.billing import PaymentOperation, PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import (
    ApplyHold,
    Card,
    HoldType,
    InvoiceShipment,
    LineQuantity,
    OrderPolicy,
    OverrideFacts,
    PayRefund,
    PlaceOrder,
    ReasonCodes,
    ReceivedLine,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ReturnStatus,
    ShipLines,
)
from servicecore.pricing import OverridePermission, OverridePolicy
from servicecore.pricing.quote import Quote

POLICY = OrderPolicy(
    hold_types=(HoldType("dispute", blocks=("orders.*refund*",)),),
    reason_codes=(ReasonCodes("orders.refund_return", ("goodwill", "damage")),),
)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _placed(make_desk: Callable[..., Any], quote: Quote, *tenders: Card) -> Any:
    desk = make_desk(POLICY)
    desk.do(PlaceOrder(quote=quote, tenders=tenders or (Card("tok_1"),)))
    desk.answer()
    return desk


def _send(desk: Any, units: int) -> None:
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(units)),)))


def _bill(desk: Any) -> None:
    desk.do(InvoiceShipment("order-1"))
    desk.answer()


def _back(desk: Any, units: int) -> None:
    order = desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(units)),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", len(order.returns)))


def _returned(make_desk: Callable[..., Any], quote: Quote, units: int = 1, **card: Any) -> Any:
    desk = _placed(make_desk, quote, Card("tok_1", **card))
    desk.do(ShipLines("order-1"))
    _bill(desk)
    _back(desk, units)
    return desk


def test_a_return_that_arrives_in_parts_is_refunded_in_parts(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """Of 3 units at 10.00 one arrives, then two: 10.00 and 20.00, and nothing is left to be refunded."""
    desk = _placed(make_desk, make_quote(("3", "30.00", "0.00")))
    desk.do(ShipLines("order-1"))
    _bill(desk)
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(3)),)), reason="unwanted")
    for units in (1, 2):
        desk.do(ReceiveReturn("order-1", 1, (ReceivedLine(1, Decimal(units)),)))
        desk.do(RefundReturn("order-1", 1))
    (found,) = desk.order.returns
    assert [each.amount for each in found.refunds] == [eur("10.00"), eur("20.00")]
    assert (found.lines[0].refunded, found.lines[0].to_refund, found.status) == (3, 0, ReturnStatus.REFUNDED)


def test_a_refund_is_asked_for_at_the_instant_of_the_command(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """An hour after the rest; so is one that is asked for again, two hours after."""
    desk = _returned(make_desk, make_quote(("2", "20.00", "0.00")))
    placed = desk.now
    desk.now = placed + timedelta(hours=1)
    order = desk.do(RefundReturn("order-1", 1))
    desk.answer(PaymentStatus.DECLINED)
    desk.now = placed + timedelta(hours=2)
    order = desk.do(PayRefund("order-1"))
    refunds = [each for each in order.ledger.transactions if each.operation is PaymentOperation.REFUND]
    assert [each.at - placed for each in refunds] == [timedelta(hours=1), timedelta(hours=2)]


def test_a_hold_stops_refunds_until_it_lapses(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = _returned(make_desk, make_quote(("2", "20.00", "0.00")))
    desk.do(ApplyHold("order-1", "dispute", until=desk.now + timedelta(days=1)), reason="other")
    assert desk.said(RefundReturn("order-1", 1)) == [
        "orders.refund_return is stopped by the hold dispute (number 1); accepted: release it first"
    ]
    assert desk.said(PayRefund("order-1")) == [
        "orders.pay_refund is stopped by the hold dispute (number 1); accepted: release it first",
        "0.00 EUR is owed to the customer; accepted: a granted refund that was not paid",
    ]
    desk.now += timedelta(days=1)
    desk.do(RefundReturn("order-1", 1))
    desk.answer(PaymentStatus.DECLINED)
    desk.do(ApplyHold("order-1", "dispute", until=desk.now + timedelta(days=1)), reason="other")
    assert desk.said(PayRefund("order-1")) == [
        "orders.pay_refund is stopped by the hold dispute (number 2); accepted: release it first"
    ]
    desk.now += timedelta(days=1)
    assert desk.do(PayRefund("order-1")).ledger.refunding() == eur("10.00")


def test_a_return_that_does_not_wait_is_told_from_those_that_do(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = _placed(make_desk, make_quote(("3", "30.00", "0.00")))
    desk.do(ShipLines("order-1"))
    _bill(desk)
    assert desk.said(RefundReturn("order-1", 1)) == [
        "returned: return 0 does not wait for that; accepted: none of the 0 returns"
    ]
    for units in (1, 2):
        _back(desk, units)
    assert desk.said(RefundReturn("order-1", 3)) == ["returned: return 3 does not wait for that; accepted: 1, 2"]
    desk.do(RefundReturn("order-1", 1))
    assert desk.said(RefundReturn("order-1", 1)) == ["returned: return 1 does not wait for that; accepted: 2"]


def test_captures_in_doubt_are_named_by_their_keys(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """Authorisations 1 and 2 were answered; captures 3 and 4, one of each card, were not."""
    cards = Card("tok_1", max_amount=eur("5.00")), Card("tok_2")
    desk = _placed(make_desk, make_quote(("1", "10.00", "0.00")), *cards)
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    _back(desk, 1)
    doubt = (
        "the result of payment order-1/3, order-1/4 is not known; accepted: a settled payment; ask the gateway first"
    )
    assert desk.said(RefundReturn("order-1", 1)) == [doubt]
    assert desk.said(PayRefund("order-1"))[0] == doubt


@pytest.mark.parametrize(("sent", "most"), [(1, 0), (2, 0)])
def test_units_that_no_invoice_has_are_not_refunded(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], sent: int, most: int
) -> None:
    """One unit was billed and refunded; ``sent`` more went and came back without an invoice."""
    desk = _placed(make_desk, make_quote(("3", "30.00", "0.00")))
    _send(desk, 1)
    _bill(desk)
    _back(desk, 1)
    desk.do(RefundReturn("order-1", 1))
    desk.answer()
    _send(desk, sent)
    _back(desk, sent)
    assert desk.said(RefundReturn("order-1", 2)) == [
        f"lines[1]: {sent} units of line 1 are to be refunded; accepted: at most {most}, invoice the shipment first"
    ]


def test_a_credit_by_hand_takes_a_reason_of_the_list(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = _returned(make_desk, make_quote(("1", "10.00", "0.00")))
    desk.limits = OverrideFacts(OverridePolicy((OverridePermission("agent", credit_decrease_percent=None),)))
    command = RefundReturn("order-1", 1, credit=eur("9.00"))
    assert desk.said(command, reason="bored") == [
        "reason: bored is no reason code for orders.refund_return; accepted: goodwill, damage"
    ]
    assert desk.do(command, reason="damage").granted == eur("9.00")


def test_what_no_tender_takes_back_is_told_with_the_amount(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = _returned(make_desk, make_quote(("2", "20.00", "0.00")), refundable=False)
    desk.do(RefundReturn("order-1", 1))
    assert desk.said(PayRefund("order-1")) == [
        "no tender takes 10.00 EUR back; accepted: a refundable tender that was charged"
    ]
