"""The scene of a quote: what conditions may look at."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen

from servicecore.kernel.money import Money
from servicecore.pricing.cart import Cart
from servicecore.pricing.line_in_progress import LineInProgress

Lines: TypeAlias = tuple[LineInProgress, ...]

Term: TypeAlias = tuple[str, str]
"""Something that a cart has and that an offer can be filed under: ``("item", "A-1")``, ``("channel", "web")``."""


@frozen(eq=False)
class Scene:
    """Cart, day and customer of the quote, and its lines as priced so far.

    Attributes:
        cart: what was asked.
        day: civil day of the quote in the book's zone, as a number of days.
        lines: every line of the cart.
        one: 1 of the cart's currency.
        groups: the customer's groups.
        attributes: the cart's pairs of name and value.

    """

    cart: Cart
    day: int
    lines: Lines
    one: Money
    groups: frozenset[str] = field(init=False)
    attributes: frozenset[tuple[str, str]] = field(init=False)

    @groups.default
    def _groups(self) -> frozenset[str]:
        return frozenset(self.cart.customer_groups)

    @attributes.default
    def _attributes(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.cart.attributes)

    @property
    def currency(self) -> str:
        """Return the ISO 4217 code of every amount."""
        return self.cart.currency
