"""What a code took off units of an order line."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve, frozen

from servicecore.kernel.allocation import part_of_units
from servicecore.kernel.money import Money
from servicecore.orders.quantities import minus


@frozen
class CodeDiscount:
    """What a code took off units of one line.

    Attributes:
        code: normalised.
        line: number of the line.
        quantity: how many units.
        amount: off all of them, with tax where the prices contain it.

    """

    code: str
    line: int
    quantity: Decimal
    amount: Money

    def of_last(self, count: Decimal) -> Money:
        """Return what the last ``count`` units have of the amount."""
        return part_of_units(self.amount, self.quantity, count, before=minus(self.quantity, count))

    def without_last(self, count: Decimal) -> CodeDiscount:
        """Return what the units before the last ``count`` have."""
        return evolve(self, quantity=minus(self.quantity, count), amount=self.amount - self.of_last(count))
