"""The situation: what conditions may look at, the same for the lines of a quote and for those of a basket."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.basket import BasketCustomer, BasketLine
from servicecore.pricing.promotions.combination import ValueSeen

if TYPE_CHECKING:
    from servicecore.pricing.promotions.target import Target

OfferLine: TypeAlias = LineInProgress | BasketLine
"""A line that offers look at: of a quote in the making, or of a basket."""

L = TypeVar("L", LineInProgress, BasketLine)

Term: TypeAlias = tuple[str, str]
"""Something that a cart has and that an offer can be filed under: ``("item", "A-1")``, ``("channel", "web")``."""


class Situation(ABC, Generic[L]):
    """Who buys what, where, and when, as far as offers got."""

    __slots__ = ()

    @property
    @abstractmethod
    def day(self) -> int:
        """Return the civil day, as a number of days."""

    @property
    @abstractmethod
    def currency(self) -> str:
        """Return the ISO 4217 code of every amount."""

    @property
    @abstractmethod
    def channel(self) -> str:
        """Return the sales channel; empty where unknown."""

    @property
    @abstractmethod
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """Return the cart's pairs of name and value."""

    @property
    @abstractmethod
    def customer(self) -> BasketCustomer:
        """Return who buys."""

    @property
    @abstractmethod
    def uses_before(self) -> int:
        """Return how often the customer used the offer before; 0 where it is not one offer's situation."""

    @property
    @abstractmethod
    def shipping_methods(self) -> tuple[str, ...]:
        """Return the shipping methods chosen."""

    @abstractmethod
    def counted(self, target: Target) -> tuple[L, ...]:
        """Return the goods of ``target`` that conditions count, in their order."""

    @abstractmethod
    def units(self, line: L) -> Decimal:
        """Return how many of the item's own units of ``line`` count."""

    @abstractmethod
    def worth(self, line: L, seen: ValueSeen | None = None) -> Decimal:
        """Return what ``line`` is worth to a condition; None takes the book's setting."""
