"""One call from a price book to a quote, for tests and examples of a team's own rules."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from servicecore.boundary.price_books import load_price_book
from servicecore.errors import Refused
from servicecore.kernel.operations import Refusal
from servicecore.pricing import Cart, CartLine, PriceBook, Quote
from servicecore.testing.pricing.till import Till
from servicecore.testing.pricing.visit import Visit

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When a cart is quoted, where nobody says."""


def quote_from(
    book: PriceBook | str,
    *lines: CartLine | tuple[str, Decimal | int | str],
    at: datetime = NOON,
    tax: Decimal | int | str = 0,
    facts: tuple[object, ...] = (),
    **cart: Any,
) -> Quote:
    """Return the quote of a cart, without an installation.

    Args:
        book: a price book, or the text of a price book file in YAML.
        lines: lines of the cart, or pairs of an item's id and a quantity.
        at: when, aware.
        tax: a flat rate on everything, as a fraction: ``"0.22"``.
        facts: what a quote may know beside the book, such as `CustomerHistory`.
        cart: further fields of the `Cart`; the customer is ``C-1`` and the currency EUR where nobody says.

    Raises:
        Refused: with every problem of the cart.
        BadPriceBook: with every mistake of the text.

    """
    wanted = [line if isinstance(line, CartLine) else CartLine(line[0], Decimal(line[1])) for line in lines]
    visit = Visit(Cart(cart.pop("customer", "C-1"), cart.pop("currency", "EUR"), wanted, **cart), at)
    answer = Till(_read(book)).answer(visit, rate=Decimal(tax), facts=facts)
    if isinstance(answer, Refusal):
        raise Refused(answer.problems)
    return answer


def _read(book: PriceBook | str) -> PriceBook:
    if isinstance(book, PriceBook):
        return book
    with TemporaryDirectory() as folder:
        file = Path(folder) / "book.yaml"
        file.write_text(book, encoding="utf-8")
        return load_price_book(file)
