"""Unit shares: what some units of a line cost, so that any split of the units sums to the line to the cent."""

from __future__ import annotations

from decimal import Decimal

from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT


def unit_share(total: Money, start: Decimal, end: Decimal, of: Decimal) -> Money:
    """Return what the units from ``start`` to ``end`` (exclusive) cost of the ``of`` units that cost ``total``.

    The first k units cost ``total * k / of`` rounded half up to the currency; a later part costs the difference of
    two such sums, so the parts of any split add up to ``total``, which is rounded, exactly (anchors: orders, refund
    amounts).
    ``0 <= start <= end <= of`` and ``of > 0`` are the caller's promise; quantities may have decimals.
    """
    return _up_to(total, end, of) - _up_to(total, start, of)


def _up_to(total: Money, units: Decimal, of: Decimal) -> Money:
    return Money(EXACT.divide(EXACT.multiply(total.amount, units), of), total.currency).round()
