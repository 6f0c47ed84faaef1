"""The condition that enough, and not too much, is bought."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.scene import Lines, Scene

QUANTITY_OUTSIDE: Final = ProblemKind(
    "pricing.condition_quantity",
    en="the quantity is {value}; accepted: {accepted}",
    it="la quantità è {value}; valori ammessi: {accepted}",
    de="die Menge ist {value}; zulässig: {accepted}",
)


class Counted(Enum):
    """Whether each line is counted for itself, or all lines of the offer together."""

    EACH_LINE = "each_line"
    TOGETHER = "together"


def _quantity(value: object) -> Decimal:
    return exact_decimal(value, "quantity")


def _maximum(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "maximum")


@frozen
class QuantityBetween(Condition):
    """From ``minimum`` to ``maximum`` units are bought.

    Attributes:
        minimum: in the item's own unit, itself included.
        maximum: itself included; None is open.
        counted: each line for itself (lines outside are left out), or all lines of the offer's target together.

    """

    minimum: Decimal = field(converter=_quantity, default=Decimal(0))
    maximum: Decimal | None = field(converter=_maximum, default=None)
    counted: Counted = Counted.EACH_LINE

    def __attrs_post_init__(self) -> None:
        if self.maximum is not None and self.maximum < self.minimum:
            raise NOT_ACCEPTED.error("maximum", value=self.maximum, accepted=f"{self.minimum} or more")

    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Keep the lines whose quantity lies inside, or all where their sum does (``pricing.condition_quantity``)."""
        del scene
        if self.counted is Counted.TOGETHER:
            total = Decimal(0)
            for line in lines:
                total = EXACT.add(total, line.own_quantity)
            return lines if self._inside(total) else self._problem(total)
        kept = tuple([line for line in lines if self._inside(line.own_quantity)])
        return kept or self._problem(max(line.own_quantity for line in lines))

    def _inside(self, quantity: Decimal) -> bool:
        return quantity >= self.minimum and (self.maximum is None or quantity <= self.maximum)

    def _problem(self, quantity: Decimal) -> Problem:
        upper = "" if self.maximum is None else f" to {self.maximum}"
        return QUANTITY_OUTSIDE.at("quantity", value=quantity, accepted=f"{self.minimum}{upper or ' or more'}")
