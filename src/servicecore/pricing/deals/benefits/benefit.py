"""What a benefit of a deal is: it proposes what to take off, and the selection decides."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from enum import Enum
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine, Scope
from servicecore.pricing.deals.bench import NOTHING, AddedItem, Share, View
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget


class Spread(Enum):
    """What an amount or a percentage is meant for: every unit, every line, or all lines together."""

    EACH_UNIT = "each_unit"
    EACH_LINE = "each_line"
    ACROSS = "across"


@frozen
class Proposal:
    """What a benefit would do now.

    Attributes:
        shares: what it takes off, line by line; units without an amount are used all the same.
        added: items that it puts in.

    """

    shares: tuple[Share, ...] = ()
    added: tuple[AddedItem, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Return all that it takes off."""
        total = NOTHING
        for each in self.shares:
            total = EXACT.add(total, each.amount)
        return total

    @property
    def gives(self) -> bool:
        """Return whether it does anything."""
        return bool(self.added) or self.amount > NOTHING


@frozen
class DealBenefit:
    """The base of every benefit of a deal; a frozen value that can stand in a file.

    Attributes:
        target: the lines that it touches.
        scope: goods, shipping, or both.
        currency: the currency that its amounts are in, in any case; a basket of another gets nothing. None fits all.

    """

    spends_condition: ClassVar[bool] = False
    target: DealTarget = field(default=EVERY_LINE, kw_only=True)
    scope: Scope = field(default=Scope.LINES, kw_only=True)
    currency: str | None = field(default=None, kw_only=True)

    def propose(self, view: View) -> Proposal:
        """Return what it would do now, never more than a line still has."""
        if self.currency is not None and self.currency.upper() != view.basket.currency:
            return Proposal()
        return self.work_out(view)

    @abstractmethod
    def work_out(self, view: View) -> Proposal:
        """Return what it would do in a basket of its currency."""
        raise NotImplementedError

    def lines(self, view: View) -> list[BasketLine]:
        """Return the lines that it may touch, in basket order."""
        return view.touchable(self.target, self.scope)
