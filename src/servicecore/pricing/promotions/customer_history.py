"""The fact what a customer did before: orders, codes and offers, for limits and first-order offers."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.pricing.promotions.offer_codes import PastOrder


@frozen
class CustomerHistory:
    """What conditions may know of the cart's customer.

    Attributes:
        orders: orders before this one, with those of their codes that ``code_uses`` does not count.
        flags: marks such as ``staff``.
        offer_uses: by offer id, how often the customer used it before.
        guest: whether the customer has no account.
        code_uses: by offer id and own code, as it is compared, in how many orders that counted it the customer used it.
        number: which of the customer's orders it is, where something else than ``orders`` says that: another order is
            being paid and holds a number, or this one holds its own; None where ``orders`` say it.

    """

    orders: tuple[PastOrder, ...] = ()
    flags: tuple[str, ...] = ()
    offer_uses: tuple[tuple[str, int], ...] = ()
    guest: bool = False
    code_uses: tuple[tuple[str, str, int], ...] = ()
    number: int | None = None

    @property
    def orders_before(self) -> int:
        """Return how many orders before were not cancelled."""
        if self.number is not None:
            return self.number - 1
        return sum(1 for order in self.orders if not order.cancelled)

    def uses_of_code(self, offer: str, code: str) -> int:
        """Return in how many orders that counted it the customer used the own ``code`` of ``offer``."""
        return sum(times for name, own, times in self.code_uses if (name, own) == (offer, code))


NO_HISTORY: Final = CustomerHistory()
"""A customer of whom nothing is known."""
