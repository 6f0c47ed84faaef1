"""Quote many carts from one compiled book, one after the other, without keeping any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from servicecore.kernel.checked_fields import check_of, must_be
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Refusal
from servicecore.pricing.cart import Cart
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.quote import Quote
from servicecore.pricing.taxes import TaxQuote, TaxRequest

_check_carts: Final = check_of(Iterable)
_check_pair: Final = check_of(tuple[str, Cart])
_check_tax: Final = check_of(Callable)


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

    Raises:
        InvalidValue: ``value.wrong_type``: at once, naming the argument; for what is no pair of id and cart when its
            turn comes, naming its place.

    """
    _check_carts(carts, "carts")
    _check_tax(tax, "tax")
    return _quotes(must_be(book, CompiledBook, "book"), carts, must_be(facts, Facts, "facts"), tax)


def _quotes(
    book: CompiledBook, carts: Iterable[tuple[str, Cart]], facts: Facts, tax: Callable[[TaxRequest], TaxQuote]
) -> Iterator[Quote | Refusal]:
    for place, pair in enumerate(carts):
        try:
            quote_id, cart = pair
            draft = price_cart(book, cart, facts, quote_id)
        except (TypeError, ValueError):  # looked at only now: pairs that fit cost nothing
            _check_pair(pair, f"carts[{place}]")
            raise
        yield draft if isinstance(draft, Refusal) else finish_quote(draft, tax(draft.tax_request))
