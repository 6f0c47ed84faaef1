"""Potential discounts: what offers would give whose conditions a cart misses."""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.kernel.problems import Problem
from servicecore.pricing.change_book import with_offer
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.quote import Quote

MOST_OFFERS: Final = 20
"""How many near misses are tried, each by pricing the cart once more."""


@frozen
class PotentialDiscount:
    """What an offer would give if its conditions held (A07).

    Attributes:
        offer: the offer's id.
        amount: by how much the goods of the cart would cost less, all other offers considered; above 0.
        missing: the first condition that does not hold, with its values.

    """

    offer: str
    amount: Money
    missing: Problem


def potential_discounts(
    book: CompiledBook, quote: Quote, facts: Facts, *, most: int = MOST_OFFERS
) -> tuple[PotentialDiscount, ...]:
    """Return what the offers would give that ``quote`` considered and did not apply, the largest first.

    Each is tried alone: the cart is priced once more as if its conditions held, with every other rule of the book, so
    an offer that would lose to a better one is not there. An offer without an effect on this cart is left out too.

    Args:
        book: the book that the quote was made with.
        quote: the quote.
        facts: of whoever asks; the instant is the quote's.
        most: how many near misses are tried, in the quote's order.

    """
    then = evolve(facts, now=quote.at)
    if quote.tax_rates is not None:
        then = then.with_facts(quote.tax_rates)
    found: list[PotentialDiscount] = []
    tried: set[str] = set()
    for each in quote.not_applied:
        offer = book.offers.by_id.get(each.rule)
        if offer is None or not offer.conditions or each.rule in tried or len(tried) >= most:
            continue
        tried.add(each.rule)
        amount = _would_give(with_offer(book, evolve(offer, conditions=()), book.book.version), quote, then)
        if amount.amount > 0:
            found.append(PotentialDiscount(each.rule, amount, each.reason))
    return tuple(sorted(found, key=lambda each: (-each.amount.amount, each.offer)))


def _would_give(book: CompiledBook, quote: Quote, facts: Facts) -> Money:
    draft = price_cart(book, quote.cart, facts, quote.id)
    return Money.zero(quote.currency) if isinstance(draft, Refusal) else quote.subtotal - draft.subtotal
