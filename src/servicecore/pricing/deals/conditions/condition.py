"""What a condition of a deal is: it holds for a basket, or says why not."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal

from attrs import frozen

from servicecore.kernel.problems import Problem
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, View


@frozen
class Progress:
    """How far a basket is on the way to a condition, for hints such as "one more to go".

    Attributes:
        reached: units, different items or money.
        wanted: what meets the condition.

    """

    reached: Decimal
    wanted: Decimal

    @property
    def partly(self) -> bool:
        """Return whether something counts already, and not yet enough."""
        return NOTHING < self.reached < self.wanted


@frozen
class DealCondition:
    """The base of every condition of a deal; a frozen value that can stand in a file."""

    @abstractmethod
    def problem(self, view: View) -> Problem | None:
        """Return why it does not hold, with value and accepted, or None."""
        raise NotImplementedError

    def progress(self, view: View) -> Progress | None:
        """Return how far the basket is, or None where there is no way between nothing and enough."""
        del view
        return None

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return the units that meeting it spends, beyond those ``used``, which the benefit spent already."""
        del view, used
        return ()

    def allows(self, line: BasketLine) -> bool:
        """Return whether the deal's benefits may touch ``line``."""
        del line
        return True
