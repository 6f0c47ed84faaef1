"""The benefit of one amount for the first unit of a line, and another for each further one."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.field_checks import not_negative
from servicecore.pricing.promotions.money_off import share


@frozen(field_transformer=checked_fields)
class FirstThenAdditional(Benefit):
    """``first`` off the first unit of a line, ``additional`` off each further one.

    Attributes:
        first: 0 or more.
        additional: the same, in the same currency.
        max_units: units that get something, the first included; 0 is no maximum.

    """

    first: Money = field(validator=not_negative)
    additional: Money = field(validator=not_negative)
    max_units: int = field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if self.additional.currency != self.first.currency:
            raise NOT_ACCEPTED.error(
                "additional", value=self.additional, accepted=f"an amount in {self.first.currency}"
            )

    @property
    def currency(self) -> str:
        """Return the currency of both amounts."""
        return self.first.currency

    @property
    def text(self) -> str:
        """Return ``-5.00 EUR, -1.00 EUR / unit``."""
        return f"-{self.first}, -{self.additional} / unit"

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
        return EXACT.add(self.first.amount, EXACT.multiply(self.additional.amount, EXACT.subtract(counted, Decimal(1))))
