"""The use of an offer by a quote: what an order of it takes from the offer's limits."""

from __future__ import annotations

from attrs import frozen

from servicecore.kernel.money import Money


@frozen
class OfferUse:
    """What a quote uses of an offer, or of a code of an offer, whose uses orders count.

    Attributes:
        offer: the offer's id.
        times: how often it was applied.
        amount: what it took off lines and charges, and the credits that it promises, in the cart's currency.
        code: the code that released it, as it is compared; empty for others.
        uses_before: how often the customer used it before, where that matters to it; None where not.
        orders_before: how many orders the customer had before, where its conditions ask; None where not.
        code_uses_before: how often the customer used the code before, where it is the offer's own and has a limit for
            each customer; None where not.

    """

    offer: str
    times: int
    amount: Money
    code: str = ""
    uses_before: int | None = None
    orders_before: int | None = None
    code_uses_before: int | None = None

    @property
    def looks_at_customer(self) -> bool:
        """Return whether it matters what the customer did before."""
        return any(each is not None for each in (self.uses_before, self.orders_before, self.code_uses_before))
