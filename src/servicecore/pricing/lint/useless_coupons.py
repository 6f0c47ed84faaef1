"""Coupons that never work, whatever the cart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.coupons import Coupon, CouponState
from servicecore.pricing.validity import first_day, in_words, last_day

COUPON_USELESS: Final = ProblemKind(
    "lint.coupon_useless",
    en="the coupon {value} can never be used: {reason}; accepted: {accepted}",
    it="il buono {value} non può mai essere usato: {reason}; valori ammessi: {accepted}",
    de="der Gutschein {value} kann nie verwendet werden: {reason}; zulässig: {accepted}",
)


def useless_coupons(book: PriceBook) -> Iterator[Problem]:
    """Return the coupons that no cart can use; drafts and voided ones are said to be so, and are not named."""
    for number, coupon in enumerate(book.coupons):
        path = f"coupons[{number}]"
        if coupon.state is CouponState.ACTIVE:
            for field, reason, accepted in _reasons(book, coupon):
                yield COUPON_USELESS.at(f"{path}.{field}", value=coupon.id, reason=reason, accepted=accepted)


def _reasons(book: PriceBook, coupon: Coupon) -> Iterator[tuple[str, str, str]]:
    for field in ("limit", "limit_per_code", "limit_per_customer"):
        if getattr(coupon, field) == 0:
            yield field, "its limit is 0", "1 or more, or none"
    if coupon.needs_order_completion and not book.order_completion:
        yield "needs_order_completion", "orders are not completed in one step here", "order_completion: true"
    sold = [item for item in book.items if item.active and item.discountable and item.coupons_allowed]
    if coupon.tiers and not any(coupon.target.includes(item) for item in sold):
        yield "target", f"no item that takes coupons is {coupon.target}", "items on sale"
    priced = {row.currency for each in book.lists for row in each.rows}
    priced |= {item.base_price.currency for item in book.items if item.base_price is not None}
    currencies = {tier.minimum.currency for tier in coupon.tiers}
    if currencies and not currencies & priced:
        yield "tiers", f"nothing is priced in {', '.join(sorted(currencies))}", ", ".join(sorted(priced)) or "a price"
    offer = next((each for each in book.offers if each.id == coupon.offer), None)
    if offer is not None and not _overlap(coupon, offer):
        yield "valid_until", "it is never valid together with its offer", in_words(offer.valid_from, offer.valid_until)


def _overlap(coupon: Coupon, offer: object) -> bool:
    other_first, other_last = getattr(offer, "valid_from", None), getattr(offer, "valid_until", None)
    return first_day(coupon.valid_from) <= last_day(other_last) and first_day(other_first) <= last_day(
        coupon.valid_until
    )
