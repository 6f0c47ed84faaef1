"""Read the codes that a cart has: those of offers, those of coupons, and what is said of one typed twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import NotApplied
from servicecore.pricing.apply_coupons import NO_CODES, CodesRead, read_codes
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.coupon_limits import normalised
from servicecore.pricing.coupon_usage import CouponUsage
from servicecore.pricing.issued_coupons import IssuedCoupons
from servicecore.pricing.promotions.offer_codes import ReleasedBy, matched, released, typed_before
from servicecore.pricing.promotions.scene import Scene


@frozen
class TypedCodes:
    """What the codes of a cart came to; codes are named as they are compared.

    Attributes:
        offers: codes by the id of the offer that each releases.
        coupons: the coupons of the others.
        refused: codes that are not used, each with the one reason.
        repeated: codes typed more than once.

    """

    offers: Mapping[str, ReleasedBy]
    coupons: CodesRead
    refused: tuple[NotApplied, ...]
    repeated: tuple[str, ...]

    def repeats(self, said: Iterable[NotApplied]) -> list[NotApplied]:
        """Return that codes were typed before, where nothing else is ``said`` of them (pricing property 36)."""
        if not self.repeated:
            return []
        named = {each.rule for each in said}
        return [NotApplied(code, typed_before(code)) for code in self.repeated if code not in named]


NOTHING_TYPED: Final = TypedCodes({}, NO_CODES, (), ())
"""Nothing was typed."""


def read_typed_codes(
    book: CompiledBook, scene: Scene, usage: CouponUsage, issued: IssuedCoupons, over: tuple[NotApplied, ...] = ()
) -> TypedCodes:
    """Return what the codes typed come to; the first typing of a code counts.

    A code that is an offer's own is read as that; every other is a coupon's, of the book or issued, or unknown.
    ``over`` are codes that were found to give more than their budgets have left.
    """
    if not scene.cart.codes:
        return NOTHING_TYPED
    way = book.book.combination.code_match
    own: dict[str, bool] = {}
    others: dict[str, bool] = {}
    repeated: dict[str, bool] = {}
    for typed in scene.cart.codes:
        key = matched(typed, way)
        of_offer = key in book.offers.by_code
        name = key if of_offer else normalised(typed)
        read = own if of_offer else others
        if name in read:
            repeated[name] = True
        read[name] = True
    guest = scene.history.guest
    customer = "" if guest else scene.cart.customer
    offers, refused = released(book.offers.by_code, own, customer, scene.history, scene.day, way, usage=scene.usage)
    completion = book.book.order_completion
    known = issued.beside(book.coupons)
    coupons = read_codes(known, others, book.offers.by_id, scene, usage, completion=completion).without(over)
    return TypedCodes({**coupons.released(), **offers}, coupons, (*refused, *coupons.refused), tuple(repeated))
