"""A quote in a notebook: one table of lines, every figure folded below it."""

from __future__ import annotations

from typing import Any

from tests.kernel.test_html import Page

from servicecore import Actor, Money, ServiceCore, Settings, pricing
from servicecore.catalog import Item


def euro(amount: str) -> Money:
    return Money(amount, "EUR")


def quoted(**book: Any) -> pricing.Quote:
    items = (Item("tea", "Tea <script>alert('x')</script> & more", base_price=euro("4.50")),)
    priced = pricing.PriceBook(id="shop", version="1", items=items, **book)
    with ServiceCore.open("memory:", settings=Settings(tax_engine="none"), book=priced, autoload=False) as core:
        desk = core.acting_as(Actor("agent-7", roles={"agent"}))
        lines = (pricing.CartLine("tea", 3), pricing.CartLine("tea", 1))
        return desk.quote(pricing.Cart(customer="C-1", currency="EUR", lines=lines, codes=("NOPE",)))


def test_the_table_has_the_figures_of_the_quote_and_below_it_each_explanation() -> None:
    quote = quoted()
    text = quote._repr_html_()
    assert "<script" not in text
    page = Page(text)
    assert page.rows[0] == ["line", "quantity", "price", "discount", "net", "item"]
    assert page.rows[1][:5] == ["1", "3 each", "4.50 EUR", "", "13.50 EUR"]
    assert page.rows[1][5] == "Tea <script>alert('x')</script> & more"
    assert page.rows[3] == ["", "", "", "", "18.00 EUR", "sub-total"]
    assert page.rows[5] == ["", "", "", "", "18.00 EUR", "total"]
    assert page.summaries == ["line 1: 13.50 EUR", "line 2: 4.50 EUR", "total: 18.00 EUR", "not applied: 1"]
    assert page.rows[-1][0] == "NOPE"


def test_the_words_are_those_of_the_language() -> None:
    quote = quoted()
    heads = {locale: Page(quote.html(locale)).rows[0] for locale in ("en", "it", "de")}
    assert heads["it"][1] == "quantità"
    assert heads["de"][4] == "Netto"
    assert len({tuple(head) for head in heads.values()}) == 3
