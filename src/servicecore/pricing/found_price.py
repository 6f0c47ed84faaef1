"""The price that was found for a line: of one unit, or of the parts of its quantity."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

from attrs import frozen

from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT


@frozen(eq=False)
class PriceTier:
    """A part of a line's quantity and the price of each of its units.

    Attributes:
        units: how much of the line's quantity.
        amount: the price of each, in the book's convention.
        stated: the price of each as its row states it.
        includes_tax: whether that contains tax; None is as the book says.

    """

    units: Decimal
    amount: Decimal
    stated: Decimal
    includes_tax: bool | None = None

    def __str__(self) -> str:
        return f"{self.units} x {self.stated}"


@frozen(eq=False)
class FoundPrice:
    """The price of one unit of a line.

    Attributes:
        amount: exact; None where the formula's cost is unknown. Of graduated prices the average.
        source: the list, or the item itself, and the formula where there is one.
        takes_offer_percent: whether the formula asks for the percent of the line's named offer.
        money: the amount as it stands in the book; None where it was computed.
        tiers: the parts of the quantity that are priced differently; empty where all units cost the same.
        includes_tax: whether the row states its price with tax; None is as the book says. Of graduated prices None.
        stated: the price as the row states it, where it was converted; None where it was not.
        rate: by which it was converted, as a fraction; None where it was not.
        no_rate: whether there is no amount because the rate that it is converted by is not known.
        together: the price of the line's whole quantity, where ``amount`` cannot be stated in full; None is the
            amount times the quantity.

    """

    amount: Decimal | None
    source: str
    takes_offer_percent: bool = False
    money: Money | None = None
    tiers: tuple[PriceTier, ...] = ()
    includes_tax: bool | None = None
    stated: Decimal | None = None
    rate: Decimal | None = None
    no_rate: bool = False
    together: Decimal | None = None

    @property
    def whole(self) -> Decimal | None:
        """Return the price of the line's whole quantity, where it is not the amount times it; else None."""
        if not self.tiers:
            return self.together
        return reduce(EXACT.add, [EXACT.multiply(tier.units, tier.amount) for tier in self.tiers])

    @property
    def whole_stated(self) -> Decimal | None:
        """Return the same as the rows state it, before it was converted."""
        if not self.tiers:
            return None
        return reduce(EXACT.add, [EXACT.multiply(tier.units, tier.stated) for tier in self.tiers])
