"""Issued coupons: what the store knows of the codes typed, as a fact for a quote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from servicecore.pricing.coupons import Coupon
from servicecore.pricing.overlay import Overlay


@frozen
class IssuedCoupons:
    """The coupons of campaigns that the typed codes belong to; a code that is not named was never issued.

    Attributes:
        by_code: each normalised code with the coupon as it holds for this one code: with the window, the customer
            and the state of the code itself.

    """

    by_code: tuple[tuple[str, Coupon], ...] = ()

    def beside(self, coupons: Mapping[str, Coupon]) -> Mapping[str, Coupon]:
        """Return ``coupons``, those of the price book, with the issued ones; the book's own codes come first."""
        if not self.by_code:
            return coupons
        return Overlay(coupons, {code: coupon for code, coupon in self.by_code if code not in coupons})


NONE_ISSUED: Final = IssuedCoupons()
"""No typed code was ever issued."""
