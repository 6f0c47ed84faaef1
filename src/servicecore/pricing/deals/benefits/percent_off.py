"""The benefit of a percentage: of units, of lines, or of everything together, with caps."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import field, frozen

from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import NOTHING, Share, View
from servicecore.pricing.deals.benefits.benefit import DealBenefit, Proposal, Spread
from servicecore.pricing.deals.benefits.caps import UnitCaps
from servicecore.pricing.deals.money_off import percent_of, percent_off, rounded, share, split

_ALL: Final = Decimal(100)


def _percent(value: object) -> Decimal:
    percent = exact_decimal(value, "percent")
    if not 0 <= percent <= _ALL:
        raise NOT_ACCEPTED.error("percent", value=percent, accepted="0 to 100")
    return percent


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "cap_amount")


@frozen
class DealPercent(DealBenefit):
    """``percent`` off.

    Attributes:
        percent: 10 is 10 percent.
        spread: each unit or line for itself, or one amount that is split over the lines.
        on_order: whether it is computed on the order, which settings may give another base.
        caps: how many units take part.
        cap_amount: the most that it takes off all lines together; None is no cap.

    """

    percent: Decimal = field(converter=_percent)
    spread: Spread = Spread.EACH_UNIT
    on_order: bool = False
    caps: UnitCaps = UnitCaps()  # noqa: RUF009 - a frozen value
    cap_amount: Decimal | None = field(converter=_optional, default=None)

    def work_out(self, view: View) -> Proposal:
        """Return the percentage of the settings' base."""
        parts = self.caps.pick(view, self.lines(view))
        if self.spread is Spread.ACROSS:
            return Proposal(self._across(view, parts))
        shares = tuple([self._of_line(view, line, units) for line, units in parts])
        if self.cap_amount is None:
            return Proposal(shares)
        limits = {each.line: each.amount for each in split(view, self.cap_amount, parts, on_order=self.on_order)}
        return Proposal(
            tuple(
                [
                    Share(each.deal, each.line, min(each.amount, limits.get(each.line, NOTHING)), each.units)
                    for each in shares
                ]
            )
        )

    def _of_line(self, view: View, line: BasketLine, units: Decimal) -> Share:
        base = view.base(line, units, on_order=self.on_order)
        off = percent_off(view, base, units, self.percent)
        return share(view, line, max(NOTHING, min(off, view.room(line, units))), units, on_order=self.on_order)

    def _across(self, view: View, parts: list[tuple[BasketLine, Decimal]]) -> tuple[Share, ...]:
        base = NOTHING
        for line, units in parts:
            base = EXACT.add(base, view.base(line, units, on_order=self.on_order))
        total = rounded(percent_of(base, self.percent), view.settings.rounding, view.basket.currency)
        if self.cap_amount is not None:
            total = min(total, self.cap_amount)
        return split(view, total, parts, on_order=self.on_order)
