"""What a book names and does not have: items, categories and offers that nobody sells or that have another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.target import Target

UNKNOWN_ITEM: Final = ProblemKind(
    "lint.unknown_item",
    en="no item of the book is called {value}; accepted: {accepted}",
    it="nessun articolo del listino si chiama {value}; valori ammessi: {accepted}",
    de="kein Artikel des Preisbuchs heißt {value}; zulässig: {accepted}",
)
UNKNOWN_CATEGORY: Final = ProblemKind(
    "lint.unknown_category",
    en="no item of the book is in the category {value}; accepted: {accepted}",
    it="nessun articolo del listino è nella categoria {value}; valori ammessi: {accepted}",
    de="kein Artikel des Preisbuchs ist in der Kategorie {value}; zulässig: {accepted}",
)
UNKNOWN_OFFER: Final = ProblemKind(
    "lint.unknown_offer",
    en="no offer of the book is called {value}; accepted: {accepted}",
    it="nessuna offerta del listino si chiama {value}; valori ammessi: {accepted}",
    de="kein Angebot des Preisbuchs heißt {value}; zulässig: {accepted}",
)


def unknown_names(book: PriceBook) -> Iterator[Problem]:
    """Return the names of items, categories and offers that the book does not have; a mistyped one matches nothing."""
    items = frozenset(item.id for item in book.items)
    categories = frozenset(name for item in book.items for name in item.categories)
    rows = [(f"lists[{n}].rows[{m}]", row) for n, each in enumerate(book.lists) for m, row in enumerate(each.rows)]
    for path, row in rows:
        yield from _items(f"{path}.item", (row.item,), items)
        yield from _categories(f"{path}.category", (row.category,), categories)
    for number, cost in enumerate(book.costs):
        yield from _items(f"costs[{number}].item", (cost.item,), items)
    yield from _offers(book)
    for part in ("offers", "coupons", "charges"):
        for number, each in enumerate(getattr(book, part)):
            for path, target in _targets(each, f"{part}[{number}]"):
                yield from _items(path, (*target.items, *target.excluded_items), items)
                yield from _categories(path, (*target.categories, *target.excluded_categories), categories)
    for number, promotion in enumerate(book.catalogue_promotions):
        path = f"catalogue_promotions[{number}]"
        yield from _items(path, (*promotion.variants, *promotion.products), items)
        yield from _categories(path, promotion.categories, categories)


def _offers(book: PriceBook) -> Iterator[Problem]:
    known = frozenset(offer.id for offer in book.offers)
    for number, offer in enumerate(book.offers):
        for field in ("combinable_with", "not_combinable_with"):
            for name in getattr(offer, field):
                if name not in known:
                    accepted = "the id of an offer in the price book"
                    yield UNKNOWN_OFFER.at(f"offers[{number}].{field}", value=name, accepted=accepted)


def _items(path: str, names: Iterable[str], known: frozenset[str]) -> Iterator[Problem]:
    for name in names:
        if name and name not in known:
            yield UNKNOWN_ITEM.at(path, value=name, accepted="the id of an item in the price book")


def _categories(path: str, names: Iterable[str], known: frozenset[str]) -> Iterator[Problem]:
    for name in names:
        if name and name not in known:
            yield UNKNOWN_CATEGORY.at(path, value=name, accepted="a category of an item in the price book")


def _targets(value: Any, path: str) -> Iterator[tuple[str, Target]]:
    """Yield every target in ``value``, those of benefits, conditions and parts of plugins included, with its place."""
    if isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _targets(each, f"{path}[{place}]")
    elif attrs.has(type(value)):
        if isinstance(value, Target):
            yield path, value
        for attribute in attrs.fields(type(value)):
            if attribute.init:
                yield from _targets(getattr(value, attribute.name), f"{path}.{attribute.alias}")
