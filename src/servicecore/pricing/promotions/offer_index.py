"""The index of automatic offers: a quote touches those that its own cart can release, however many exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Final, Protocol

from attrs import frozen

from servicecore.pricing.cart import Cart
from servicecore.pricing.overlay import changed
from servicecore.pricing.promotions.offer import Offer, OfferTrigger
from servicecore.pricing.promotions.situation import Term

CROWDED: Final = 1000
"""How many offers may lie under one condition before another is looked for."""

_BREADTH: Final = {"category": 1, "group": 1, "attribute": 1, "channel": 2, "currency": 3}

_order: Final = attrgetter("stage", "id")

_SINGLE: Final = frozenset({"customer", "channel", "currency"})


class Asking(Protocol):
    """A cart on a day, as far as offers are filed by it."""

    @property
    def cart(self) -> Cart:
        """Return the cart."""

    @property
    def day(self) -> int:
        """Return the civil day, as a number of days."""

    @property
    def by_item(self) -> Mapping[str, object]:
        """Return something for each item of the cart."""

    @property
    def groups(self) -> Iterable[str]:
        """Return the groups that count for the cart, or for one of its lines."""

    @property
    def categories(self) -> Iterable[str]:
        """Return the categories of the cart's items, ancestors included, each once."""


@frozen
class OfferIndex:
    """Automatic offers, each filed under the terms of one of its necessary conditions.

    Every offer that can touch a cart lies under a term that the cart has, because the condition is necessary; what
    lies there and cannot touch it is removed by the full test.

    Attributes:
        by_term: offers under each term, by the term's kind and its value.
        unfiled: offers without any selective condition: looked at by every quote.

    """

    by_term: Mapping[str, Mapping[str, tuple[Offer, ...]]]
    unfiled: tuple[Offer, ...]

    def candidates(self, scene: Asking) -> list[Offer]:
        """Return the valid offers that the cart can release, each once, in the order of application."""
        found = {offer.id: offer for offer in self.unfiled} if self.unfiled else {}
        for kind, filed in self.by_term.items():
            for value in cart_values(kind, scene):
                offers = filed.get(value)
                if offers is not None:
                    for offer in offers:
                        found[offer.id] = offer
        if not found:
            return []
        day = scene.day
        valid = [offer for offer in found.values() if offer.first_day <= day <= offer.last_day]
        if len(valid) > 1:
            valid.sort(key=_order)
        return valid

    def with_offer(self, offer: Offer) -> OfferIndex:
        """Return the index with ``offer``, which it does not hold."""
        if offer.trigger is not OfferTrigger.AUTOMATIC:
            return self
        ways = offer.necessary_terms()
        if not ways:
            return OfferIndex(self.by_term, (*self.unfiled, offer))
        by_term = dict(self.by_term)
        for kind, value in _chosen(ways, lambda term: len(self._filed(*term))):
            by_term[kind] = changed(by_term.get(kind, {}), value, (*self._filed(kind, value), offer))
        return OfferIndex(by_term, self.unfiled)

    def without(self, offer: Offer) -> OfferIndex:
        """Return the index without ``offer``."""
        by_term = dict(self.by_term)
        for kind, value in {term for terms in offer.necessary_terms() for term in terms}:
            filed = self._filed(kind, value)
            left = tuple([each for each in filed if each.id != offer.id])
            if len(left) < len(filed):
                by_term[kind] = changed(by_term[kind], value, left or None)
        return OfferIndex(
            {kind: filed for kind, filed in by_term.items() if filed},
            tuple([each for each in self.unfiled if each.id != offer.id]),
        )

    def _filed(self, kind: str, value: str) -> tuple[Offer, ...]:
        return self.by_term.get(kind, {}).get(value, ())


def cart_values(kind: str, scene: Asking) -> Iterable[str]:
    """Return the values of every term of ``kind`` that the cart has."""
    cart = scene.cart
    if kind == "item":
        return scene.by_item
    if kind == "category":
        return scene.categories
    if kind == "group":
        return scene.groups
    if kind == "attribute":
        return [f"{name}={value}" for name, value in cart.attributes]
    return (getattr(cart, kind),) if kind in _SINGLE else ()


def _chosen(ways: tuple[tuple[Term, ...], ...], crowd: Callable[[Term], int]) -> tuple[Term, ...]:
    return min(
        ways,
        key=lambda terms: (
            sum([crowd(term) for term in terms]) > CROWDED,
            max([_BREADTH.get(kind, 0) for kind, _value in terms], default=0),
            len(terms),
        ),
    )


def index_offers(offers: Iterable[Offer]) -> OfferIndex:
    """File the automatic ones of ``offers``, each under the most selective kind of its necessary conditions.

    The choice does not depend on other offers, so that neither does what a quote names as considered; only where
    more than ``CROWDED`` offers share a condition, another one is taken.
    """
    alternatives = [(offer, offer.necessary_terms()) for offer in offers if offer.trigger is OfferTrigger.AUTOMATIC]
    crowd = Counter(term for _offer, ways in alternatives for terms in ways for term in terms)
    by_term: dict[str, dict[str, list[Offer]]] = {}
    unfiled: list[Offer] = []
    for offer, ways in alternatives:
        if not ways:
            unfiled.append(offer)
            continue
        for kind, value in _chosen(ways, lambda term: crowd[term]):
            by_term.setdefault(kind, {}).setdefault(value, []).append(offer)
    return OfferIndex(
        {kind: {value: tuple(offers) for value, offers in filed.items()} for kind, filed in by_term.items()},
        tuple(unfiled),
    )
