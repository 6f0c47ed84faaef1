"""Replay a quote: make it once more from its cart, its book and its tax answer; the bytes are the same (F02)."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from servicecore.kernel.checked_fields import must_be
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Refusal, refuse
from servicecore.kernel.problems import ProblemKind
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.offer_codes import PastOrder
from servicecore.pricing.quote import Quote

OTHER_BOOK: Final = ProblemKind(
    "pricing.other_book",
    en="the quote was made with {value}; accepted: {accepted}",
    it="il preventivo è stato fatto con {value}; valori ammessi: {accepted}",
    de="das Angebot wurde mit {value} erstellt; zulässig: {accepted}",
)


def replay_quote(book: CompiledBook, quote: Quote, facts: Facts) -> Quote | Refusal:
    """Return ``quote`` made once more; equal to it, and written to the same bytes, unless somebody changed either.

    The tax engine is not asked: its answer of then is part of the quote, and so are the rates of then. Where nothing is
    said of the customer's history, it is what the quote's ``offer_uses`` say.

    Args:
        book: the book of the version that the quote names.
        quote: as it was stored.
        facts: as they were: who asked, with the rights of then, and what was known of customer and coupons; the
            instant is taken from the quote.

    Problems: ``pricing.other_book`` for a book of another version, and what a quote refuses.

    Raises:
        InvalidValue: ``value.wrong_type``, naming the argument.

    """
    must_be(facts, Facts, "facts")
    if must_be(book, CompiledBook, "book").version != must_be(quote, Quote, "quote").book:
        return refuse(OTHER_BOOK.at("book", value=quote.book, accepted=book.version))
    then = evolve(facts, now=quote.at)
    if quote.tax_rates is not None:
        then = then.with_facts(quote.tax_rates)
    if quote.offer_uses and then.maybe(CustomerHistory) is None:
        then = then.with_facts(_history(quote))
    draft = price_cart(book, quote.cart, then, quote.id)
    if isinstance(draft, Refusal):
        return draft
    if draft.offer_uses:
        draft = evolve(draft, offer_uses=_as_then(book, draft.offer_uses, quote))
    return finish_quote(draft, quote.tax_quote)


def _as_then(book: CompiledBook, uses: tuple[OfferUse, ...], quote: Quote) -> tuple[OfferUse, ...]:
    """Return ``uses`` without what a quote of a release that did not count codes of offers does not say of them."""
    stored = {(each.offer, each.code): each for each in quote.offer_uses}
    said = []
    for use in uses:
        then = stored.get((use.offer, use.code))
        if then is not None:
            said.append(use if then.code_uses_before is not None else evolve(use, code_uses_before=None))
        elif book.offers.by_id[use.offer].counted:
            said.append(use)
    return tuple(said)


def _history(quote: Quote) -> CustomerHistory:
    orders = max([each.orders_before or 0 for each in quote.offer_uses])
    uses = tuple([(each.offer, each.uses_before) for each in quote.offer_uses if each.uses_before is not None])
    of_codes = [
        (each.offer, each.code, each.code_uses_before) for each in quote.offer_uses if each.code_uses_before is not None
    ]
    return CustomerHistory((PastOrder(),) * orders, offer_uses=uses, code_uses=tuple(of_codes))
