"""Amounts of offers that say no currency, and are taken off carts in every one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.benefits import Tiered, TierValue

AMOUNT_WITHOUT_CURRENCY: Final = ProblemKind(
    "lint.amount_without_currency",
    en="the tiers of the offer {value} are amounts in no currency, and count in every one; accepted: {accepted}",
    it="gli scaglioni dell'offerta {value} sono importi senza valuta, e valgono in tutte; valori ammessi: {accepted}",
    de="die Staffeln des Angebots {value} sind Beträge ohne Währung und gelten in jeder; zulässig: {accepted}",
)


def amounts_without_currency(book: PriceBook) -> Iterator[Problem]:
    """Return the offers whose tiers are amounts without a currency: 5 off is 5 yen, and 5 euros."""
    for number, offer in enumerate(book.offers):
        for place, benefit in enumerate(offer.benefits):
            if isinstance(benefit, Tiered) and benefit.kind is TierValue.AMOUNT and not benefit.currency:
                path = f"offers[{number}].benefits[{place}].currency"
                yield AMOUNT_WITHOUT_CURRENCY.at(path, value=offer.id, accepted="an ISO 4217 code")
