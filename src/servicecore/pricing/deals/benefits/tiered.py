"""The benefit in tiers: a percentage or an amount that grows with value or quantity."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.benefits.benefit import DealBenefit, Proposal
from servicecore.pricing.deals.money_off import percent_off, share
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget


class TierMeasure(Enum):
    """What reaches a tier.

    - ``LINE_VALUE``: what is left of the line that is touched.
    - ``GOODS_VALUE``: all goods before deals.
    - ``UNITS``: units of the target ``counted``.
    """

    LINE_VALUE = "line_value"
    GOODS_VALUE = "goods_value"
    UNITS = "units"


class TierValue(Enum):
    """What the values of tiers are: percentages, or amounts off each line."""

    PERCENT = "percent"
    AMOUNT = "amount"


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "tiers")


@frozen
class Tier:
    """From ``start``, itself included, ``value`` counts."""

    start: Decimal = field(converter=_exact)
    value: Decimal = field(converter=_exact)


@frozen
class Tiered(DealBenefit):
    """What the highest tier that is reached gives; below the first one ``base``.

    Attributes:
        base: below every tier.
        tiers: in any order.
        measure: what reaches them.
        kind: percentages or amounts.
        counted: the lines whose units count under ``UNITS``.

    """

    base: Decimal = field(converter=_exact)
    tiers: tuple[Tier, ...]
    measure: TierMeasure = TierMeasure.LINE_VALUE
    kind: TierValue = TierValue.PERCENT
    counted: DealTarget = EVERY_LINE

    def work_out(self, view: View) -> Proposal:
        """Return the tier's percentage or amount of each line."""
        shares = []
        for line in self.lines(view):
            units = view.available(line)
            base = view.base(line, units)
            value = self.value_for(view, line)
            off = percent_off(view, base, units, value) if self.kind is TierValue.PERCENT else value
            shares.append(share(view, line, max(NOTHING, min(off, base, view.room(line))), units))
        return Proposal(tuple(shares))

    def value_for(self, view: View, line: BasketLine) -> Decimal:
        """Return the value that counts for ``line``."""
        measured = self._measured(view, line)
        reached = [tier for tier in self.tiers if tier.start <= measured]
        return max(reached, key=lambda tier: tier.start).value if reached else self.base

    def _measured(self, view: View, line: BasketLine) -> Decimal:
        if self.measure is TierMeasure.LINE_VALUE:
            return view.base(line, line.quantity)
        total = NOTHING
        if self.measure is TierMeasure.GOODS_VALUE:
            for each in view.basket.lines:
                total = total if each.shipping else EXACT.add(total, each.value)
            return total
        for each in view.lines(self.counted):
            total = EXACT.add(total, each.quantity)
        return total
