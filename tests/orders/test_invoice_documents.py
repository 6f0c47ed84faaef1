from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.billing import INVOICE, InvoiceKind
from servicecore.kernel.operations import Refusal, after, judge
from servicecore.orders import InvoiceShipment, LineQuantity, ShipLines, invoice_commands
from servicecore.pricing.quote import Quote


def test_each_billed_shipment_becomes_a_document_of_the_same_total_and_its_own_key(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("3", "10.00", "2.20"), ("1", "4.00", "0.16"), charges=(("freight", "5.00", "1.10"),)))
    desk.answer()
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)), LineQuantity(2, Decimal(1)))))
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1", 2))
    order = desk.do(InvoiceShipment("order-1", 1))
    documents = []
    for command in invoice_commands(order):
        decision = judge(INVOICE, None, command, desk.facts("system"))
        assert not isinstance(decision, Refusal), decision
        documents.append(after(None, decision))
    assert [each.source for each in documents] == ["order-1/shipment/2", "order-1/shipment/1"]
    assert [each.total for each in documents] == [invoice.total for invoice in order.invoices]
    assert {each.kind for each in documents} == {InvoiceKind.SHIPMENT}
    first, second = documents
    assert [(line.source, line.item, line.quantity) for line in first.lines] == [(1, "ITEM-1", Decimal(2))]
    assert [(line.source, line.item, line.quantity) for line in second.lines] == [
        (1, "ITEM-1", Decimal(1)),
        (2, "ITEM-2", Decimal(1)),
    ]
    assert [len(each.charges) for each in documents] == [1, 0]
