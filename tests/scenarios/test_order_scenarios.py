"""Orders as a call centre lives them, each operation by its capability, on the public API only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore import Money, Refused, billing, orders, pricing
from servicecore.customers import Address
from servicecore.plugins.builtin.scripted_gateway import Fault


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def statuses(centre: Any, order: str) -> list[tuple[str, str]]:
    return [(each.operation.value, each.status.value) for each in centre.get(order).ledger.transactions]


def test_an_order_is_placed_from_a_quote(centre: Any) -> None:
    """A03 A09 A11 A31: 3 teas at 4.50 are 13.50; the card is asked for all of it before anything is sent."""
    cart = pricing.Cart(customer="C-1", currency="EUR", lines=(pricing.CartLine("tea", Decimal(3)),))
    quote = centre.agent.quote(cart)
    card = orders.Card(token="tok_1")  # noqa: S106 - a made-up token
    receipt = centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(card,)), key="call-4711")
    assert centre.get(receipt.id).billable == quote.total == euro("13.50")
    assert statuses(centre, receipt.id) == [("authorize", "approved")]
    assert centre.core.find("order", "customer", "C-1") == (receipt.id,)


def test_a_hold_stops_the_parcel_until_it_is_released(centre: Any) -> None:
    """A21 E15 E16: a held order is not sent; who releases it says why; then it goes."""
    order = centre.order()
    centre.agent.execute(orders.ApplyHold(order, hold="address"), reason="address")
    with pytest.raises(Refused) as caught:
        centre.agent.execute(orders.ShipLines(order))
    assert [problem.code for problem in caught.value.problems] == ["orders.on_hold"]
    centre.agent.execute(orders.ReleaseHold(order), reason="verified")
    centre.agent.execute(orders.ShipLines(order, carrier="DHL", tracking="JD014"))
    assert centre.get(order).open == 0


def test_another_tender_covers_what_the_card_did_not(centre: Any) -> None:
    """A09 A14 E07 F05: the card is declined, the customer pays on account instead."""
    centre.gateway.script(Fault.DECLINE_HARD)
    order = centre.order()
    assert statuses(centre, order) == [("authorize", "declined")]
    centre.agent.execute(orders.AddTender(order, orders.OnAccount()))
    centre.agent.execute(orders.AuthorizePayment(order, tender=1))
    assert statuses(centre, order)[-1] == ("authorize", "approved")


def test_a_failed_capture_is_taken_by_hand(centre: Any) -> None:
    """A09 A14 F05: the capture at the invoice fails softly; the agent captures again and the invoice is paid."""
    order = centre.order()
    centre.agent.execute(orders.ShipLines(order))
    centre.gateway.script(Fault.DECLINE_SOFT)
    centre.agent.execute(orders.InvoiceShipment(order))
    assert statuses(centre, order)[-1] == ("capture", "declined")
    centre.agent.execute(orders.CapturePayment(order))
    assert centre.get(order).ledger.captured() == euro("13.50")
    (invoice,) = centre.documents("order", order, billing.InvoiceKind.SHIPMENT)
    assert invoice.status is billing.InvoiceStatus.PAID


def test_an_authorisation_that_nothing_needs_is_given_up(centre: Any) -> None:
    """A09 A14 F05: the void at the cancellation is lost before it was sent; the agent sends it again."""
    order = centre.order()
    centre.gateway.script(Fault.UNAVAILABLE)
    centre.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert statuses(centre, order)[-1] == ("void", "not_sent")
    centre.agent.execute(orders.VoidAuthorization(order))
    assert statuses(centre, order)[-1] == ("void", "approved")
    assert not centre.get(order).ledger.authorized_open(centre.clock.now())


def test_what_is_there_is_sent_and_billed_in_parts(centre: Any) -> None:
    """E04 E09 E10: two of three are sent and billed at 9.00, the third later at 4.50."""
    order = centre.order(3)
    centre.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(2)),)))
    centre.agent.execute(orders.InvoiceShipment(order, shipment=1))
    centre.clock.advance(timedelta(days=2))
    centre.agent.execute(orders.ShipLines(order))
    centre.agent.execute(orders.InvoiceShipment(order))
    invoices = centre.documents("order", order, billing.InvoiceKind.SHIPMENT)
    assert sorted(each.total for each in invoices) == [euro("4.50"), euro("9.00")]
    assert centre.get(order).ledger.captured() == euro("13.50")


def test_units_are_taken_off_a_line(centre: Any) -> None:
    """E11: one of three is canceled for a reason; 9.00 are left to pay."""
    order = centre.order(3)
    centre.agent.execute(orders.CancelLine(order, line=1, quantity=Decimal(1)), reason="out_of_stock")
    assert centre.get(order).billable == euro("9.00")


def test_a_whole_order_is_canceled(centre: Any) -> None:
    """E11: nothing was sent, so all of it goes, and the authorisation with it."""
    order = centre.order()
    centre.agent.execute(orders.CancelOrder(order), reason="customer_request")
    assert centre.core.find("order", "status", "canceled") == (order,)
    assert statuses(centre, order) == [("authorize", "approved"), ("void", "approved")]


def test_a_return_is_announced_received_and_refunded(centre: Any) -> None:
    """A16 E26: one tea comes back; 4.50 go back to the card, and a credit memo says so."""
    order = centre.delivered()
    lines = (orders.LineQuantity(1, Decimal(1)),)
    centre.agent.execute(orders.RequestReturn(order, lines=lines), reason="damaged")
    centre.agent.execute(orders.ReceiveReturn(order, returned=1))
    centre.agent.execute(orders.RefundReturn(order, returned=1))
    assert centre.get(order).ledger.refunded() == euro("4.50")
    (memo,) = centre.documents("order", order, billing.InvoiceKind.CREDIT_MEMO)
    assert memo.total == euro("4.50")


def test_a_return_that_never_comes_is_canceled(centre: Any) -> None:
    """E26: the customer keeps the tea; it can be returned later all the same."""
    order = centre.delivered()
    lines = (orders.LineQuantity(1, Decimal(3)),)
    centre.agent.execute(orders.RequestReturn(order, lines=lines), reason="unwanted")
    centre.agent.execute(orders.CancelReturn(order, returned=1))
    assert centre.agent.check(orders.RequestReturn(order, lines=lines), reason="unwanted") == ()


def test_a_refund_that_did_not_go_through_is_paid_again(centre: Any) -> None:
    """A16 E26 F05: the gateway is down at the refund; the money goes back later, once."""
    order = centre.delivered()
    number = centre.returned(order)
    centre.gateway.script(Fault.UNAVAILABLE)
    centre.agent.execute(orders.RefundReturn(order, returned=number))
    assert not centre.get(order).ledger.refunded()
    centre.agent.execute(orders.PayRefund(order))
    assert centre.get(order).ledger.refunded() == euro("4.50")
    assert centre.gateway.server.balance("EUR") == euro("9.00")


def test_a_parcel_goes_to_another_door(centre: Any) -> None:
    """E14: before anything is sent the address may change within the country that was taxed."""
    home = Address("Mario Rossi", "Via Roma 1", "Torino", "IT")
    work = Address("Mario Rossi", "Corso Francia 9", "Torino", "IT")
    order = centre.order(ship_to=home)
    centre.agent.execute(orders.ChangeShipTo(order, work))
    assert centre.get(order).ship_to == work


def test_what_was_said_is_written_down(centre: Any) -> None:
    """A03 E02: a note for colleagues and one that the customer sees."""
    order = centre.order()
    centre.agent.execute(orders.AddNote(order, "rings at noon", line=1))
    centre.agent.execute(orders.AddNote(order, "we call you back", external=True))
    assert [(note.text, note.by, note.external) for note in centre.get(order).notes] == [
        ("rings at noon", "agent-7", False),
        ("we call you back", "agent-7", True),
    ]
