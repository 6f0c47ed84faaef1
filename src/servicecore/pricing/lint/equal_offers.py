"""Offers that stand in the book twice under two ids: both are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.offer import Offer

OFFER_TWICE: Final = ProblemKind(
    "lint.offer_twice",
    en="the offer {value} says the same as {other}; accepted: {accepted}",
    it="l'offerta {value} dice lo stesso di {other}; valori ammessi: {accepted}",
    de="das Angebot {value} sagt dasselbe wie {other}; zulässig: {accepted}",
)


def equal_offers(book: PriceBook) -> Iterator[Problem]:
    """Return the offers that differ from one before in nothing but id and name."""
    first: dict[Offer, str] = {}
    for number, offer in enumerate(book.offers):
        other = first.setdefault(evolve(offer, id="-", name=""), offer.id)
        if other != offer.id:
            yield OFFER_TWICE.at(f"offers[{number}]", value=offer.id, other=other, accepted="one of the two")
