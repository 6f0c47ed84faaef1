"""Limits of offers: how often they are applied, and for how much money."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.rounding import EXACT

MOST_APPLICATIONS: Final = 10_000
"""How often one offer is applied to one basket at most, whatever its limits say."""


class Measure(Enum):
    """What a budget counts: money, or uses."""

    AMOUNT = "amount"
    COUNT = "count"


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "budget")


@frozen
class Budget:
    """A budget and what was used of it before.

    Attributes:
        measure: money in the basket's currency, or uses.
        limit: the most.
        used: before this basket, reservations included.

    """

    measure: Measure
    limit: Decimal = field(converter=_exact)
    used: Decimal = field(converter=_exact, default=Decimal(0))

    @property
    def spent(self) -> bool:
        """Return whether nothing is left."""
        return self.used >= self.limit

    def allows(self, amount: Decimal) -> bool:
        """Return whether one more use worth ``amount`` fits."""
        more = amount if self.measure is Measure.AMOUNT else Decimal(1)
        return EXACT.add(self.used, more) <= self.limit


@frozen
class OfferLimits:
    """How often an offer may be applied; None is no limit.

    Attributes:
        per_basket: in one basket.
        total: in all baskets together.
        per_customer: by one customer.
        used: applications before, by everybody.
        budget: money or uses.

    """

    per_basket: int | None = None
    total: int | None = None
    per_customer: int | None = None
    used: int = 0
    budget: Budget | None = None

    def left(self, used_by_customer: int | None = None) -> int:
        """Return how often it may still be applied to one basket, 0 to `MOST_APPLICATIONS`.

        ``used_by_customer`` None is a customer whom nobody knows: then the limit per customer cannot be counted and
        does not count.
        """
        if self.budget is not None and self.budget.spent:
            return 0
        bounds = [MOST_APPLICATIONS]
        if self.per_basket is not None:
            bounds.append(self.per_basket)
        if self.total is not None:
            bounds.append(self.total - self.used)
        if self.per_customer is not None and used_by_customer is not None:
            bounds.append(self.per_customer - used_by_customer)
        return max(0, min(bounds))


NO_LIMITS: Final = OfferLimits()
"""As often as its conditions hold."""
