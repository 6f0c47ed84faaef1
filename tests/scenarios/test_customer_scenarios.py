"""Customers, items, invoices and recorded orders, each operation by its capability, on the public API only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from servicecore import Money, billing
from servicecore.catalog import AddItem, ChangeItem, Item
from servicecore.customers import (
    AddContact,
    Address,
    AddressKind,
    ChangeAddress,
    ChangeContactPoints,
    Contact,
    ContactPoints,
    RecordExemption,
    RegisterCustomer,
    TaxExemption,
)
from servicecore.orders import RecordedLine, RecordedOrder, RecordOrder


def test_a_caller_becomes_a_customer_with_people_and_addresses(centre: Any) -> None:
    """C01: registered, reachable, with a colleague, an address and a tax certificate."""
    customer = centre.agent.execute(RegisterCustomer(customer_name="Rossi Srl")).id
    points = ContactPoints(emails=("info@rossi.example",), phones=("+39 011 555 0100",))
    home = Address("Rossi Srl", "Via Roma 1", "Torino", "IT")
    centre.agent.execute(ChangeContactPoints(customer, points))
    centre.agent.execute(AddContact(customer, Contact("mario", "Mario Rossi", role="purchasing")))
    centre.agent.execute(ChangeAddress(customer, AddressKind.BILL_TO, home))
    centre.agent.execute(RecordExemption(customer, TaxExemption("EX-9", "US-WA", date(2027, 1, 1))))
    known = centre.get(customer)
    assert (known.points, known.bill_to()) == (points, home)
    assert [contact.name for contact in known.contacts] == ["Mario Rossi"]
    assert known.exemption("US-WA", date(2026, 12, 31)) is not None
    assert centre.core.search("customer", "mario") == (customer,)


def test_an_item_is_added_and_changed(centre: Any) -> None:
    """A05: a new tea, and a better name for it."""
    centre.manager.execute(AddItem(Item("oolong", "Oolong", base_price=Money("6.00", "EUR"))))
    better = Item("oolong", "Oolong, hand-rolled", base_price=Money("6.50", "EUR"))
    centre.manager.execute(ChangeItem("oolong", better))
    assert centre.get("oolong", "item") == better


def test_an_invoice_is_issued_and_paid_in_parts(centre: Any) -> None:
    """A09 E09 E10: 12.20, of which 5.00 come first and the rest later; the same transfer twice counts once."""
    line = billing.InvoiceLine(
        number=1,
        description="Repair",
        quantity=Decimal(1),
        net=Money("10.00", "EUR"),
        tax=Money("2.20", "EUR"),
    )
    invoice = centre.manager.execute(
        billing.IssueInvoice(
            kind=billing.InvoiceKind.SHIPMENT,
            source="order-9/shipment/1",
            customer="C-1",
            currency="EUR",
            lines=(line,),
            order="order-9",
        )
    ).id
    for _ in range(2):
        centre.agent.execute(billing.RecordPayment(invoice, Money("5.00", "EUR"), "transfer 1"))
    assert centre.get(invoice).open == Money("7.20", "EUR")
    centre.agent.execute(billing.RecordPayment(invoice, Money("7.20", "EUR"), "transfer 2"))
    assert centre.get(invoice).status is billing.InvoiceStatus.PAID


def test_an_order_of_the_old_system_is_kept_for_the_history(centre: Any) -> None:
    """A26 E01: found by its customer, with its figures as they were."""
    dollars = Money("40.00", "USD")
    old = RecordedOrder(
        id="43659",
        customer="C-1",
        ordered_on=date(2014, 5, 1),
        currency="USD",
        lines=(RecordedLine("707", Decimal(2), Money("20.00", "USD"), dollars, 1),),
        subtotal=dollars,
        tax=Money("3.20", "USD"),
        freight=Money("1.00", "USD"),
        total=Money("44.20", "USD"),
    )
    centre.agent.execute(RecordOrder(old))
    assert centre.core.find("recorded_order", "customer", "C-1") == ("43659",)
    assert centre.get("43659", "recorded_order") == old
