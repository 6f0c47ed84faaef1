"""Offers that never take effect: nothing releases them, no item belongs to them, they are used up or stand back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.coupons import CouponState
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.benefits import (
    AmountOff,
    AnyBenefit,
    Bundle,
    BuyGet,
    FirstThenAdditional,
    FullGroups,
    MixAndMatch,
    PercentOff,
    Tiered,
    UnitPriceFactor,
)
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger
from servicecore.pricing.promotions.offer_codes import OfferCode
from servicecore.pricing.promotions.target import EVERYTHING, Target
from servicecore.pricing.validity import first_day, last_day

OFFER_UNREACHABLE: Final = ProblemKind(
    "lint.offer_unreachable",
    en="the offer {value} can never apply: {reason}; accepted: {accepted}",
    it="l'offerta {value} non può mai valere: {reason}; valori ammessi: {accepted}",
    de="das Angebot {value} kann nie gelten: {reason}; zulässig: {accepted}",
)


def unreachable_offers(book: PriceBook) -> Iterator[Problem]:
    """Return the offers that nothing releases, are about no active item, give nothing or always stand back."""
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
        for reason, accepted in _idle(offer):
            yield _found(path, offer, reason, accepted)
        if first is not None and offer is not first and _is_shadowed(offer, first):
            yield _found(path, offer, f"{first.id} is exclusive and always goes first", "a higher priority")


def _found(path: str, offer: Offer, reason: str, accepted: str) -> Problem:
    return OFFER_UNREACHABLE.at(path, value=offer.id, reason=reason, accepted=accepted)


def _idle(offer: Offer) -> Iterator[tuple[str, str]]:
    """Return why ``offer`` takes no effect though its conditions hold, and what would change it."""
    if not offer.limits.left(0):
        yield "its limits leave no use", "limits above what was used"
    if all(_is_empty(each) for each in offer.benefits):
        yield "it takes nothing off", "a benefit above 0"
    days = (first_day(offer.valid_from), last_day(offer.valid_until))
    if offer.codes and not any(_works(code, days) for code in offer.codes):
        yield "its codes are used up, or not valid together with it", "a code that works on one of its days"


def _works(code: OfferCode, days: tuple[int, int]) -> bool:
    left = code.uses_total is None or code.used < code.uses_total
    return left and first_day(code.valid_from) <= days[1] and days[0] <= last_day(code.valid_until)


def _is_empty(benefit: AnyBenefit) -> bool:
    """Return whether ``benefit`` takes nothing off, whatever is bought."""
    if isinstance(benefit, UnitPriceFactor):
        return benefit.factor >= 1
    if isinstance(benefit, AmountOff):
        return not benefit.amount
    if isinstance(benefit, FirstThenAdditional):
        return not (benefit.first or benefit.additional)
    if isinstance(benefit, Tiered):
        return not benefit.base and all(not tier.value for tier in benefit.tiers)
    if isinstance(benefit, FullGroups):
        return not (benefit.amount or benefit.percent or (benefit.tiers and not _is_empty(benefit.tiers)))
    if isinstance(benefit, Bundle | MixAndMatch):
        return benefit.price is None and not (benefit.percent or benefit.amount)
    if isinstance(benefit, BuyGet) and benefit.amount is not None:
        return not benefit.amount
    return isinstance(benefit, PercentOff | BuyGet) and not benefit.percent


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
        and not offer.only_promises
        and offer.trigger is OfferTrigger.AUTOMATIC
        and not offer.conditions
        and offer.target == EVERYTHING
        and not any(each.currency for each in offer.benefits)
    ]
    return min(alone, key=lambda offer: offer.order, default=None)


def _is_shadowed(offer: Offer, first: Offer) -> bool:
    return (
        not offer.only_promises
        and offer.order > first.order
        and first_day(first.valid_from) <= first_day(offer.valid_from)
        and last_day(first.valid_until) >= last_day(offer.valid_until)
        and offer.on_order is first.on_order
    )
