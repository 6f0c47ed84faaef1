"""Offers that every quote has to look at, because nothing that a cart has selects them (pricing property 44)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.offer import OfferTrigger

OFFER_UNSELECTIVE: Final = ProblemKind(
    "lint.offer_unselective",
    en="every quote has to look at the offer {value}; accepted: {accepted}",
    it="ogni preventivo deve esaminare l'offerta {value}; valori ammessi: {accepted}",
    de="jedes Angebot an Kunden muss die Aktion {value} prüfen; zulässig: {accepted}",
)


def unselective_offers(book: PriceBook) -> Iterator[Problem]:
    """Return the automatic offers that are filed under nothing but a currency."""
    for number, offer in enumerate(book.offers):
        if offer.trigger is not OfferTrigger.AUTOMATIC:
            continue
        selective = any(all(kind != "currency" for kind, _name in terms) for terms in offer.necessary_terms())
        if not selective:
            accepted = "a target, or a condition on items, channel, customer, group or attribute"
            yield OFFER_UNSELECTIVE.at(f"offers[{number}]", value=offer.id, accepted=accepted)
