"""Property 20 on a book with graduated prices: it holds, and finds breaks that price all units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import BreakPricing, PriceBook, PriceList, PriceRow, compile_book
from servicecore.testing.pricing import BasePricingProperties, PropertyBroken


def _row(amount: int, least: int) -> PriceRow:
    return PriceRow("CAP", Money(Decimal(amount), "EUR"), min_quantity=least)


BOOK = PriceBook(
    "caps",
    "1",
    items=(Item("CAP", "Cap"),),
    lists=(PriceList("list", (_row(5, 1), _row(4, 10), _row(3, 100)), breaks=BreakPricing.GRADUATED),),
)


class GraduatedCaps(BasePricingProperties):
    book = BOOK
    max_examples = 60
    derandomize = True


def test_graduated_prices_keep_the_property() -> None:
    GraduatedCaps().test_20_graduated_continuity()


def test_breaks_that_price_all_units_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def for_all_units(book: PriceBook) -> object:
        lists = tuple(evolve(each, breaks=BreakPricing.ALL_UNITS) for each in book.lists)
        return compile_book(evolve(book, lists=lists))

    monkeypatch.setattr("servicecore.testing.pricing.till.compile_book", for_all_units)
    with pytest.raises(PropertyBroken, match="property 20"):
        GraduatedCaps().test_20_graduated_continuity()
