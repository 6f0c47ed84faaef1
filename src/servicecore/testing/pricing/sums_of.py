"""Sums that several properties need, made from a quote."""

from __future__ import annotations

from decimal import Decimal

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money, sum_money
from servicecore.pricing import PriceBook, Quote


def value_before_offers(quote: Quote, book: PriceBook) -> Money:
    """Return what the lines that take offers come to in ``quote``, which was made without offers."""
    takes = {item.id for item in book.items if item.discountable}
    return sum_money((line.net for line in quote.lines if line.item in takes), quote.currency)


def minor_unit_of(book: PriceBook, currency: str) -> Money:
    """Return the smallest amount by which values of the book differ in ``currency``."""
    digits = book.rounding.line.digits
    return Money(Decimal(1).scaleb(-max(currency_digits(currency), digits or 0)), currency)
