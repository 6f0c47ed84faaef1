"""What a benefit of an offer is: it takes something off single lines, or off the order as a whole."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import ClassVar

from attrs import frozen

from servicecore.pricing.line_in_progress import LineInProgress


@frozen
class Benefit:
    """The base of every benefit; a frozen value that can stand in a file.

    ``turn`` orders offers of equal priority: fixed prices first, then amounts, then percentages (CC 7.3).
    """

    turn: ClassVar[int] = 1

    @property
    def currency(self) -> str:
        """Return the currency that its amounts are in; empty where it has none and fits every cart."""
        return ""

    @property
    @abstractmethod
    def text(self) -> str:
        """Return what it gives, without words, for explanations: ``-10 %``, ``-5.00 EUR``."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text


@frozen
class LineBenefit(Benefit):
    """A benefit that looks at one line at a time."""

    @abstractmethod
    def off(self, line: LineInProgress) -> Decimal:
        """Return what it takes off ``line``, exact, from 0 to what is left of the line."""
        raise NotImplementedError


@frozen
class OrderBenefit(Benefit):
    """A benefit computed on the sum of the offer's lines, then split over them in proportion to their nets."""

    @abstractmethod
    def off(self, value: Decimal) -> Decimal:
        """Return what it takes off lines worth ``value``, exact, from 0 to ``value``."""
        raise NotImplementedError
