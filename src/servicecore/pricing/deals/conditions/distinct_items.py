"""The condition that enough different items are bought."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.conditions.condition import DealCondition, Progress
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget

TOO_FEW_ITEMS: Final = ProblemKind(
    "deal.too_few_items",
    en="{value} different items of {target} count; accepted: {accepted}",
    it="contano {value} articoli diversi di {target}; valori ammessi: {accepted}",
    de="{value} verschiedene Artikel von {target} zählen; zulässig: {accepted}",
)


def _minimum(value: object) -> Decimal:
    return exact_decimal(value, "minimum")


@frozen
class DistinctItems(DealCondition):
    """At least ``minimum`` different items of ``target`` are bought, however many of each."""

    minimum: Decimal = field(converter=_minimum)
    target: DealTarget = EVERY_LINE

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.too_few_items``, or None."""
        count = self.progress(view).reached
        if count >= self.minimum:
            return None
        return TOO_FEW_ITEMS.at("lines", value=count, target=self.target, accepted=f"{self.minimum} or more")

    def progress(self, view: View) -> Progress:
        """Return how many different items count."""
        items = {line.item for line in view.lines(self.target) if view.available(line) > NOTHING}
        return Progress(Decimal(len(items)), self.minimum)

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return one unit of each item still missing."""
        items = {line.item for line, _units in used}
        spent = []
        for line in view.lines(self.target):
            if len(items) < self.minimum and line.item not in items and view.available(line) > NOTHING:
                items.add(line.item)
                spent.append((line, Decimal(1)))
        return tuple(spent)
