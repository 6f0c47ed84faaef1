"""The benefit of an amount: off every unit, off every line, or one amount over all lines."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import PlainBenefit, Proposal, Spread
from servicecore.pricing.promotions.benefits.caps import NO_CAPS, UnitCaps, base_of
from servicecore.pricing.promotions.money_off import share, split


@frozen(field_transformer=checked_fields)
class AmountOff(PlainBenefit):
    """``amount`` off, at most what the goods are worth.

    Attributes:
        amount: 0 or more.
        caps: how many units take part.

    """

    amount: Money = field()
    caps: UnitCaps = NO_CAPS

    @amount.validator
    def _check_amount(self, _attribute: object, value: Money) -> None:
        if value.amount < 0:
            raise NOT_ACCEPTED.error("amount", value=value, accepted="0 or more")

    @property
    def currency(self) -> str:
        """Return the amount's currency."""
        return self.amount.currency

    @property
    def text(self) -> str:
        """Return ``-5.00 EUR / unit``."""
        meant = {Spread.EACH_UNIT: " / unit", Spread.EACH_LINE: " / line"}.get(self.meant_for, "")
        return f"-{self.amount}{meant}"

    @property
    def unbounded(self) -> bool:
        """Return whether it has no caps."""
        return self.caps == NO_CAPS

    def off_line(self, line: LineInProgress) -> Decimal:
        """Return the amount, times the quantity where it is meant for each unit."""
        return min(self._off(line.quantity), line.exact)

    def off_sum(self, value: Decimal) -> Decimal:
        """Return the amount, at most ``value``."""
        return min(self.amount.amount, value)

    def work_out(self, view: View) -> Proposal:
        """Return the amount, line by line."""
        parts = self.caps.pick(view, self.lines(view))
        if self.meant_for is Spread.ACROSS:
            return Proposal(split(view, self.amount.amount, parts, on_order=self.on_order))
        shares = []
        for line, units in parts:
            base = base_of(view, line, units, on_order=self.on_order)
            most = min(base, view.room(line, units, on_order=self.on_order))
            shares.append(share(view, line, max(NOTHING, min(self._off(units), most)), units, on_order=self.on_order))
        return Proposal(tuple(shares))

    def _off(self, units: Decimal) -> Decimal:
        amount = self.amount.amount
        return EXACT.multiply(amount, units) if self.meant_for is Spread.EACH_UNIT else amount
