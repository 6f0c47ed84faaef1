"""Where a price book rounds, and how: unit prices, lines, the sub-total."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from functools import partial

from attrs import frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding


class SubtotalFrom(Enum):
    """What the sub-total adds up: the rounded nets of the lines, or the exact ones, which are then rounded once."""

    ROUNDED_LINES = "rounded_lines"
    EXACT_LINES = "exact_lines"


@frozen(field_transformer=checked_fields)
class RoundingPolicy:
    """The rounding of a price book, level by level; every default is half up to the currency's decimals.

    Attributes:
        unit_price: of prices that are computed (formula, unit conversion); a stated price is taken as it stands.
        line: of a line's gross and net.
        subtotal: of the sum of the lines.
        subtotal_from: which figures of the lines the sub-total adds.

    """

    unit_price: Rounding = HALF_UP
    line: Rounding = HALF_UP
    subtotal: Rounding = HALF_UP
    subtotal_from: SubtotalFrom = SubtotalFrom.ROUNDED_LINES


def rounder(rounding: Rounding, currency: str) -> Callable[[Decimal], Decimal]:
    """Return the function that rounds amounts of ``currency`` by ``rounding``, prepared once for many amounts."""
    if rounding.step is not None:
        return partial(rounding.apply, currency=currency)
    exponent, mode = Decimal(1).scaleb(-rounding_digits(rounding, currency)), f"ROUND_{rounding.mode.name}"

    def rounded(amount: Decimal) -> Decimal:
        return amount.quantize(exponent, mode, EXACT)

    return rounded


def rounding_digits(rounding: Rounding, currency: str) -> int:
    """Return how many decimals amounts of ``currency`` have after ``rounding``."""
    if rounding.step is not None:
        exponent = rounding.step.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    return currency_digits(currency) if rounding.digits is None else rounding.digits
