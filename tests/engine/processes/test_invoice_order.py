"""Order to invoice, capture to payment, return to credit memo: one chain, each document once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore import orders
from servicecore.billing import InvoiceKind, InvoiceStatus
from servicecore.engine.processes.invoice_order import RETURN_TO_CREDIT
from servicecore.kernel.money import Money


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def documents(shop: Any, order: str, kind: InvoiceKind) -> list[Any]:
    found = [shop.agent.get(each, "invoice") for each in shop.core.find("invoice", "order", order)]
    return sorted((each for each in found if each.kind is kind), key=lambda each: each.source)


def ship_and_bill(shop: Any, order: str, quantity: int) -> None:
    shop.agent.execute(orders.ShipLines(order, lines=(orders.LineQuantity(1, Decimal(quantity)),)))
    shop.agent.execute(orders.InvoiceShipment(order))


def give_back(shop: Any, order: str, quantity: int, fee: Money | None = None) -> None:
    lines = (orders.LineQuantity(1, Decimal(quantity)),)
    shop.agent.execute(orders.RequestReturn(order, lines=lines), reason="unwanted")
    number = shop.order(order).returns[-1].number
    shop.agent.execute(orders.ReceiveReturn(order, returned=number))
    shop.agent.execute(orders.RefundReturn(order, returned=number, fee=fee))


@pytest.mark.parametrize("card", [True, False])
def test_each_billed_shipment_becomes_an_invoice_and_what_is_captured_is_booked_on_it(shop: Any, card: bool) -> None:
    """3 teas at 4.50: two billed are 9.00, the third 4.50; each is captured and so paid."""
    order = shop.place(3, card=card)
    ship_and_bill(shop, order, 2)
    ship_and_bill(shop, order, 1)
    first, second = documents(shop, order, InvoiceKind.SHIPMENT)
    assert [each.total for each in (first, second)] == [euro("9.00"), euro("4.50")]
    assert [each.source for each in (first, second)] == [f"{order}/shipment/1", f"{order}/shipment/2"]
    assert [each.paid for each in (first, second)] == [euro("9.00"), euro("4.50")]
    assert {each.status for each in (first, second)} == {InvoiceStatus.PAID}
    assert shop.order(order).ledger.captured() == euro("13.50")


def test_a_refunded_return_becomes_a_credit_memo_on_the_invoice(shop: Any) -> None:
    order = shop.place(3, card=True)
    ship_and_bill(shop, order, 3)
    give_back(shop, order, 1)
    (invoice,) = documents(shop, order, InvoiceKind.SHIPMENT)
    (memo,) = documents(shop, order, InvoiceKind.CREDIT_MEMO)
    assert (memo.total, memo.corrects) == (euro("4.50"), invoice.id)
    assert shop.order(order).ledger.refunded() == euro("4.50")
    assert shop.core.run_due().events == 0
    assert len(documents(shop, order, InvoiceKind.CREDIT_MEMO)) == 1


def test_the_fee_that_a_refund_keeps_back_stands_on_the_credit_memo(shop: Any) -> None:
    """4.50 came back, 1.00 is kept: the memo is over 3.50, as much as was refunded."""
    order = shop.place(3, card=True)
    ship_and_bill(shop, order, 3)
    give_back(shop, order, 1, fee=euro("1.00"))
    (memo,) = documents(shop, order, InvoiceKind.CREDIT_MEMO)
    assert memo.total == euro("3.50") == shop.order(order).ledger.refunded()


def test_a_credit_memo_waits_for_the_invoice_that_it_corrects(shop: Any) -> None:
    order = shop.place(2, card=True)
    shop.agent.execute(orders.ShipLines(order))
    shop.core.processes = (RETURN_TO_CREDIT,)  # nobody makes the invoice yet
    shop.agent.execute(orders.InvoiceShipment(order))
    give_back(shop, order, 1)
    shop.clock.advance(timedelta(minutes=1))
    assert [each.process for each in shop.core.run_due().waiting] == ["return-to-credit"]
    assert documents(shop, order, InvoiceKind.CREDIT_MEMO) == []


def test_a_capture_that_is_known_before_the_invoice_is_booked_once_the_invoice_is_there(
    open_shop: Any, monkeypatch: Any
) -> None:
    """Whatever comes first, the money is booked once: the process reads off the invoices what is booked already."""
    shop = open_shop()
    order = shop.place(3, card=True)
    monkeypatch.setattr(shop.core, "processes", tuple(each for each in shop.core.processes if "capture" in each.name))
    ship_and_bill(shop, order, 3)
    assert documents(shop, order, InvoiceKind.SHIPMENT) == []
    monkeypatch.undo()
    store = shop.core.runtime.store
    for logged in store.log():
        store._tables.outbox[logged.position] = logged
    report = shop.core.run_due()
    assert report.refused == ()
    (invoice,) = documents(shop, order, InvoiceKind.SHIPMENT)
    assert invoice.paid == euro("13.50")
    assert len(invoice.payments) == 1
