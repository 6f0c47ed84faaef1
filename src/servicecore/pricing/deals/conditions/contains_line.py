"""The condition that something lies in the basket."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.conditions.condition import DealCondition
from servicecore.pricing.deals.target import DealTarget

NOT_CONTAINED: Final = ProblemKind(
    "deal.not_contained",
    en="the basket holds {value}; accepted: {accepted}",
    it="il carrello contiene {value}; valori ammessi: {accepted}",
    de="der Warenkorb enthält {value}; zulässig: {accepted}",
)


@frozen
class ContainsLine(DealCondition):
    """A line of ``target`` is in the basket; the deal is not confined to it."""

    target: DealTarget

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.not_contained``, or None."""
        if any(view.available(line) > NOTHING for line in view.lines(self.target)):
            return None
        held = ", ".join(line.item for line in view.basket.lines if not line.shipping) or "nothing"
        return NOT_CONTAINED.at("lines", value=held, accepted=self.target)
