"""Caps on units: how many of them take part in a benefit."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.combination import CappedBase, PercentBase, UnitPick
from servicecore.pricing.promotions.field_checks import not_negative


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "caps")


@frozen(field_transformer=checked_fields)
class UnitCaps:
    """How many units take part; None is all.

    Attributes:
        units: of all lines together.
        units_per_line: of each line.
        first: which of the units, where ``units`` are fewer than there are; None takes the book's ``unit_pick``.

    """

    units: Decimal | None = field(converter=_optional, default=None, validator=not_negative)
    units_per_line: Decimal | None = field(converter=_optional, default=None, validator=not_negative)
    first: UnitPick | None = None

    def pick(self, view: View, lines: list[BasketLine]) -> list[tuple[BasketLine, Decimal]]:
        """Return ``lines`` with the units that take part, in their order; lines without any are left out."""
        left = self.units
        picked: list[tuple[BasketLine, Decimal]] = []
        for line in view.picked(lines, self.first):
            units = view.available(line)
            if self.units_per_line is not None:
                units = min(units, self.units_per_line)
            if left is not None:
                units = min(units, left)
                left = EXACT.subtract(left, units)
            if units > NOTHING:
                picked.append((line, units))
        return picked


def base_of(view: View, line: BasketLine, units: Decimal, *, on_order: bool) -> Decimal:
    """Return what a percentage or an amount of ``units`` of a line is taken of, as the settings say."""
    rules = view.settings
    if rules.capped_base is CappedBase.UNITS or rules.base is not PercentBase.REMAINING:
        return view.base(line, units, on_order=on_order)
    gone = EXACT.subtract(line.value, view.left(line, on_order=on_order))
    return max(NOTHING, EXACT.subtract(EXACT.multiply(line.unit_price, units), gone))


NO_CAPS: Final = UnitCaps()
"""All units."""
