"""Best prices of lines whose average price never ends: quoted, whether or not the search can count that finely."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    BreakPricing,
    Bundle,
    BuyGet,
    CartLine,
    Combination,
    Offer,
    PercentOff,
    PriceBook,
    PriceList,
    PriceRow,
    Selection,
)

TEA = (
    PriceRow("TEA", Money("37.44", "EUR"), min_quantity=1),
    PriceRow("TEA", Money("34.44", "EUR"), min_quantity=10),
)
BOOK = PriceBook(
    "teas",
    "1",
    items=(Item("TEA", "Tea"),),
    lists=(PriceList("graduated", TEA, breaks=BreakPricing.GRADUATED),),
    offers=(
        Offer("PERCENT", PercentOff(6)),
        Offer("THREE", Bundle(size=3, percent=Decimal(12))),
        Offer("HALF", BuyGet(2, 1, percent=Decimal(50))),
    ),
    combination=Combination(selection=Selection.OPTIMAL),
)


@pytest.mark.parametrize(
    ("units", "net"),
    [
        # 11 cost 10 x 37.44 + 34.44 = 408.84, 37.1672... each: half of 1, 12 % of 3, 6 % of the other 5
        (11, "365.73"),  # 1.16 units of them off: 408.84 - 43.114
        # 13 cost 10 x 37.44 + 3 x 34.44 = 477.72, 36.7476... each: half of 1, 12 % of 3, 6 % of the other 7
        (13, "430.69"),  # 1.28 units of them off: 477.72 - 47.037
    ],
)
def test_units_of_a_graduated_price_have_their_best_price(desk: Any, units: int, net: str) -> None:
    quote = desk.quote(BOOK, desk.cart(CartLine("TEA", units)))
    assert quote.lines[0].net == Money(net, "EUR")
