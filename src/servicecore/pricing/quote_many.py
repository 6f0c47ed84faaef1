"""Quote many carts from one compiled book, one after the other, without keeping any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Refusal
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.quote import Quote
from servicecore.pricing.taxes import TaxQuote, TaxRequest


def quote_many(
    book: CompiledBook, carts: Iterable[tuple[str, Cart]], facts: Facts, tax: Callable[[TaxRequest], TaxQuote]
) -> Iterator[Quote | Refusal]:
    """Give the quote of each cart, or why there is none, in the order of the carts.

    A cart is read when its quote is asked for, and neither is kept: memory does not grow with their number.

    Args:
        book: the prices.
        carts: the id of each quote with its cart; may be without end.
        facts: the same for all.
        tax: answers each tax request.

    """
    for quote_id, cart in carts:
        draft = price_cart(book, cart, facts, quote_id)
        yield draft if isinstance(draft, Refusal) else finish_quote(draft, tax(draft.tax_request))
