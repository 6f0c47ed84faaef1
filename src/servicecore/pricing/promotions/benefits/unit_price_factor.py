"""The benefit of another unit price, computed from the one so far and kept only where it is lower."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.money_off import rounded, share


def _factor(value: object) -> Decimal:
    factor = exact_decimal(value, "factor")
    if factor < 0:
        raise NOT_ACCEPTED.error("factor", value=factor, accepted="0 or more")
    return factor


@frozen(field_transformer=checked_fields)
class UnitPriceFactor(Benefit):
    """One unit costs ``factor`` times what it costs so far, where that is less.

    Attributes:
        factor: 0 or more; above 1 it takes nothing off.

    """

    turn: ClassVar[int] = 2
    factor: Decimal = field(converter=_factor)

    @property
    def text(self) -> str:
        """Return ``x 0.9``."""
        return f"x {self.factor}"

    def work_out(self, view: View) -> Proposal:
        """Return what the lower unit price takes off."""
        shares = []
        for line in self.lines(view):
            units = view.available(line)
            base = view.base(line, units)
            off = EXACT.subtract(base, EXACT.multiply(base, self.factor))
            amount = rounded(min(off, view.room(line, units)), view.settings.rounding, view.basket.currency)
            shares.append(share(view, line, max(NOTHING, amount), units))
        return Proposal(tuple(shares))
