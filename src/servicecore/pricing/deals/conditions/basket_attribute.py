"""The condition that an attribute of the basket passes a test."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.deals.bench import View
from servicecore.pricing.deals.conditions.condition import DealCondition
from servicecore.pricing.deals.target import PathTest

WRONG_ATTRIBUTE: Final = ProblemKind(
    "deal.wrong_attribute",
    en="{name} is {value}; accepted: {accepted}",
    it="{name} è {value}; valori ammessi: {accepted}",
    de="{name} ist {value}; zulässig: {accepted}",
)


@frozen
class BasketAttribute(DealCondition):
    """The basket's values at a path pass ``test``."""

    test: PathTest

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.wrong_attribute``, or None."""
        given = [value for name, value in view.basket.attributes if name == self.test.path]
        if self.test.holds(given):
            return None
        accepted = f"{self.test.op.value} {', '.join(self.test.values)}"
        value = ", ".join(given) or "not given"
        return WRONG_ATTRIBUTE.at("attributes", name=self.test.path, value=value, accepted=accepted)
