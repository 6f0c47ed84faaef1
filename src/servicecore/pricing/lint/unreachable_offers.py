"""Offers that never come to their turn: no code releases them, no item belongs to them, another always goes first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.coupons import CouponState
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.promotions.target import EVERYTHING, Target
from servicecore.pricing.validity import first_day, last_day

OFFER_UNREACHABLE: Final = ProblemKind(
    "lint.offer_unreachable",
    en="the offer {value} can never apply: {reason}; accepted: {accepted}",
    it="l'offerta {value} non può mai valere: {reason}; valori ammessi: {accepted}",
    de="das Angebot {value} kann nie gelten: {reason}; zulässig: {accepted}",
)


def unreachable_offers(book: PriceBook) -> Iterator[Problem]:
    """Return the offers that nothing releases, that are about no active item, or that always stand back."""
    released = {coupon.offer for coupon in book.coupons if coupon.offer and coupon.state is not CouponState.VOIDED}
    sold = [item for item in book.items if item.active and item.discountable]
    first = _always_first(book)
    for number, offer in enumerate(book.offers):
        path = f"offers[{number}]"
        if offer.trigger is OfferTrigger.CODE and not offer.codes and offer.id not in released:
            yield _found(path, offer, "no code releases it", "a code of its own, or a coupon with its id")
        targets = _targets(offer)
        if targets and not any(
            target.includes(item) for target in targets for item in sold if offer.target.includes(item)
        ):
            named = "; or ".join(dict.fromkeys(str(target) for target in targets))
            yield _found(f"{path}.target", offer, f"no item on sale is {named}", "items that take offers")
        if first is not None and offer is not first and _is_shadowed(offer, first):
            yield _found(path, offer, f"{first.id} is exclusive and always goes first", "a higher priority")


def _found(path: str, offer: Offer, reason: str, accepted: str) -> Problem:
    return OFFER_UNREACHABLE.at(path, value=offer.id, reason=reason, accepted=accepted)


def _targets(offer: Offer) -> list[Target]:
    """Return what its benefits on goods are about."""
    return [
        offer.target if each.target is None else each.target
        for each in offer.benefits
        if each.scope is not Scope.SHIPPING
    ]


def _always_first(book: PriceBook) -> Offer | None:
    """Return the first offer that applies to every cart and tolerates no other, or None."""
    alone = [
        offer
        for offer in book.offers
        if offer.exclusive is Exclusivity.CART
        and offer.trigger is OfferTrigger.AUTOMATIC
        and not offer.conditions
        and offer.target == EVERYTHING
        and not any(each.currency for each in offer.benefits)
    ]
    return min(alone, key=lambda offer: offer.order, default=None)


def _is_shadowed(offer: Offer, first: Offer) -> bool:
    return (
        offer.order > first.order
        and first_day(first.valid_from) <= first_day(offer.valid_from)
        and last_day(first.valid_until) >= last_day(offer.valid_until)
        and offer.on_order is first.on_order
    )
