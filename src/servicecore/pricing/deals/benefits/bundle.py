"""The benefit of a bundle: so many units together at a percentage off, or at a price."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.benefits.benefit import DealBenefit, Proposal
from servicecore.pricing.deals.money_off import percent_of, rounded, split


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "bundle")


@frozen
class Bundle(DealBenefit):
    """Every ``size`` units of the target are ``percent`` off, or cost ``price``; the priciest units first.

    Attributes:
        size: units of one bundle.
        percent: off each bundle; either this or ``price``.
        price: of each bundle.
        distinct: whether the units have to come from different lines; then one bundle at a time is made.

    """

    size: int = field()
    percent: Decimal | None = field(converter=_optional, default=None)
    price: Decimal | None = field(converter=_optional, default=None)
    distinct: bool = False

    @size.validator
    def _check_size(self, _attribute: object, value: int) -> None:
        if value < 1:
            raise NOT_ACCEPTED.error("size", value=value, accepted="1 or more")

    def __attrs_post_init__(self) -> None:
        if (self.percent is None) == (self.price is None):
            raise NOT_ACCEPTED.error("percent", value=self.percent, accepted="either a percentage or a price")

    def work_out(self, view: View) -> Proposal:
        """Return what one bundle takes off; repeating it makes the next ones."""
        parts = self._parts(view, view.priciest_first(self.lines(view)))
        worth = NOTHING
        for line, units in parts:
            worth = EXACT.add(worth, view.base(line, units))
        if not parts:
            return Proposal()
        off = (
            EXACT.subtract(worth, self.price) if self.price is not None else percent_of(worth, self.percent or NOTHING)
        )
        return Proposal(split(view, rounded(off, view.settings.rounding, view.basket.currency), parts, on_order=False))

    def _parts(self, view: View, lines: list[BasketLine]) -> list[tuple[BasketLine, Decimal]]:
        missing = Decimal(self.size)
        parts = []
        for line in lines:
            most = min(view.available(line), Decimal(1)) if self.distinct else view.available(line)
            units = min(most, missing)
            if units > NOTHING:
                parts.append((line, units))
                missing = EXACT.subtract(missing, units)
        return [] if missing > NOTHING else parts
