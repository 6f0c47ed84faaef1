"""The benefit of a bundle: so many units together at a percentage off, or at a price."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.field_checks import not_negative, one_or_more, percentage
from servicecore.pricing.promotions.money_off import currency_of, rounded, set_off, split


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "bundle")


@frozen(field_transformer=checked_fields)
class Bundle(Benefit):
    """``size`` units of the target are ``percent`` or ``amount`` off, or cost ``price``; the priciest units first.

    One bundle is made; where the book's combination repeats and spends units, as many as there are units for.

    Attributes:
        size: units of one bundle.
        percent: off each bundle; exactly one of the three.
        price: of each bundle.
        distinct: whether the units have to come from different lines; then one bundle at a time is made.
        amount: off each bundle.

    """

    turn: ClassVar[int] = 0
    size: int = field(validator=one_or_more)
    percent: Decimal | None = field(converter=_optional, default=None, validator=percentage)
    price: Money | None = field(default=None, validator=not_negative)
    distinct: bool = False
    amount: Money | None = field(default=None, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if sum(each is not None for each in (self.percent, self.price, self.amount)) != 1:
            raise NOT_ACCEPTED.error("percent", value=self.percent, accepted="exactly one of percent, price, amount")

    @property
    def currency(self) -> str:
        """Return the currency of its price or amount, if any."""
        return currency_of(self.price, self.amount)

    @property
    def text(self) -> str:
        """Return ``3 = 10.00 EUR`` or ``3 -20 %``."""
        if self.price is not None:
            return f"{self.size} = {self.price}"
        return f"{self.size} -{self.percent} %" if self.amount is None else f"{self.size} -{self.amount}"

    def work_out(self, view: View) -> Proposal:
        """Return what one bundle takes off; repeating it makes the next ones."""
        parts = self._parts(view, view.priciest_first(self.lines(view)))
        worth = NOTHING
        for line, units in parts:
            worth = EXACT.add(worth, view.base(line, units))
        if not parts:
            return Proposal()
        off = set_off(worth, Decimal(1), self.price, self.amount, self.percent or NOTHING)
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
