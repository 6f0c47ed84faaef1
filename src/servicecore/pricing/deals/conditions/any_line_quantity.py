"""The condition that one line holds enough units by itself."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import Problem
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.conditions.condition import DealCondition, Progress
from servicecore.pricing.deals.conditions.unit_count import TOO_FEW_UNITS
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget


def _minimum(value: object) -> Decimal:
    return exact_decimal(value, "minimum")


@frozen
class AnyLineQuantity(DealCondition):
    """At least one line of ``target`` has ``minimum`` units; the deal is not confined to that line."""

    minimum: Decimal = field(converter=_minimum)
    target: DealTarget = EVERY_LINE

    def problem(self, view: View) -> Problem | None:
        """Return ``deal.too_few_units``, or None."""
        most = self.progress(view).reached
        if most >= self.minimum:
            return None
        accepted = f"{self.minimum} or more in one line"
        return TOO_FEW_UNITS.at("lines", value=most, target=self.target, accepted=accepted)

    def progress(self, view: View) -> Progress:
        """Return the units of the longest line."""
        units = [view.available(line) for line in view.lines(self.target)]
        return Progress(max(units, default=NOTHING), self.minimum)
