"""Offers that repeat on the same units until nothing is left of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.combination import Selection, UnitUse

REPEAT_UNBOUNDED: Final = ProblemKind(
    "lint.repeat_unbounded",
    en="{value} repeat on the same units until nothing is left of their price; accepted: {accepted}",
    it="{value} si ripetono sulle stesse unità finché del prezzo non resta nulla; valori ammessi: {accepted}",
    de="{value} wiederholen sich an denselben Einheiten, bis vom Preis nichts bleibt; zulässig: {accepted}",
)
_REPEATING: Final = frozenset({Selection.ALL, Selection.FIRST_EXCLUSIVE_ELSE_ALL})


def endless_repeats(book: PriceBook) -> Iterator[Problem]:
    """Return that a book repeats offers which spend no units, and names no limit for one cart; once for all offers."""
    rules = book.combination
    if not rules.repeat or rules.unit_use is UnitUse.SPENT or rules.selection not in _REPEATING:
        return
    endless = [
        offer.id
        for offer in book.offers
        if offer.limits.per_basket is None
        and not offer.skip_conditions
        and offer.touches_goods
        and not any(benefit.adds for benefit in offer.benefits)
    ]
    if endless:
        accepted = "unit_use: spent, or a limit per_basket"
        yield REPEAT_UNBOUNDED.at("combination.repeat", value=", ".join(endless), accepted=accepted)
