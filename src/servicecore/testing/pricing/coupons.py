"""Strategies for coupons."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.pricing import Coupon, CouponTier, CouponValue
from servicecore.testing.pricing.amounts import amounts


@st.composite
def coupons(
    draw: st.DrawFn,
    *,
    id: str = "coupon",  # noqa: A002 - the field's own name
    codes: tuple[str, ...] = ("CODE",),
    currency: str = "EUR",
) -> Coupon:
    """Draw a coupon with tiers of its own: percentages, amounts, amounts for each unit; with and without limits."""
    minimums = draw(st.lists(amounts(currency, most=20_000), min_size=1, max_size=3, unique=True))
    limit = st.one_of(st.none(), st.integers(0, 3))
    return Coupon(
        id,
        codes,
        tiers=tuple(draw(coupon_tiers(each)) for each in sorted(minimums, key=lambda each: each.amount)),
        limit=draw(limit),
        limit_per_order=draw(st.sampled_from([1, 2, None])),
        limit_per_customer=draw(limit),
        one_time=draw(st.booleans()),
    )


def coupon_tiers(minimum: Money) -> st.SearchStrategy[CouponTier]:
    """Return tiers from ``minimum`` on."""
    value = st.sampled_from([Decimal(each) for each in ("5", "10", "0.01", "33.33", "100")])
    return st.builds(CouponTier, st.just(minimum), value, st.sampled_from(CouponValue))
