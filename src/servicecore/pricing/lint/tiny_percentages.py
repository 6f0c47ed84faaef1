"""Percentages below one: 0.10 was written where ten percent were meant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.coupons import CouponValue
from servicecore.pricing.promotions.benefits import PercentOff

PERCENT_TINY: Final = ProblemKind(
    "lint.percent_tiny",
    en="{name} takes {value} % off, less than a hundredth; accepted: {accepted}",
    it="{name} toglie il {value} %, meno di un centesimo; valori ammessi: {accepted}",
    de="{name} zieht {value} % ab, weniger als ein Hundertstel; zulässig: {accepted}",
)


def tiny_percentages(book: PriceBook) -> Iterator[Problem]:
    """Return the percentages of offers, coupons and catalogue promotions between 0 and 1."""
    for path, name, percent in _percentages(book):
        if 0 < percent < 1:
            yield PERCENT_TINY.at(path, name=name, value=percent, accepted="1 or more; 10 is a tenth")


def _percentages(book: PriceBook) -> Iterator[tuple[str, str, Decimal]]:
    for number, offer in enumerate(book.offers):
        for place, benefit in enumerate(offer.benefits):
            if isinstance(benefit, PercentOff):
                yield f"offers[{number}].benefits[{place}].percent", offer.id, benefit.percent
    for number, coupon in enumerate(book.coupons):
        for place, tier in enumerate(coupon.tiers):
            if tier.kind is CouponValue.PERCENT:
                yield f"coupons[{number}].tiers[{place}].value", coupon.id, tier.value
    for number, promotion in enumerate(book.catalogue_promotions):
        if promotion.percent is not None:
            yield f"catalogue_promotions[{number}].percent", promotion.id, promotion.percent
