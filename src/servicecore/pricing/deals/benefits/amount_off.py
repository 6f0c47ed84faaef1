"""The benefit of an amount: off every unit, off every line, or one amount over all lines."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.benefits.benefit import DealBenefit, Proposal, Spread
from servicecore.pricing.deals.benefits.caps import UnitCaps
from servicecore.pricing.deals.money_off import share, split


def _amount(value: object) -> Decimal:
    amount = exact_decimal(value, "amount")
    if amount < 0:
        raise NOT_ACCEPTED.error("amount", value=amount, accepted="0 or more")
    return amount


@frozen
class DealAmount(DealBenefit):
    """``amount`` off, at most what the goods are worth.

    Attributes:
        amount: in the basket's currency.
        spread: what it is meant for.
        on_order: whether it is computed on the order.
        caps: how many units take part.

    """

    amount: Decimal = field(converter=_amount)
    spread: Spread = Spread.ACROSS
    on_order: bool = False
    caps: UnitCaps = UnitCaps()  # noqa: RUF009 - a frozen value

    def work_out(self, view: View) -> Proposal:
        """Return the amount, line by line."""
        lines = self.lines(view)
        if self.spread is Spread.ACROSS:
            parts = self.caps.pick(view, lines)
            return Proposal(split(view, self.amount, parts, on_order=self.on_order))
        shares = []
        for line, units in self.caps.pick(view, lines):
            off = EXACT.multiply(self.amount, units) if self.spread is Spread.EACH_UNIT else self.amount
            most = min(view.base(line, units, on_order=self.on_order), view.room(line, units))
            shares.append(share(view, line, max(NOTHING, min(off, most)), units, on_order=self.on_order))
        return Proposal(tuple(shares))
