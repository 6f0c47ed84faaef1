"""The condition that the goods are shipped by one of several methods."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import View
from servicecore.pricing.deals.conditions.condition import DealCondition

OTHER_SHIPPING: Final = ProblemKind(
    "deal.other_shipping",
    en="the goods are shipped by {value}; accepted: {accepted}",
    it="la merce è spedita con {value}; valori ammessi: {accepted}",
    de="die Ware wird mit {value} versandt; zulässig: {accepted}",
)


@frozen
class ShippedBy(DealCondition):
    """A shipping method is one of ``methods``; of the methods the deal touches only these."""

    methods: tuple[str, ...]

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.other_shipping``, or None."""
        chosen = [line.item for line in view.basket.lines if line.shipping]
        if any(method in self.methods for method in chosen):
            return None
        value = ", ".join(chosen) or "nothing yet"
        return OTHER_SHIPPING.at("shipping", value=value, accepted=", ".join(self.methods))

    def allows(self, line: BasketLine) -> bool:
        """Return whether ``line`` is goods, or one of the methods."""
        return not line.shipping or line.item in self.methods
