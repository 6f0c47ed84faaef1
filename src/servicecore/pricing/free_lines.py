"""Free lines: what a quote adds to a cart at the price of 0, with its list price in the explanation (A05, CC 5.3)."""

from __future__ import annotations

from typing import Final

from servicecore.errors import InvalidValue
from servicecore.kernel.explain import StepKind
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.compiled_book import CompiledBook, Rounders
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.price_lines import PricedLines, price_from_list

FREE_PRODUCT: Final = StepKind(
    "pricing.free_product",
    en="free with the catalogue {catalogue}",
    it="in omaggio con il catalogo {catalogue}",
    de="gratis zum Katalog {catalogue}",
)


def free_lines(
    book: CompiledBook, cart: Cart, priced: PricedLines, rounders: Rounders
) -> tuple[tuple[LineInProgress, ...], tuple[Problem, ...]]:
    """Return the free products of the cart's catalogues as lines, numbered after those of the cart.

    They are closed to offers and coupons. A product without a price of its own starts from 0.

    Problems: ``quantity.unknown_conversion``, ``quantity.inexact_conversion``.
    """
    lines: list[LineInProgress] = []
    problems: list[Problem] = []
    number = max(line.number for line in cart.lines)
    for catalogue, free in priced.sources.free_products():
        number += 1
        item = book.items[free.item]
        unit = free.unit or item.unit
        try:
            ratio = book.units.ratio(unit, item.unit, item.id)
        except InvalidValue as invalid:
            problems.append(invalid.problem.under(f"catalogues.{catalogue.id}"))
            continue
        own = EXACT.divide(EXACT.multiply(free.quantity, ratio.numerator), ratio.denominator)
        cart_line = CartLine(free.item, free.quantity, free.unit, number)
        index = len(cart.lines) + len(lines)
        line = LineInProgress(cart_line, item, free.quantity, unit, own, rounders.one, rounders.line, index)
        line.open_to_offers = False
        price_from_list(book, line, priced.asked, rounders)
        line.give_away(FREE_PRODUCT, catalogue=catalogue.id)
        lines.append(line)
    return tuple(lines), tuple(problems)
