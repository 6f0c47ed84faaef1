"""Benefits of an amount: off each unit or line, or off the order."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.benefits.benefit import LineBenefit, OrderBenefit


class Per(Enum):
    """Whether an amount is meant for each unit (of the line's unit of measure) or once for each line."""

    UNIT = "unit"
    LINE = "line"


def _above_zero(_self: object, _attribute: object, value: Money) -> None:
    if value.amount <= 0:
        raise NOT_ACCEPTED.error("amount", value=value, accepted="an amount above 0")


@frozen
class AmountOff(LineBenefit):
    """``amount`` off each unit or each line, at most what is left of the line."""

    amount: Money = field(validator=_above_zero)
    per: Per = Per.UNIT

    @property
    def currency(self) -> str:
        """Return the amount's currency."""
        return self.amount.currency

    @property
    def text(self) -> str:
        """Return ``-5.00 EUR / unit``."""
        return f"-{self.amount} / {self.per.value}"

    def off(self, line: LineInProgress) -> Decimal:
        """Return the amount, times the quantity where it is meant for each unit."""
        amount = self.amount.amount
        return min(EXACT.multiply(amount, line.quantity) if self.per is Per.UNIT else amount, line.exact)


@frozen
class OrderAmountOff(OrderBenefit):
    """``amount`` off the offer's lines together, at most what they are worth."""

    amount: Money = field(validator=_above_zero)

    @property
    def currency(self) -> str:
        """Return the amount's currency."""
        return self.amount.currency

    @property
    def text(self) -> str:
        """Return ``-5.00 EUR``."""
        return f"-{self.amount}"

    def off(self, value: Decimal) -> Decimal:
        """Return the amount, at most ``value``."""
        return min(self.amount.amount, value)
