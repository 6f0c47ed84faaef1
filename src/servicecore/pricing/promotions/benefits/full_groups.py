"""The benefit for units in full groups: three for something, what is left over pays the full price."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.benefits.tiered import Tiered, TierValue
from servicecore.pricing.promotions.field_checks import not_negative, one_or_more, percentage
from servicecore.pricing.promotions.money_off import percent_off, share


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "full_groups")


@frozen(field_transformer=checked_fields)
class FullGroups(Benefit):
    """Every unit in a full group of ``size`` gets an amount or a percentage off.

    Groups are filled from the line with the most units on; ties go by the line's id.

    Attributes:
        size: units of a group.
        amount: off each unit; exactly one of the three.
        percent: off each unit.
        tiers: a percentage in tiers.

    """

    size: int = field(validator=one_or_more)
    amount: Money | None = field(default=None, validator=not_negative)
    percent: Decimal | None = field(converter=_optional, default=None, validator=percentage)
    tiers: Tiered | None = None

    def __attrs_post_init__(self) -> None:
        if sum(each is not None for each in (self.amount, self.percent, self.tiers)) != 1:
            raise NOT_ACCEPTED.error("amount", value=self.amount, accepted="exactly one of amount, percent, tiers")
        if self.tiers is not None and self.tiers.kind is not TierValue.PERCENT:
            raise NOT_ACCEPTED.error("tiers.kind", value=self.tiers.kind.value, accepted="percent")

    @property
    def currency(self) -> str:
        """Return the currency of its amount or tiers, if any."""
        if self.tiers is not None:
            return self.tiers.currency
        return "" if self.amount is None else self.amount.currency

    @property
    def text(self) -> str:
        """Return ``-10 % / unit of 3``."""
        given = self.tiers.text if self.tiers is not None else f"-{self.percent} %"
        return f"{given if self.amount is None else f'-{self.amount}'} / unit of {self.size}"

    def work_out(self, view: View) -> Proposal:
        """Return what the units in full groups get."""
        lines = self.lines(view)
        total = NOTHING
        for line in lines:
            total = EXACT.add(total, view.available(line))
        groups = EXACT.divide(total, Decimal(self.size)).quantize(Decimal(1), ROUND_FLOOR, EXACT)
        left = EXACT.multiply(groups, Decimal(self.size))
        shares = []
        for line in sorted(lines, key=lambda each: (-view.available(each), each.id)):
            units = min(view.available(line), left)
            if units > NOTHING:
                left = EXACT.subtract(left, units)
                most = min(view.base(line, units), view.room(line, units))
                shares.append(share(view, line, max(NOTHING, min(self._off(view, line, units), most)), units))
        return Proposal(tuple(shares))

    def _off(self, view: View, line: BasketLine, units: Decimal) -> Decimal:
        if self.amount is not None:
            return EXACT.multiply(self.amount.amount, units)
        percent = self.percent if self.tiers is None else self.tiers.value_for(view, line)
        return percent_off(view, view.base(line, units), units, percent or NOTHING)
