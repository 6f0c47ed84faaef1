"""The condition that enough units are bought."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.conditions.condition import DealCondition, Progress
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget

TOO_FEW_UNITS: Final = ProblemKind(
    "deal.too_few_units",
    en="{value} units of {target} count; accepted: {accepted}",
    it="contano {value} unità di {target}; valori ammessi: {accepted}",
    de="{value} Einheiten von {target} zählen; zulässig: {accepted}",
)


def _minimum(value: object) -> Decimal:
    minimum = exact_decimal(value, "minimum")
    if minimum < 0:
        raise NOT_ACCEPTED.error("minimum", value=minimum, accepted="0 or more")
    return minimum


@frozen
class UnitCount(DealCondition):
    """At least ``minimum`` units of ``target`` are bought, all lines together."""

    minimum: Decimal = field(converter=_minimum)
    target: DealTarget = EVERY_LINE

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.too_few_units``, or None."""
        units = self._units(view)
        if units >= self.minimum:
            return None
        return TOO_FEW_UNITS.at("lines", value=units, target=self.target, accepted=f"{self.minimum} or more")

    def progress(self, view: View) -> Progress:
        """Return the units that count."""
        return Progress(self._units(view), self.minimum)

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return the units still missing to ``minimum``, the priciest first."""
        missing = self.minimum
        for _line, units in used:
            missing = EXACT.subtract(missing, units)
        spent = []
        for line in view.priciest_first(view.lines(self.target)):
            units = min(view.available(line), missing)
            if units > NOTHING:
                spent.append((line, units))
                missing = EXACT.subtract(missing, units)
        return tuple(spent)

    def _units(self, view: View) -> Decimal:
        total = NOTHING
        for line in view.lines(self.target):
            total = EXACT.add(total, view.available(line))
        return total
