"""Named rounding: which way, to which step, and at which level; rounding is never a property of money itself."""

from __future__ import annotations

import decimal
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.currencies import minor_unit
from servicecore.kernel.problems import NOT_ACCEPTED

EXACT: Final = decimal.Context(prec=60, traps=[decimal.InvalidOperation, decimal.DivisionByZero])
"""The decimal context of all money arithmetic: 60 digits, whatever the embedding program sets for itself."""


class RoundingMode(Enum):
    """Which way a value between two steps goes."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"


_DECIMAL_MODE: Final = {
    RoundingMode.HALF_UP: decimal.ROUND_HALF_UP,
    RoundingMode.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    RoundingMode.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    RoundingMode.UP: decimal.ROUND_UP,
    RoundingMode.DOWN: decimal.ROUND_DOWN,
    RoundingMode.CEILING: decimal.ROUND_CEILING,
    RoundingMode.FLOOR: decimal.ROUND_FLOOR,
}


def round_decimal(value: Decimal, step: Decimal, mode: RoundingMode = RoundingMode.HALF_UP) -> Decimal:
    """Return ``value`` rounded to a multiple of ``step``, exact before the one rounding.

    Powers of ten round on the digit; any other step (cash 0.05) counts whole steps.
    """
    if step.as_tuple().digits == (1,):
        return value.quantize(step, _DECIMAL_MODE[mode], EXACT)
    steps = EXACT.divide(value, step).quantize(Decimal(1), _DECIMAL_MODE[mode], EXACT)
    return EXACT.multiply(steps, step)


@frozen
class Rounding:
    """A rounding rule with a name that explanations show.

    Attributes:
        mode: which way.
        digits: decimals kept; None means the currency's own (2 for EUR, 0 for JPY, 3 for KWD).
        step: cash step in major units, such as 0.05 for Swiss cash; overrides ``digits``.

    """

    mode: RoundingMode = RoundingMode.HALF_UP
    digits: int | None = field(default=None)
    step: Decimal | None = field(default=None)

    @digits.validator
    def _check_digits(self, _attribute: object, value: int | None) -> None:
        if value is not None and not 0 <= value <= 12:  # noqa: PLR2004 - the range is the message
            raise NOT_ACCEPTED.error("digits", value=value, accepted="0 to 12, or none for the currency's own")

    @step.validator
    def _check_step(self, _attribute: object, value: Decimal | None) -> None:
        if value is not None and value <= 0:
            raise NOT_ACCEPTED.error("step", value=value, accepted="a step above 0, such as 0.05")

    @property
    def name(self) -> str:
        """Return the rule in words for explanations: ``half_up to 0.05``, ``half_even to 4 decimals``."""
        if self.step is not None:
            return f"{self.mode.value} to {self.step}"
        if self.digits is not None:
            return f"{self.mode.value} to {self.digits} decimals"
        return f"{self.mode.value} to the currency's decimals"

    def apply(self, value: Decimal, currency: str) -> Decimal:
        """Return ``value`` (major units of ``currency``) rounded by this rule."""
        if self.step is not None:
            step = self.step
        elif self.digits is not None:
            step = Decimal(1).scaleb(-self.digits)
        else:
            step = minor_unit(currency)
        return round_decimal(value, step, self.mode)


HALF_UP: Final = Rounding()
"""The default: half up to the currency's own decimals."""
