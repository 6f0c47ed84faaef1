"""The benefit that an item is put into the basket, free or at a percentage off."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.bench import NOTHING, AddedItem, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.field_checks import above_zero, not_negative, percentage
from servicecore.pricing.promotions.money_off import percent_of, rounded


def _exact(value: object) -> Decimal:
    return exact_decimal(value, "add_item")


@frozen(field_transformer=checked_fields)
class AddItem(Benefit):
    """``quantity`` of ``item`` for every ``per_units`` of the target.

    Attributes:
        item: the item's id.
        unit_price: before the discount.
        quantity: how many each time.
        per_units: units of the target that bring it once.
        percent: off its price; 100 is free.

    """

    takes_off: ClassVar[bool] = False
    item: str
    unit_price: Money = field(validator=not_negative)
    quantity: Decimal = field(converter=_exact, default=Decimal(1), validator=above_zero)
    per_units: Decimal = field(converter=_exact, default=Decimal(1), validator=above_zero)
    percent: Decimal = field(converter=_exact, default=Decimal(100), validator=percentage)

    @property
    def currency(self) -> str:
        """Return the price's currency."""
        return self.unit_price.currency

    @property
    def adds(self) -> str:
        """Return the item."""
        return self.item

    @property
    def text(self) -> str:
        """Return ``+ 1 of card, -100 %``."""
        return f"+ {self.quantity} of {self.item}, -{self.percent} %"

    def work_out(self, view: View) -> Proposal:
        """Return the items to put in."""
        units = NOTHING
        for line in view.lines(view.offer.target if self.target is None else self.target):
            units = EXACT.add(units, view.available(line))
        times = EXACT.divide(units, self.per_units).quantize(Decimal(1), ROUND_FLOOR, EXACT)
        quantity = EXACT.multiply(times, self.quantity)
        if quantity <= NOTHING:
            return Proposal()
        off = percent_of(EXACT.multiply(self.unit_price.amount, quantity), self.percent)
        discount = rounded(off, view.settings.rounding, view.basket.currency)
        return Proposal((), (AddedItem(view.offer.id, self.item, quantity, self.unit_price.amount, discount),))
