"""What a benefit of an offer is: it proposes what to take off, and the selection decides."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from enum import Enum
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promised_reward import PromisedReward
from servicecore.pricing.promotions.basket import BasketLine, Scope
from servicecore.pricing.promotions.bench import NOTHING, AddedItem, Share, View
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.promotions.situation import Term
from servicecore.pricing.promotions.target import Target


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
        rewards: what it promises for after the order.

    """

    shares: tuple[Share, ...] = ()
    added: tuple[AddedItem, ...] = ()
    rewards: tuple[PromisedReward, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Return all that it takes off."""
        total = NOTHING
        for each in self.shares:
            total = EXACT.add(total, each.amount)
        return total

    @property
    def cost(self) -> Decimal:
        """Return the money that it gives: what it takes off, off items that it puts in too, and promised credits."""
        total = self.amount
        for item in self.added:
            total = EXACT.add(total, item.discount)
        for each in self.rewards:
            total = EXACT.add(total, each.amount.amount)
        return total

    @property
    def gives(self) -> bool:
        """Return whether it does anything."""
        return bool(self.added or self.rewards) or self.amount > NOTHING


@frozen(field_transformer=checked_fields)
class Benefit:
    """The base of every benefit; a frozen value that can stand in a file.

    ``turn`` orders offers of equal priority: prices and free units first, then amounts, then percentages (CC 7.3).
    ``takes_off`` says whether it lowers prices; otherwise it puts items in, or promises a reward.

    Attributes:
        target: the lines that it touches; None is the offer's target.
        scope: goods, shipping, or both.

    """

    turn: ClassVar[int] = 1
    spends_condition: ClassVar[bool] = False
    takes_off: ClassVar[bool] = True
    target: Target | None = field(default=None, kw_only=True)
    scope: Scope = field(default=Scope.LINES, kw_only=True)

    @property
    def currency(self) -> str:
        """Return the currency that its amounts are in; empty where it has none and fits every cart."""
        return ""

    @property
    @abstractmethod
    def text(self) -> str:
        """Return what it gives, without words, for explanations: ``-10 %``, ``-5.00 EUR``."""
        raise NotImplementedError

    @property
    def on_order(self) -> bool:
        """Return whether it is computed on the order, after what is computed on lines."""
        return False

    @property
    def adds(self) -> str:
        """Return the id of the item that it puts into the cart; empty where it adds none."""
        return ""

    @property
    def lowers_goods(self) -> bool:
        """Return whether it takes something off goods, or off goods and shipping together."""
        return self.takes_off and self.scope is not Scope.SHIPPING

    @property
    def plain(self) -> bool:
        """Return whether it takes something off whole lines, or off their sum, without counting units."""
        return False

    def terms(self) -> tuple[Term, ...] | None:
        """Return alternatives of which a cart needs one for the benefit to touch its goods; None where it says none."""
        return None if self.target is None else self.target.terms()

    def settles(self, rules: Combination) -> bool:
        """Return whether it takes nothing more where it is applied again to the units that it left."""
        del rules
        return False

    def __str__(self) -> str:
        return self.text

    def propose(self, view: View) -> Proposal:
        """Return what it would do now, never more than a line still has; nothing in another currency."""
        if self.currency and self.currency != view.basket.currency:
            return Proposal()
        return self.work_out(view)

    @abstractmethod
    def work_out(self, view: View) -> Proposal:
        """Return what it would do in a basket of its currency."""
        raise NotImplementedError

    def lines(self, view: View) -> list[BasketLine]:
        """Return the lines that it may touch, in basket order."""
        return view.touchable(self.target, self.scope)


@frozen(field_transformer=checked_fields)
class PlainBenefit(Benefit):
    """A benefit that can be worked out without counting units, where it bounds none: of a line, or of the order.

    Attributes:
        spread: what it is meant for; None is each unit, or on the order all lines together.
        on_order: whether it is computed on the order, after what is computed on lines.

    """

    spread: Spread | None = field(default=None, kw_only=True)
    on_order: bool = field(default=False, kw_only=True)

    @property
    def meant_for(self) -> Spread:
        """Return what it is meant for."""
        if self.spread is not None:
            return self.spread
        return Spread.ACROSS if self.on_order else Spread.EACH_UNIT

    @property
    def plain(self) -> bool:
        """Return whether it bounds no units, names no lines of its own, and is split only on the order."""
        return (
            self.target is None
            and self.scope is Scope.LINES
            and (self.meant_for is Spread.ACROSS) is self.on_order
            and self.unbounded
        )

    @property
    def unbounded(self) -> bool:
        """Return whether it takes all units of its lines."""
        return True

    @abstractmethod
    def off_line(self, line: LineInProgress) -> Decimal:
        """Return what it takes off ``line``, exact, from 0 to what is left of the line."""
        raise NotImplementedError

    @abstractmethod
    def off_sum(self, value: Decimal) -> Decimal:
        """Return what it takes off lines worth ``value`` together, exact, from 0 to ``value``."""
        raise NotImplementedError
