"""A visit: a cart and the instant at which it is quoted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import evolve, frozen

from servicecore.pricing import Cart, CartLine


@frozen
class Visit:
    """A cart and when it is quoted.

    Attributes:
        cart: what is asked.
        at: aware, UTC.

    """

    cart: Cart
    at: datetime

    @property
    def currency(self) -> str:
        """Return the cart's currency."""
        return self.cart.currency

    def with_lines(self, lines: Iterable[CartLine]) -> Visit:
        """Return the same visit with other lines."""
        return evolve(self, cart=evolve(self.cart, lines=tuple(lines)))

    def with_codes(self, *codes: str) -> Visit:
        """Return the same visit with other codes typed."""
        return evolve(self, cart=evolve(self.cart, codes=codes))

    def at_instant(self, at: datetime) -> Visit:
        """Return the same cart at another instant."""
        return evolve(self, at=at)

    def bare(self) -> Visit:
        """Return the visit without codes, named offers and prices set by hand."""
        lines = [evolve(line, offers=(), override=None) for line in self.cart.lines]
        return evolve(self, cart=evolve(self.cart, lines=tuple(lines), codes=()))

    def text(self) -> str:
        """Return the cart for people, one line a line."""
        cart = self.cart
        head = [f"{cart.currency}, customer {cart.customer}, {self.at:%Y-%m-%d %H:%M:%S%z}"]
        head += [f"channel {cart.channel}"] if cart.channel else []
        head += [f"groups {', '.join(cart.customer_groups)}"] if cart.customer_groups else []
        head += [f"codes {', '.join(map(repr, cart.codes))}"] if cart.codes else []
        head += [f"delivery {cart.delivery_mode}"] if cart.delivery_mode else []
        head += [f"{name}={value}" for name, value in cart.attributes]
        return "\n".join(["; ".join(head), *(_line(line) for line in cart.lines)])


def _line(line: CartLine) -> str:
    parts = [f"  {line.number}: {line.quantity} x {line.item}"]
    parts += [line.unit] if line.unit else []
    parts += [f"offers {', '.join(line.offers)}"] if line.offers else []
    parts += [f"price set to {line.override.unit_price}"] if line.override else []
    parts += [f"{name}={value}" for name, value in line.attributes]
    return " ".join(parts)
