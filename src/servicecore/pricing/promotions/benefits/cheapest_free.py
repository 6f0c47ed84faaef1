"""The benefit that the cheapest units cost nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.money_off import share


@frozen(field_transformer=checked_fields)
class CheapestFree(Benefit):
    """The ``count`` cheapest units are free; the units that the condition asks for are spent with them.

    Attributes:
        count: how many.
        once_per_line: whether a line that gave a unit already ends it, rather than giving another one.

    """

    turn: ClassVar[int] = 0
    spends_condition: ClassVar[bool] = True
    count: int = field(default=1)
    once_per_line: bool = False

    @count.validator
    def _check_count(self, _attribute: object, value: int) -> None:
        if value < 1:
            raise NOT_ACCEPTED.error("count", value=value, accepted="1 or more")

    @property
    def text(self) -> str:
        """Return ``1 -100 %``."""
        return f"{self.count} -100 %"

    def work_out(self, view: View) -> Proposal:
        """Return the cheapest units that are left."""
        missing = Decimal(self.count)
        shares = []
        for line in view.cheapest_first(self.lines(view)):
            if missing <= NOTHING:
                break
            if self.once_per_line and view.bench.units.used(line.id, view.offer.id):
                break
            units = min(view.available(line), missing)
            if units <= NOTHING:
                continue
            missing = EXACT.subtract(missing, units)
            amount = min(view.base(line, units), view.room(line))
            shares.append(share(view, line, amount, units))
        return Proposal(tuple(shares))
