"""The fact what a customer did before: orders, codes and offers, for limits and first-order offers."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.pricing.promotions.offer_codes import PastOrder


@frozen
class CustomerHistory:
    """What conditions may know of the cart's customer.

    Attributes:
        orders: orders before this one, with their codes.
        flags: marks such as ``staff``.
        offer_uses: by offer id, how often the customer used it before.
        guest: whether the customer has no account.

    """

    orders: tuple[PastOrder, ...] = ()
    flags: tuple[str, ...] = ()
    offer_uses: tuple[tuple[str, int], ...] = ()
    guest: bool = False

    @property
    def orders_before(self) -> int:
        """Return how many orders were not cancelled."""
        return sum(1 for order in self.orders if not order.cancelled)


NO_HISTORY: Final = CustomerHistory()
"""A customer of whom nothing is known."""
