"""What a condition of an offer is: it narrows the lines that the offer is about, or says why none is left."""

from __future__ import annotations

from abc import abstractmethod

from attrs import frozen

from servicecore.kernel.problems import Problem
from servicecore.pricing.promotions.scene import Lines, Scene, Term


@frozen
class Condition:
    """The base of every condition; a frozen value that can stand in a file.

    A condition of the whole cart keeps all lines or none, a condition of a line keeps those that meet it.
    """

    @abstractmethod
    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Return the lines of ``lines`` that are left, at least one, or the problem that names value and accepted."""
        raise NotImplementedError

    def terms(self) -> tuple[Term, ...] | None:
        """Return terms of which every cart that meets the condition has at least one; None where there are none.

        An offer is filed under such terms, so that a quote never looks at offers that cannot apply.
        """
        return None
