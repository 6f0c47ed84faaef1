"""The benefit of a price for a set: all lines together, a number of units, or a shipping method cost so much."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.basket import BasketLine, Scope
from servicecore.pricing.promotions.bench import NOTHING, Share, View
from servicecore.pricing.promotions.benefits.benefit import PlainBenefit, Proposal, Spread
from servicecore.pricing.promotions.combination import Combination, PercentBase, UnitPick
from servicecore.pricing.promotions.field_checks import above_zero
from servicecore.pricing.promotions.money_off import share, split


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "units")


@frozen(field_transformer=checked_fields)
class SetPrice(PlainBenefit):
    """Each unit, or a set of units together, costs ``price``; what costs less keeps its price (CC 7.1).

    Attributes:
        price: of each unit in the line's unit of measure, of each line, or of all lines together; 0 or more.
        units: how many units make a set; None takes all of every line.
        one_per_line: whether each line gives one unit of the set only.
        first: which units make the set, where there are more than ``units``.

    """

    turn: ClassVar[int] = 0
    price: Money = field()
    units: Decimal | None = field(converter=_optional, default=None, validator=above_zero)
    one_per_line: bool = False
    first: UnitPick = UnitPick.PRICIEST

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
        meant = {Spread.EACH_UNIT: " / unit", Spread.EACH_LINE: " / line"}.get(self.meant_for, "")
        return f"= {self.price}{meant}"

    @property
    def unbounded(self) -> bool:
        """Return whether it is no set of some units."""
        return self.units is None

    def settles(self, rules: Combination) -> bool:
        """Return whether it gives whole lines a price, rather than a set of some of their units."""
        return self.units is None and rules.base is PercentBase.REMAINING

    def off_line(self, line: LineInProgress) -> Decimal:
        """Return what is left of the line beyond the price, or 0."""
        return max(EXACT.subtract(line.exact, self._cost(line.quantity)), NOTHING)

    def off_sum(self, value: Decimal) -> Decimal:
        """Return what the lines are worth beyond the price, or 0."""
        return max(EXACT.subtract(value, self.price.amount), NOTHING)

    def work_out(self, view: View) -> Proposal:
        """Return what the units, or the set, are worth beyond the price."""
        lines = self.lines(view)
        if self.scope is Scope.SHIPPING or self.meant_for is not Spread.ACROSS:
            return Proposal(tuple([self._of_line(view, line) for line in lines]))
        parts = self._parts(view, lines)
        worth = NOTHING
        for line, units in parts:
            worth = EXACT.add(worth, view.base(line, units, on_order=self.on_order))
        return Proposal(split(view, self.off_sum(worth), parts, on_order=self.on_order))

    def _cost(self, units: Decimal) -> Decimal:
        return EXACT.multiply(self.price.amount, units) if self.meant_for is Spread.EACH_UNIT else self.price.amount

    def _of_line(self, view: View, line: BasketLine) -> Share:
        if line.shipping:
            off = EXACT.subtract(view.left(line), self.price.amount)
            return share(view, line, max(NOTHING, min(off, view.room(line))), NOTHING)
        units = view.available(line)
        off = EXACT.subtract(view.base(line, units, on_order=self.on_order), self._cost(units))
        most = view.room(line, units, on_order=self.on_order)
        return share(view, line, max(NOTHING, min(off, most)), units, on_order=self.on_order)

    def _parts(self, view: View, lines: list[BasketLine]) -> list[tuple[BasketLine, Decimal]]:
        if self.units is None:
            return [(line, view.available(line)) for line in lines if view.available(line) > NOTHING]
        missing = self.units
        parts = []
        for line in view.picked(lines, self.first):
            most = min(view.available(line), Decimal(1)) if self.one_per_line else view.available(line)
            units = min(most, missing)
            if units > NOTHING:
                parts.append((line, units))
                missing = EXACT.subtract(missing, units)
        return parts
