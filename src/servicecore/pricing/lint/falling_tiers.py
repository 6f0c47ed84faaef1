"""Tiers of offers and coupons that fall: whoever buys more gets less off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.benefits import FullGroups, Tier, Tiered

TIER_FALLS: Final = ProblemKind(
    "lint.tier_falls",
    en="from {start} on the offer {offer} gives {value}, less than before; accepted: {accepted}",
    it="da {start} in poi l'offerta {offer} dà {value}, meno di prima; valori ammessi: {accepted}",
    de="ab {start} gibt das Angebot {offer} {value}, weniger als zuvor; zulässig: {accepted}",
)
COUPON_TIER_FALLS: Final = ProblemKind(
    "lint.coupon_tier_falls",
    en="from {start} on the coupon {coupon} gives {value}, less than before; accepted: {accepted}",
    it="da {start} in poi il coupon {coupon} dà {value}, meno di prima; valori ammessi: {accepted}",
    de="ab {start} gibt der Coupon {coupon} {value}, weniger als zuvor; zulässig: {accepted}",
)


def falling_tiers(book: PriceBook) -> Iterator[Problem]:
    """Return the tiers whose percentage or amount is below that of the tier before, or below the base."""
    for number, offer in enumerate(book.offers):
        for place, benefit in enumerate(offer.benefits):
            tiered = benefit.tiers if isinstance(benefit, FullGroups) else benefit
            if isinstance(tiered, Tiered):
                inner = ".tiers" if isinstance(benefit, FullGroups) else ""
                for index, low, high in _falling(tiered):
                    path = f"offers[{number}].benefits[{place}]{inner}.tiers[{index}]"
                    accepted = f"{low} or more"
                    yield TIER_FALLS.at(path, start=high.start, offer=offer.id, value=high.value, accepted=accepted)


def falling_coupon_tiers(book: PriceBook) -> Iterator[Problem]:
    """Return the tiers of coupons that give less than the tier before, of the same kind and in the same currency."""
    for number, coupon in enumerate(book.coupons):
        rising = sorted(enumerate(coupon.tiers), key=lambda each: (each[1].minimum.currency, each[1].minimum.amount))
        for (_index, low), (index, high) in pairwise(rising):
            alike = (low.kind, low.minimum.currency) == (high.kind, high.minimum.currency)
            if alike and high.value < low.value:
                yield COUPON_TIER_FALLS.at(
                    f"coupons[{number}].tiers[{index}]",
                    start=high.minimum,
                    coupon=coupon.id,
                    value=high.value,
                    accepted=f"{low.value} or more",
                )


def _falling(tiered: Tiered) -> Iterator[tuple[int, object, Tier]]:
    rising = sorted(enumerate(tiered.tiers), key=lambda each: each[1].start)
    if rising and rising[0][1].value < tiered.base:
        yield rising[0][0], tiered.base, rising[0][1]
    for (_index, low), (index, high) in pairwise(rising):
        if high.value < low.value:
            yield index, low.value, high
