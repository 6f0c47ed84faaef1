"""The benefit of a fixed price."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.benefits.benefit import LineBenefit


@frozen
class FixedPrice(LineBenefit):
    """One unit costs ``price``, where that is lower: a fixed price above the price is ignored (CC 7.1).

    Attributes:
        price: of one unit in the line's unit of measure; 0 or more.

    """

    turn: ClassVar[int] = 0
    price: Money = field()

    @price.validator
    def _check_price(self, _attribute: object, value: Money) -> None:
        if value.amount < 0:
            raise NOT_ACCEPTED.error("price", value=value, accepted="a price of 0 or more")

    @property
    def currency(self) -> str:
        """Return the price's currency."""
        return self.price.currency

    @property
    def text(self) -> str:
        """Return ``= 9.99 EUR / unit``."""
        return f"= {self.price} / unit"

    def off(self, line: LineInProgress) -> Decimal:
        """Return what is left of the line beyond the fixed price, or 0."""
        target = EXACT.multiply(self.price.amount, line.quantity)
        return max(EXACT.subtract(line.exact, target), Decimal(0))
