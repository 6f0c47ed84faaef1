"""The index of automatic offers: a quote touches those that its own cart can release, however many exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from servicecore.pricing.promotions.offers import Offer, OfferTrigger
from servicecore.pricing.promotions.scene import Scene


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

    def candidates(self, scene: Scene) -> list[Offer]:
        """Return the valid offers that the cart can release, each once, in the order of application."""
        found = {offer.id: offer for offer in self.unfiled}
        for kind, filed in self.by_term.items():
            for value in cart_values(kind, scene):
                if value in filed:
                    found.update([(offer.id, offer) for offer in filed[value]])
        if not found:
            return []
        day = scene.day
        return sorted([offer for offer in found.values() if offer.is_valid_on(day)], key=_order)


def _order(offer: Offer) -> tuple[int, bool, int, str]:
    return offer.order


def cart_values(kind: str, scene: Scene) -> Iterable[str]:
    """Return the values of every term of ``kind`` that the cart has."""
    cart = scene.cart
    if kind == "item":
        return [line.item.id for line in scene.lines]
    if kind == "category":
        return {each for line in scene.lines for each in line.item.categories}
    if kind == "group":
        return cart.customer_groups
    if kind == "attribute":
        return [f"{name}={value}" for name, value in cart.attributes]
    alone = {"customer": cart.customer, "channel": cart.channel, "currency": cart.currency}.get(kind)
    return () if alone is None else (alone,)


def index_offers(offers: Iterable[Offer]) -> OfferIndex:
    """File the automatic ones of ``offers``, each under the necessary condition that the fewest offers share."""
    alternatives = [(offer, offer.necessary_terms()) for offer in offers if offer.trigger is OfferTrigger.AUTOMATIC]
    crowd = Counter(term for _offer, ways in alternatives for terms in ways for term in terms)
    by_term: dict[str, dict[str, list[Offer]]] = {}
    unfiled: list[Offer] = []
    for offer, ways in alternatives:
        if not ways:
            unfiled.append(offer)
            continue
        for kind, value in min(ways, key=lambda terms: sum(crowd[term] for term in terms)):
            by_term.setdefault(kind, {}).setdefault(value, []).append(offer)
    return OfferIndex(
        {kind: {value: tuple(offers) for value, offers in filed.items()} for kind, filed in by_term.items()},
        tuple(unfiled),
    )
