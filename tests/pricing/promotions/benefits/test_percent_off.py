"""Percentages of offers: kept as they were written, and one number for all offers of the same percentage."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from servicecore.pricing.promotions.benefits import PercentOff


@given(st.decimals(0, 100, places=3) | st.integers(0, 100).map(Decimal))
@example(Decimal("10.0"))
@example(Decimal("1E+1"))
@example(Decimal(10))
def test_a_percentage_is_kept_as_it_was_written(percent: Decimal) -> None:
    assert PercentOff(percent).percent.as_tuple() == percent.as_tuple()


def test_offers_of_the_same_percentage_share_its_number() -> None:
    """A book of a million offers holds a few dozen percentages, not a million."""
    percents = [PercentOff(each).percent for each in (10, Decimal(10)) for _ in range(100)]
    assert len({id(each) for each in percents}) == 1
