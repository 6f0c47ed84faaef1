"""Agreed prices: a quote of goods whose prices were agreed before, for a code that comes to them later (E12, OR 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import evolve, frozen

from servicecore.catalog.items import Item
from servicecore.kernel.explain import StepKind
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.book import PriceBook
from servicecore.pricing.cart import Cart
from servicecore.pricing.coupons import Coupon
from servicecore.pricing.line_in_progress import LineInProgress, bounded
from servicecore.pricing.sources import ExchangePolicy

AGREED_LINE: Final = StepKind(
    "pricing.agreed_line",
    en="price {price} as the order agreed it",
    it="prezzo {price} come concordato nell'ordine",
    de="Preis {price} wie im Auftrag vereinbart",
)


@frozen
class AgreedPrices:
    """The fact what the lines of a cart cost already; lists, overrides and automatic offers have no say any more.

    Attributes:
        prices: pairs of line number and price of the whole line, with tax where the book's prices contain it.
        before: pairs of line number and what the whole line cost before discounts, for conditions that look at that;
            a line that is not named cost its price.

    """

    prices: tuple[tuple[int, Money], ...] = ()
    before: tuple[tuple[int, Money], ...] = ()

    def lock(self, lines: Iterable[LineInProgress]) -> None:
        """Put each agreed price on its line; a code may lower it from there."""
        if not self.prices:
            return
        prices, before = dict(self.prices), dict(self.before)
        for line in lines:
            price = prices.get(line.number)
            if price is not None:
                line.note(AGREED_LINE, EXACT.subtract(price.amount, line.exact), price=price)
                # Offers that count units look at the price of one; the line's own amounts stay as they were agreed.
                line.unit_price = bounded(EXACT.divide(price.amount, line.quantity))
                line.exact = line.net = price.amount
                line.gross = before.get(line.number, price).amount


NOTHING_AGREED: Final = AgreedPrices()
"""Every line is priced by the book."""


def book_of_agreed(book: PriceBook, cart: Cart, coupons: tuple[Coupon, ...]) -> PriceBook:
    """Return what a cart at agreed prices is quoted by: its items, ``coupons`` and what they release, nothing else.

    An item that is sold no more can still be in an order: it takes part.
    """
    known = {item.id: item for item in book.items}
    free = Money.zero(cart.currency)
    items = {
        line.item: evolve(
            known.get(line.item) or Item(line.item, line.item, line.unit or "each"),
            base_price=free,
            base_price_includes_tax=None,
            price_unit=1,
            active=True,
        )
        for line in cart.lines
    }
    released = {coupon.offer for coupon in coupons}
    return evolve(
        book,
        items=tuple(items.values()),
        lists=(),
        costs=(),
        offers=tuple(offer for offer in book.offers if offer.id in released),
        coupons=coupons,
        charges=(),
        delivery_modes=(),
        catalogues=(),
        catalogue_promotions=(),
        source_codes=(),
        exchanges=ExchangePolicy(),
        margin=None,
    )
