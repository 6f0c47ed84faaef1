"""The index of automatic offers: a quote touches those that its own cart can release, however many exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from servicecore.pricing.promotions.offers import Offer, OfferTrigger
from servicecore.pricing.promotions.scene import Scene, Term


@frozen
class OfferIndex:
    """Automatic offers, each filed under the terms of one of its necessary conditions.

    Every offer that can touch a cart lies under a term that the cart has, because the condition is necessary; what
    lies there and cannot touch it is removed by the full test.

    Attributes:
        by_term: offers under each term.
        unfiled: offers without any selective condition: looked at by every quote.

    """

    by_term: Mapping[Term, tuple[Offer, ...]]
    unfiled: tuple[Offer, ...]

    def candidates(self, scene: Scene) -> list[Offer]:
        """Return the valid offers that the cart can release, each once, in the order of application."""
        found = {offer.id: offer for offer in self.unfiled}
        if self.by_term:
            look_up = self.by_term.get
            for term in cart_terms(scene):
                filed = look_up(term)
                if filed is not None:
                    for offer in filed:
                        found[offer.id] = offer
        day = scene.day
        return sorted([offer for offer in found.values() if offer.is_valid_on(day)], key=lambda offer: offer.order)


def cart_terms(scene: Scene) -> list[Term]:
    """Return every term that the cart has."""
    cart = scene.cart
    terms: list[Term] = [("customer", cart.customer), ("channel", cart.channel), ("currency", cart.currency)]
    terms.extend([("group", each) for each in cart.customer_groups])
    terms.extend([("attribute", f"{name}={value}") for name, value in cart.attributes])
    categories: dict[str, None] = {}
    for line in scene.lines:
        terms.append(("item", line.item.id))
        categories.update(dict.fromkeys(line.item.categories))
    terms.extend([("category", each) for each in categories])
    return terms


def index_offers(offers: Iterable[Offer]) -> OfferIndex:
    """File the automatic ones of ``offers``, each under the necessary condition that the fewest offers share."""
    alternatives = [(offer, offer.necessary_terms()) for offer in offers if offer.trigger is OfferTrigger.AUTOMATIC]
    crowd = Counter(term for _offer, ways in alternatives for terms in ways for term in terms)
    by_term: dict[Term, list[Offer]] = {}
    unfiled: list[Offer] = []
    for offer, ways in alternatives:
        if not ways:
            unfiled.append(offer)
            continue
        for term in min(ways, key=lambda terms: sum(crowd[term] for term in terms)):
            by_term.setdefault(term, []).append(offer)
    return OfferIndex({term: tuple(filed) for term, filed in by_term.items()}, tuple(unfiled))
