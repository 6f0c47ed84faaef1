"""Goods from several catalogues in one call, on the public API only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import evolve
from tests.scenarios.conftest import euro

from servicecore import orders, pricing


def test_one_order_from_two_catalogues(centre: Any) -> None:
    """A05 E01: one tea is from the spring catalogue, a tenth cheaper and with a free pot, the other from none."""
    spring = pricing.Catalogue("SPRING", price_groups=("spring",), free_products=(pricing.FreeProduct("pot"),))
    offer = pricing.Offer("TEN", pricing.PercentOff(10), conditions=(pricing.InCustomerGroup(("spring",)),))
    book = evolve(
        centre.core.book().book,
        version="2",
        offers=(offer,),
        catalogues=(spring,),
        source_codes=(pricing.SourceCode("SP-1", "SPRING"),),
    )
    centre.core.use_book(book)
    lines = (pricing.CartLine("tea", Decimal(10), source_code="sp-1"), pricing.CartLine("tea", Decimal(10)))
    quote = centre.agent.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines))
    assert [(line.item, line.net) for line in quote.lines] == [
        ("tea", euro("40.50")),
        ("tea", euro("45.00")),
        ("pot", euro("0.00")),
    ]
    order = centre.agent.execute(orders.PlaceOrder(quote=quote, tenders=(orders.OnAccount(),))).id
    assert centre.get(order).billable == euro("85.50")
