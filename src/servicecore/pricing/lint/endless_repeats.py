"""Offers that repeat on the same units of one cart until a budget or a condition ends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.endless_repeat import repeats_on_units

REPEAT_UNBOUNDED: Final = ProblemKind(
    "lint.repeat_unbounded",
    en="{value} repeat on the same units of a cart until a budget, a total or a condition ends it;"
    " accepted: {accepted}",
    it="{value} si ripetono sulle stesse unità di un carrello finché un budget, un totale o una condizione lo"
    " impedisce; valori ammessi: {accepted}",
    de="{value} wiederholen sich an denselben Einheiten eines Warenkorbs, bis ein Budget, eine Gesamtzahl oder eine"
    " Bedingung es beendet; zulässig: {accepted}",
)


def endless_repeats(book: PriceBook) -> Iterator[Problem]:
    """Return that a book repeats offers which spend no units, and names no limit for one cart; once for all offers.

    What nothing ends is refused already, when the book is compiled (``pricing.offer_repeats_endlessly``).
    """
    endless = [offer.id for offer in book.offers if repeats_on_units(offer, book.combination)]
    if endless:
        accepted = "unit_use: spent, or a limit per_basket"
        yield REPEAT_UNBOUNDED.at("combination.repeat", value=", ".join(endless), accepted=accepted)
