"""Which tax categories a cart needs rates of, because its items have prices of the other convention."""

from __future__ import annotations

from servicecore.catalog.items import Item
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.price_index import PriceQuestion


def rate_categories(book: CompiledBook, cart: Cart) -> tuple[str, ...]:
    """Return the tax categories, in alphabetical order, whose rates `TaxRates` has to have for a quote of ``cart``.

    They are those of items, free products of catalogues included, that state a price in the cart's currency unlike the
    book, in a row (`PriceRow.includes_tax`) or their own (`Item.base_price_includes_tax`); none in a book without such
    prices, where nothing is looked at.
    """
    if not book.states_tax:
        return ()
    wanted = [line.item for line in cart.lines]
    if cart.source_code or any(line.source_code for line in cart.lines):
        wanted += [free.item for catalogue in book.book.catalogues for free in catalogue.free_products]
    items = [book.items[each] for each in dict.fromkeys(wanted) if each in book.items]
    default = book.book.tax.default_category
    return tuple(sorted({item.tax_category or default for item in items if _converts(book, item, cart)}))


def _converts(book: CompiledBook, item: Item, cart: Cart) -> bool:
    prices, included = book.prices, book.book.tax.prices_include_tax
    own = item.base_price
    if item.base_price_includes_tax is (not included) and own is not None and own.currency == cart.currency:
        return True
    asked = PriceQuestion(cart.currency, 0, cart.customer, frozenset(), cart.channel)
    return any(
        indexed.row.includes_tax is (not included)
        for pool in (*prices.override, *prices.base, *prices.sale, *prices.fallback)
        if pool.states_tax
        for indexed in pool.filed(item, asked)
    )
