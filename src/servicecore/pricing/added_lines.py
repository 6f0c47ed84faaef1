"""Added lines: what a quote puts beside the lines of a cart, a catalogue's free products and what offers give."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from attrs import define, field

from servicecore.errors import InvalidValue
from servicecore.kernel.explain import StepKind
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.compiled_book import CompiledBook, Rounders
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.price_from_list import price_from_list
from servicecore.pricing.price_lines import PricedLines
from servicecore.pricing.promotions.asked import AddedByOffer
from servicecore.pricing.promotions.outcomes import OFFER_APPLIED, applied

FREE_PRODUCT: Final = StepKind(
    "pricing.free_product",
    en="free with the catalogue {catalogue}",
    it="in omaggio con il catalogo {catalogue}",
    de="gratis zum Katalog {catalogue}",
)
ADDED_PRICE: Final = StepKind(
    "pricing.added_price",
    en="price {price} of the offer {offer}, times {quantity}",
    it="prezzo {price} dell'offerta {offer}, per {quantity}",
    de="Preis {price} des Angebots {offer}, mal {quantity}",
)


@define
class AddedLines:
    """Lines that are being added to a cart, numbered after its own; closed to offers and coupons.

    Attributes:
        book: the price book.
        cart: what was asked.
        rounders: the book's rounding in the cart's currency.
        lines: those added so far.
        problems: what is wrong with others: ``quantity.unknown_conversion``, ``quantity.inexact_conversion``.

    """

    book: CompiledBook
    cart: Cart
    rounders: Rounders
    lines: list[LineInProgress] = field(init=False, factory=list)
    problems: list[Problem] = field(init=False, factory=list)

    def add_free_products(self, priced: PricedLines) -> None:
        """Add the free products of the cart's catalogues; one without a price of its own starts from 0 (CC 5.3).

        The list price that it shows is the one for whom the catalogue was sent to: of the code that brings it.
        """
        for catalogue, free, place in priced.sources.free_products():
            try:
                line = self._begin(free.item, free.quantity, free.unit)
            except InvalidValue as invalid:
                self.problems.append(invalid.problem.under(f"catalogues.{catalogue.id}"))
                continue
            asked = priced.asked if place is None else priced.of_lines[place]
            price_from_list(self.book, line, asked, self.rounders)
            line.give_away(FREE_PRODUCT, catalogue=catalogue.id)
            self.lines.append(line)

    def add_gifts(self, added: Iterable[AddedByOffer]) -> None:
        """Add the items that offers give, at the offer's price less its discount."""
        for each in added:
            given = each.item
            line = self._begin(given.item, given.quantity, "")
            price = Money(given.unit_price, self.cart.currency)
            line.list_money = price
            line.list_price = given.unit_price
            line.set_unit_price(given.unit_price)
            line.note(ADDED_PRICE, line.exact, price=price, offer=each.offer.id, quantity=given.quantity)
            offer = each.offer
            named = applied(offer, offer.terms, line.exact, given.quantity)
            line.take_off(min(given.discount, line.exact), offer.id, each.code, OFFER_APPLIED, named)
            self.lines.append(line)

    def _begin(self, item_id: str, quantity: Decimal, unit: str) -> LineInProgress:
        item = self.book.items[item_id]
        own = self.book.units.amount_in(item.unit, quantity, unit or item.unit, item.id)
        number = max(line.number for line in self.cart.lines) + len(self.lines) + 1
        index = len(self.cart.lines) + len(self.lines)
        line = LineInProgress(
            CartLine(item_id, quantity, unit, number),
            item,
            quantity,
            unit or item.unit,
            own,
            self.rounders.one,
            self.rounders.line,
            index,
        )
        line.open_to_offers = False
        return line
