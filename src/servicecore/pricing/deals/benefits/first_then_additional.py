"""The benefit of one amount for the first unit of a line, and another for each further one."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.benefits.benefit import DealBenefit, Proposal
from servicecore.pricing.deals.money_off import share


def _exact(value: object) -> Decimal:
    amount = exact_decimal(value, "first")
    if amount < 0:
        raise NOT_ACCEPTED.error("first", value=amount, accepted="0 or more")
    return amount


@frozen
class FirstThenAdditional(DealBenefit):
    """``first`` off the first unit of a line, ``additional`` off each further one.

    Attributes:
        first: in the basket's currency.
        additional: the same.
        max_units: units that get something, the first included; 0 is no maximum.

    """

    first: Decimal = field(converter=_exact)
    additional: Decimal = field(converter=_exact)
    max_units: int = 0

    def work_out(self, view: View) -> Proposal:
        """Return the amounts line by line."""
        shares = []
        for line in self.lines(view):
            units = view.available(line)
            amount = min(self.off(units), view.base(line, units), view.room(line))
            shares.append(share(view, line, amount, units))
        return Proposal(tuple(shares))

    def off(self, units: Decimal) -> Decimal:
        """Return what it takes off so many units of one line."""
        counted = min(units, Decimal(self.max_units)) if self.max_units else units
        if counted < 1:
            return NOTHING
        return EXACT.add(self.first, EXACT.multiply(self.additional, EXACT.subtract(counted, Decimal(1))))
