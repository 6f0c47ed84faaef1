"""Named rounding: which way, to which step, and at which level; rounding is never a property of money itself."""

from __future__ import annotations

import decimal
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import MINOR_UNITS, minor_unit
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


_MAX_DIGITS: Final = 12
_SETTLED: Final = decimal.Context(prec=50, traps=[decimal.InvalidOperation])
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


def settled(value: Decimal) -> Decimal:
    """Return ``value`` to 50 digits, ten fewer than sums have: so three thirds are a whole, and half a cent is half."""
    return _SETTLED.plus(value)


def _known_mode(value: object) -> RoundingMode:
    if not isinstance(value, RoundingMode):
        raise NOT_ACCEPTED.error("mode", value=repr(value), accepted=", ".join(each.value for each in RoundingMode))
    return value


def _digits_kept(value: object) -> int | None:
    if value is None or (type(value) is int and 0 <= value <= _MAX_DIGITS):
        return value
    raise NOT_ACCEPTED.error("digits", value=repr(value), accepted="0 to 12, or none for the currency's own")


def _cash_step(value: object) -> Decimal | None:
    if value is None or (isinstance(value, Decimal) and value.is_finite() and value > 0):
        return value
    raise NOT_ACCEPTED.error("step", value=repr(value), accepted="a Decimal above 0, such as 0.05")


@frozen(field_transformer=checked_fields)
class Rounding:
    """A rounding rule with a name that explanations show.

    Attributes:
        mode: which way.
        digits: decimals kept; None means the currency's own (2 for EUR, 0 for JPY, 3 for KWD).
        step: cash step in major units, such as 0.05 for Swiss cash; overrides ``digits``.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    mode: RoundingMode = field(converter=_known_mode, default=RoundingMode.HALF_UP)
    digits: int | None = field(converter=_digits_kept, default=None)
    step: Decimal | None = field(converter=_cash_step, default=None)
    _digit: Decimal | None = field(init=False, eq=False, repr=False)
    _way: str = field(init=False, eq=False, repr=False)

    @_digit.default
    def _last_digit(self) -> Decimal | None:
        return None if self.digits is None else Decimal(1).scaleb(-self.digits)

    @_way.default
    def _decimal_mode(self) -> str:
        return _DECIMAL_MODE[self.mode]

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
            return round_decimal(value, self.step, self.mode)
        digit = self._digit or MINOR_UNITS.get(currency) or minor_unit(currency)
        return value.quantize(digit, self._way, EXACT)


HALF_UP: Final = Rounding()
"""The default: half up to the currency's own decimals."""
