"""The condition that enough different items are bought."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.conditions.condition import Condition, Progress
from servicecore.pricing.promotions.field_checks import not_negative
from servicecore.pricing.promotions.situation import L, Situation, Term
from servicecore.pricing.promotions.target import Target

TOO_FEW_ITEMS: Final = ProblemKind(
    "pricing.condition_distinct_items",
    en="{value} different items of {target} count; accepted: {accepted}",
    it="contano {value} articoli diversi di {target}; valori ammessi: {accepted}",
    de="{value} verschiedene Artikel von {target} zählen; zulässig: {accepted}",
)


def _minimum(value: object) -> Decimal:
    return exact_decimal(value, "minimum")


@frozen(field_transformer=checked_fields)
class DistinctItems(Condition):
    """At least ``minimum`` different items are bought, however many of each.

    Attributes:
        minimum: how many.
        target: the lines that count; None means the lines of the offer.

    """

    minimum: Decimal = field(converter=_minimum, validator=not_negative)
    target: Target | None = None

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep all lines where enough items are bought (``pricing.condition_distinct_items``)."""
        counted = lines if self.target is None else situation.counted(self.target)
        count = len({line.item_id for line in counted if situation.units(line) > NOTHING})
        if count >= self.minimum:
            return lines
        target = "the offer" if self.target is None else self.target
        return TOO_FEW_ITEMS.at("lines", value=count, target=target, accepted=f"{self.minimum} or more")

    def terms(self) -> tuple[Term, ...] | None:
        """Return the items that have to be bought, where it names some and asks for more than nothing."""
        return self.target.terms() if self.target is not None and self.minimum > NOTHING else None

    def progress(self, view: View) -> Progress:
        """Return how many different items count."""
        items = {line.item_id for line in self._lines(view) if view.available(line) > NOTHING}
        return Progress(Decimal(len(items)), self.minimum)

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return one unit of each item still missing."""
        items = {line.item_id for line, _units in used}
        spent = []
        for line in self._lines(view):
            if len(items) < self.minimum and line.item_id not in items and view.available(line) > NOTHING:
                items.add(line.item_id)
                spent.append((line, Decimal(1)))
        return tuple(spent)

    def _lines(self, view: View) -> tuple[BasketLine, ...]:
        return view.counted(view.offer.target if self.target is None else self.target)
