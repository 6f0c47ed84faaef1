"""Exact arithmetic of quantities: every unit is accounted for, whatever its decimals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.rounding import EXACT

NONE: Final = Decimal(0)
"""No unit at all."""


def as_quantity(value: object) -> Decimal:
    """Return ``value`` as a finite Decimal; whether it is in range is for the operation to say.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """
    return exact_decimal(value, "quantity")


def as_optional_quantity(value: object) -> Decimal | None:
    """Return ``value`` as a finite Decimal, or None as it is.

    Raises:
        InvalidValue: ``value.wrong_type``, ``value.not_accepted``.

    """
    return None if value is None else as_quantity(value)


def plus(*quantities: Decimal) -> Decimal:
    """Return the exact sum."""
    return total(quantities)


def minus(quantity: Decimal, *others: Decimal) -> Decimal:
    """Return ``quantity`` less all the others, exactly."""
    return EXACT.subtract(quantity, total(others))


def total(quantities: Iterable[Decimal]) -> Decimal:
    """Return the exact sum; 0 for none."""
    result = NONE
    for quantity in quantities:
        result = EXACT.add(result, quantity)
    return result
