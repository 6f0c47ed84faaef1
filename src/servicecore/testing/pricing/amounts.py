"""Strategies for money and percentages."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money


def amounts(currency: str = "EUR", *, least: int = 0, most: int = 99_999) -> st.SearchStrategy[Money]:
    """Return amounts of whole minor units of ``currency``, from ``least`` to ``most`` minor units, both included."""
    digits = currency_digits(currency)
    ordinary = st.sampled_from([each for each in (100, 1000, 999, 1, 10, 3333) if least <= each <= most] or [least])
    return st.one_of(ordinary, st.integers(least, most)).map(
        lambda minor: Money(Decimal(minor).scaleb(-digits), currency)
    )


def percents(*, least: int = 0, most: int = 100) -> st.SearchStrategy[Decimal]:
    """Return percentages with up to two decimals, from ``least`` to ``most``, both included."""
    ordinary = st.sampled_from([Decimal(each) for each in (10, 50, 33, 0, 100) if least <= each <= most])
    return st.one_of(ordinary, st.integers(least * 100, most * 100).map(lambda each: Decimal(each).scaleb(-2)))
