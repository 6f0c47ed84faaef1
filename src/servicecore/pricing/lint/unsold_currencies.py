"""Currencies of offers and charges in which nothing is sold: they never count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook

CURRENCY_UNSOLD: Final = ProblemKind(
    "lint.currency_unsold",
    en="{name} is in {value}, in which nothing has a price; accepted: {accepted}",
    it="{name} è in {value}, valuta in cui nulla ha un prezzo; valori ammessi: {accepted}",
    de="{name} ist in {value}, worin nichts einen Preis hat; zulässig: {accepted}",
)


def unsold_currencies(book: PriceBook) -> Iterator[Problem]:
    """Return what is in a currency in which neither an item nor a row of a list has a price.

    Coupons are left to ``useless_coupons``.
    """
    sold = {item.base_price.currency for item in book.items if item.base_price is not None}
    sold |= {row.amount.currency if row.amount else row.currency for each in book.lists for row in each.rows}
    if not sold or "" in sold:
        return
    accepted = ", ".join(sorted(sold))
    for path, name, currency in _currencies(book):
        if currency and currency not in sold:
            yield CURRENCY_UNSOLD.at(path, name=name, value=currency, accepted=accepted)


def _currencies(book: PriceBook) -> Iterator[tuple[str, str, str]]:
    for number, offer in enumerate(book.offers):
        named = {benefit.currency for benefit in offer.benefits if benefit.currency}
        if len(named) == 1:
            yield f"offers[{number}].benefits", offer.id, named.pop()
    for number, charge in enumerate(book.charges):
        yield f"charges[{number}].currency", charge.id, charge.currency
