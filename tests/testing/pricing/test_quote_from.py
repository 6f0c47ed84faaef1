"""A quote in one call: what a test says of its own book."""

from __future__ import annotations

import pytest

from servicecore.boundary.price_books import BadPriceBook
from servicecore.errors import Refused
from servicecore.kernel.money import Money
from servicecore.pricing import CartLine, CustomerHistory, PastOrder
from servicecore.testing.pricing import quote_from

BOOK = """\
id: shop
version: "1"
items: [{id: TEA, name: Tea, base_price: 10.00 EUR}]
offers: [{id: FIRST, benefits: [{type: PercentOff, percent: 10}], conditions: [{type: NthOrder, n: 1}]}]
"""


def test_a_text_and_pairs_are_a_book_and_a_cart() -> None:
    """3 x 10.00 less a tenth, and 22 % of 27.00 on top."""
    quote = quote_from(BOOK, ("TEA", 3), tax="0.22")
    assert (quote.subtotal, quote.total) == (Money("27.00", "EUR"), Money("32.94", "EUR"))
    assert (quote.cart.customer, quote.at.isoformat()) == ("C-1", "2026-03-02T12:00:00+00:00")


def test_lines_facts_and_fields_of_the_cart_are_heard() -> None:
    quote = quote_from(BOOK, CartLine("TEA", 1), ("TEA", "2"), customer="C-9", facts=(CustomerHistory((PastOrder(),)),))
    assert (quote.cart.customer, quote.subtotal) == ("C-9", Money("30.00", "EUR"))
    [lost] = quote.not_applied
    assert lost.reason.code == "pricing.condition_first_order"


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(Refused, match="MUG"):
        quote_from(BOOK, ("MUG", 1))
    with pytest.raises(BadPriceBook, match="110 is not accepted"):
        quote_from(BOOK.replace("percent: 10", "percent: 110"), ("TEA", 1))
