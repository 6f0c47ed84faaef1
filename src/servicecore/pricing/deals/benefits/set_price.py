"""The benefit of a price for a set: all lines together, a number of units, or a shipping method cost so much."""

from __future__ import annotations

from decimal import Decimal

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine, Scope
from servicecore.pricing.deals.bench import NOTHING, View
from servicecore.pricing.deals.benefits.benefit import DealBenefit, Proposal
from servicecore.pricing.deals.money_off import share, split


def _price(value: object) -> Decimal:
    price = exact_decimal(value, "price")
    if price < 0:
        raise NOT_ACCEPTED.error("price", value=price, accepted="0 or more")
    return price


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "units")


@frozen
class SetPrice(DealBenefit):
    """The set costs ``price``; a set that is worth less keeps its price.

    Attributes:
        price: in the basket's currency.
        units: how many units make the set, the priciest first; None takes all of every line.
        on_order: whether it is computed on the order.
        one_per_line: whether each line gives one unit of the set only.

    """

    price: Decimal = field(converter=_price)
    units: Decimal | None = field(converter=_optional, default=None)
    on_order: bool = False
    one_per_line: bool = False

    def work_out(self, view: View) -> Proposal:
        """Return what the set is worth beyond its price, split over it; each shipping method for itself."""
        lines = self.lines(view)
        if self.scope is Scope.SHIPPING:
            return Proposal(
                tuple(
                    [
                        share(
                            view,
                            line,
                            max(NOTHING, min(EXACT.subtract(view.left(line), self.price), view.room(line))),
                            NOTHING,
                        )
                        for line in lines
                    ]
                )
            )
        parts = self._parts(view, lines)
        worth = NOTHING
        for line, units in parts:
            worth = EXACT.add(worth, view.base(line, units, on_order=self.on_order))
        return Proposal(split(view, EXACT.subtract(worth, self.price), parts, on_order=self.on_order))

    def _parts(self, view: View, lines: list[BasketLine]) -> list[tuple[BasketLine, Decimal]]:
        if self.units is None:
            return [(line, view.available(line)) for line in lines if view.available(line) > NOTHING]
        missing = self.units
        parts = []
        for line in view.priciest_first(lines):
            most = min(view.available(line), Decimal(1)) if self.one_per_line else view.available(line)
            units = min(most, missing)
            if units > NOTHING:
                parts.append((line, units))
                missing = EXACT.subtract(missing, units)
        return parts
