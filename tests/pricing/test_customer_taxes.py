from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.customers import Address, AddressKind, Customer, CustomerAddress, TaxExemption
from servicecore.kernel.money import Money
from servicecore.pricing import CartLine, CustomerTaxes, PriceBook

BOOK = PriceBook("b", "1", items=(Item("A", "A", base_price=Money(Decimal(10), "EUR")),))
HOME = Address("Ada", "1 Main St", "Seattle", "US", region="WA")
CUSTOMER = Customer(
    "C1",
    "Ada",
    datetime(2025, 1, 1, tzinfo=UTC),
    addresses=(CustomerAddress(AddressKind.SHIP_TO, HOME, tax_group="Seattle"),),
    exemptions=(TaxExemption("EX-1", "US-WA", date(2026, 1, 15)), TaxExemption("EX-2", "IT", date(2026, 1, 14))),
)


@pytest.mark.parametrize(
    ("country", "region", "told"),
    [
        ("US", "WA", ("EX-1", "US-WA", "Seattle")),
        ("US", "NY", ("", "", "")),
        ("US", "", ("", "", "Seattle")),
        ("IT", "", ("", "", "")),
        ("", "", ("", "", "")),
    ],
)
def test_the_engine_is_told_what_holds_where_the_goods_go_on_the_day(
    desk: Any, country: str, region: str, told: tuple[str, str, str]
) -> None:
    """E22 A18: the desk's day is 15 January 2026, the last of EX-1 and the first without EX-2."""
    cart = desk.cart(CartLine("A", 1), ship_to_country=country, ship_to_region=region)
    request = desk.draft(BOOK, cart, desk.facts(others=(CustomerTaxes(CUSTOMER),))).tax_request
    assert (request.exemption, request.exemption_in, request.tax_group) == told


def test_a_customer_that_is_not_stored_tells_nothing(desk: Any) -> None:
    cart = desk.cart(CartLine("A", 1), ship_to_country="US", ship_to_region="WA")
    plain = desk.draft(BOOK, cart).tax_request
    assert desk.draft(BOOK, cart, desk.facts(others=(CustomerTaxes(),))).tax_request == plain
