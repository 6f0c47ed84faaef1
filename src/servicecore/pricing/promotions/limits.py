"""Limits of offers: how often they are applied, and for how much money."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import evolve, field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.field_checks import not_negative

MOST_APPLICATIONS: Final = 10_000
"""How often one offer is applied to one basket at most, whatever its limits say."""


class Measure(Enum):
    """What a budget counts: money, or uses."""

    AMOUNT = "amount"
    COUNT = "count"


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "budget")


@frozen(field_transformer=checked_fields)
class Budget:
    """A budget and what was used of it before.

    Attributes:
        measure: money in the basket's currency, or uses.
        limit: the most.
        used: before this basket; what orders placed here used comes on top of what a book says.

    """

    measure: Measure
    limit: Decimal = field(converter=_exact, validator=not_negative)
    used: Decimal = field(converter=_exact, default=Decimal(0), validator=not_negative)

    @property
    def spent(self) -> bool:
        """Return whether nothing is left."""
        return self.used >= self.limit

    def allows(self, amount: Decimal) -> bool:
        """Return whether one more use worth ``amount`` fits."""
        more = amount if self.measure is Measure.AMOUNT else Decimal(1)
        return EXACT.add(self.used, more) <= self.limit

    @property
    def left(self) -> Decimal:
        """Return what is left of it, 0 or more."""
        return max(EXACT.subtract(self.limit, self.used), Decimal(0))


@frozen(field_transformer=checked_fields)
class OfferLimits:
    """How often an offer may be applied; None is no limit.

    Attributes:
        per_basket: in one basket.
        total: in all baskets together.
        per_customer: by one customer.
        used: applications before, by everybody; what orders placed here used comes on top of what a book says.
        budget: money or uses.
        given_back: whether an order gives back what it used when nothing of it has the offer any more.

    """

    per_basket: int | None = field(default=None, validator=not_negative)
    total: int | None = field(default=None, validator=not_negative)
    per_customer: int | None = field(default=None, validator=not_negative)
    used: int = field(default=0, validator=not_negative)
    budget: Budget | None = None
    given_back: bool = True

    @property
    def counted(self) -> bool:
        """Return whether they hold over all orders, so that orders count what they use."""
        return self.total is not None or self.per_customer is not None or self.budget is not None

    @property
    def most_uses(self) -> int | None:
        """Return how often it may be applied yet, in all baskets together, 0 or more; None for no limit."""
        bounds = [] if self.total is None else [max(self.total - self.used, 0)]
        if self.budget is not None and self.budget.measure is Measure.COUNT:
            bounds.append(int(self.budget.left))
        return min(bounds, default=None)

    def most_money(self, currency: str) -> Money | None:
        """Return how much money of ``currency`` it may give yet, in whole minor units, 0 or more; None for no limit."""
        if self.budget is None or self.budget.measure is not Measure.AMOUNT:
            return None
        return Money.from_minor(int(EXACT.scaleb(self.budget.left, currency_digits(currency))), currency)

    def after(self, uses: int, money: Decimal) -> OfferLimits:
        """Return the limits with ``uses`` and ``money`` that orders counted on top of what the book says."""
        budget = self.budget
        if budget is not None:
            more = money if budget.measure is Measure.AMOUNT else Decimal(uses)
            budget = evolve(budget, used=EXACT.add(budget.used, more))
        return evolve(self, used=self.used + uses, budget=budget)

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
        if self.most_uses is not None:
            bounds.append(self.most_uses)
        if self.per_customer is not None and used_by_customer is not None:
            bounds.append(self.per_customer - used_by_customer)
        return max(0, min(bounds))


NO_LIMITS: Final = OfferLimits()
"""As often as its conditions hold."""
