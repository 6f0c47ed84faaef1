"""Benefits of a percentage: off each line, or off the order."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.benefits.benefit import LineBenefit, OrderBenefit

_ALL: Final = Decimal(100)


def _percent(value: object) -> Decimal:
    percent = exact_decimal(value, "percent")
    if not 0 <= percent <= _ALL:
        raise NOT_ACCEPTED.error("percent", value=percent, accepted="0 to 100")
    return percent


@frozen
class PercentOff(LineBenefit):
    """``percent`` of what is left of each line; 10 is 10 percent. The line's rounding makes it money."""

    turn: ClassVar[int] = 2
    percent: Decimal = field(converter=_percent)

    @property
    def text(self) -> str:
        """Return ``-10 %``."""
        return f"-{self.percent} %"

    def off(self, line: LineInProgress) -> Decimal:
        """Return the percentage of the line's exact net so far."""
        return EXACT.multiply(line.exact, self.percent).scaleb(-2, EXACT)


@frozen
class OrderPercentOff(OrderBenefit):
    """``percent`` of the offer's lines together; 10 is 10 percent."""

    turn: ClassVar[int] = 2
    percent: Decimal = field(converter=_percent)

    @property
    def text(self) -> str:
        """Return ``-10 %``."""
        return f"-{self.percent} %"

    def off(self, value: Decimal) -> Decimal:
        """Return the percentage of ``value``."""
        return EXACT.multiply(value, self.percent).scaleb(-2, EXACT)
