"""Taxes that follow from the customer, on the public API only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from servicecore import Actor, Money, ServiceCore, Settings, customers, orders, pricing
from servicecore.catalog import Item
from servicecore.customers import Address, AddressElement, AddressKind, CustomerAddress
from servicecore.plugins.settings import PluginSettings
from servicecore.testing.pricing import load_price_book

SHIP = AddressKind.SHIP_TO
GOLDEN = Address("Ada", "2 Main St", "Golden", "US", "80401", "CO")
DENVER = Address("Ada", "1 Main St", "Denver", "US", "80214", "CO", county="Jefferson")


@pytest.fixture
def shop() -> Iterator[ServiceCore]:
    search = customers.TaxGroupSearch(
        rules=(
            customers.TaxGroupRule(1, (AddressElement.CITY, AddressElement.ZIP)),
            customers.TaxGroupRule(2, (AddressElement.STATE,)),
        ),
        groups=(
            customers.TaxGroup("Denver1", city="Denver", postal_code="80214"),
            customers.TaxGroup("Colorado", region="CO"),
        ),
    )
    rates = {"rate-table": {"rates": [{"country": "US", "region": "CO", "rate": "0.05"}]}}
    opened = ServiceCore.open(
        "memory:",
        settings=Settings(
            customers=customers.CustomerPolicy(search), plugins=PluginSettings(plugins=rates), tax_engine="rate-table"
        ),
        book=pricing.PriceBook("shop", "1", items=(Item("tea", "Tea", base_price=Money("10.00", "USD")),)),
        autoload=False,
    )
    yield opened
    assert tuple(opened.verify()) == ()
    opened.close()


def test_an_address_brings_its_tax_group_unless_somebody_set_one(shop: ServiceCore) -> None:
    """A18: Golden is in Colorado's group, Denver has one of its own, and what was set by hand stays."""
    desk = shop.acting_as(Actor("agent-7", roles={"agent"}))
    entry = CustomerAddress(SHIP, GOLDEN)
    ada = desk.execute(customers.RegisterCustomer("Ada", addresses=(entry,))).id
    assert desk.get(ada).entry(SHIP).tax_group == "Colorado"
    desk.execute(customers.ChangeAddress(ada, SHIP, DENVER))
    assert desk.get(ada).entry(SHIP).tax_group == "Denver1"
    desk.execute(customers.SetTaxGroup(ada, SHIP, "Colorado"))
    desk.execute(customers.ChangeAddress(ada, SHIP, GOLDEN))
    desk.execute(customers.ChangeAddress(ada, SHIP, DENVER))
    assert desk.get(ada).entry(SHIP).tax_group == "Colorado"


def test_a_customer_with_a_certificate_pays_no_tax_where_it_holds(shop: ServiceCore) -> None:
    """C01 A18: nobody has to think of the certificate; it is found for the place and the day of the sale."""
    desk = shop.acting_as(Actor("agent-7", roles={"agent"}))
    ada = desk.execute(customers.RegisterCustomer("Ada", addresses=(CustomerAddress(SHIP, DENVER),))).id
    cart = pricing.Cart(
        customer=ada,
        currency="USD",
        lines=(pricing.CartLine("tea", 1),),
        ship_to_country="US",
        ship_to_region="CO",
    )
    assert desk.quote(cart).tax == Money("0.50", "USD")
    desk.execute(customers.RecordExemption(ada, customers.TaxExemption("EX-1", "US-CO")))
    assert desk.quote(cart).tax == Money("0.00", "USD")


def test_a_certificate_that_comes_late_frees_what_is_not_invoiced(shop: ServiceCore) -> None:
    """E22: two teas with 1.00 of tax; one is billed, then the customer sends the certificate."""
    desk = shop.acting_as(Actor("agent-7", roles={"agent"}))
    cart = pricing.Cart(
        customer="C-1",
        currency="USD",
        lines=(pricing.CartLine("tea", 2),),
        ship_to_country="US",
        ship_to_region="CO",
    )
    order = desk.execute(orders.PlaceOrder(quote=desk.quote(cart), tenders=(orders.OnAccount(),))).id
    desk.execute(orders.ShipLines(order, (orders.LineQuantity(1, 1),)))
    desk.execute(orders.InvoiceShipment(order))
    desk.execute(orders.ExemptFromTax(order, customers.TaxExemption("EX-1", "US-CO")))
    assert desk.get(order).billable == Money("20.50", "USD")


def test_an_item_says_that_its_own_price_contains_tax(shop: ServiceCore, tmp_path: Path) -> None:
    """A05 A18: 10.50 with the 5 percent of Colorado is 10.00 without; two are 21.00 in the end, as the price says."""
    file = tmp_path / "book.yaml"
    tea = "{id: tea, name: Tea, base_price: 10.50 USD, base_price_includes_tax: true}"
    file.write_text(f"{{id: shop, version: '2', items: [{tea}]}}", encoding="utf-8")
    shop.use_book(load_price_book(file))
    desk = shop.acting_as(Actor("agent-7", roles={"agent"}))
    line = pricing.CartLine("tea", 2)
    cart = pricing.Cart("C-1", "USD", lines=(line,), ship_to_country="US", ship_to_region="CO")
    quote = desk.quote(cart)
    assert [str(each) for each in (quote.subtotal, quote.tax, quote.total)] == ["20.00 USD", "1.00 USD", "21.00 USD"]
    order = desk.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id
    assert str(desk.get(order).billable) == "21.00 USD"
