"""What a condition of an offer is: it narrows the lines that the offer is about, or says why it does not hold."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal

from attrs import frozen

from servicecore.kernel.problems import Problem
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.situation import L, Situation, Term


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
class Condition:
    """The base of every condition; a frozen value that can stand in a file.

    A condition of the whole cart keeps all lines or none, a condition of a line keeps those that meet it.
    """

    @property
    def plain(self) -> bool:
        """Return whether it holds or not without knowing what the offer did before."""
        return True

    @property
    def asks_history(self) -> bool:
        """Return whether it asks what the customer did before, or what is known of the customer."""
        return False

    @property
    def order_numbers(self) -> frozenset[int]:
        """Return the numbers of a customer's orders at which its answer changes."""
        return frozenset()

    @property
    def use_counts(self) -> frozenset[int]:
        """Return the numbers of uses by one customer at which its answer changes."""
        return frozenset()

    @property
    def asked_again(self) -> bool:
        """Return whether only asking it again tells what it says after other orders of the customer."""
        return False

    @abstractmethod
    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Return the lines of ``lines`` that are left, or the problem that names value and accepted."""
        raise NotImplementedError

    def terms(self) -> tuple[Term, ...] | None:
        """Return terms of which every cart that meets the condition has at least one; None where there are none.

        An offer is filed under such terms, so that a quote never looks at offers that cannot apply.
        """
        return None

    def progress(self, view: View) -> Progress | None:
        """Return how far the basket is, or None where there is no way between nothing and enough."""
        del view
        return None

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return the units that meeting it spends, beyond those ``used``, which the benefit spent already."""
        del view, used
        return ()

    def allows(self, line: BasketLine) -> bool:
        """Return whether the offer's benefits may touch ``line``, a shipping method."""
        del line
        return True
