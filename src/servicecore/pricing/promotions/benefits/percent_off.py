"""The benefit of a percentage: of units, of lines, or of everything together, with caps."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, Share, View
from servicecore.pricing.promotions.benefits.benefit import PlainBenefit, Proposal, Spread
from servicecore.pricing.promotions.benefits.caps import NO_CAPS, UnitCaps, base_of
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.promotions.field_checks import not_negative
from servicecore.pricing.promotions.money_off import percent_off, share, split

_ALL: Final = Decimal(100)
_MOST_SHARED: Final = 1000
_HUNDREDTH: Final = Decimal("0.01")
_multiply: Final = EXACT.multiply


def _percent(value: object) -> Decimal:
    percent = exact_decimal(value, "percent")
    if not 0 <= percent <= _ALL:
        raise NOT_ACCEPTED.error("percent", value=percent, accepted="0 to 100")
    return _shared(str(percent))


# A million offers have a few dozen percentages: a number of its own for each would be a tenth of the book's memory.
@lru_cache(_MOST_SHARED)
def _shared(percent: str) -> Decimal:
    return Decimal(percent)


@frozen(field_transformer=checked_fields)
class PercentOff(PlainBenefit):
    """``percent`` off; 10 is 10 percent.

    Attributes:
        percent: of each unit or line for itself, or one amount that is split over the lines.
        caps: how many units take part.
        cap_amount: the most that it takes off all lines together; None is no cap.

    """

    turn: ClassVar[int] = 2
    percent: Decimal = field(converter=_percent)
    caps: UnitCaps = NO_CAPS
    cap_amount: Money | None = field(default=None, validator=not_negative)

    @property
    def currency(self) -> str:
        """Return the currency of the cap, if any."""
        return "" if self.cap_amount is None else self.cap_amount.currency

    @property
    def text(self) -> str:
        """Return ``-10 %``."""
        return f"-{self.percent} %"

    @property
    def unbounded(self) -> bool:
        """Return whether it has no cap."""
        return self.cap_amount is None and self.caps == NO_CAPS

    def settles(self, rules: Combination) -> bool:
        """Return whether it takes all or nothing."""
        del rules
        return self.unbounded and self.percent in {0, _ALL}

    def off_line(self, line: LineInProgress) -> Decimal:
        """Return the percentage of the line's exact net so far."""
        return _multiply(_multiply(line.exact, self.percent), _HUNDREDTH)

    def off_sum(self, value: Decimal) -> Decimal:
        """Return the percentage of ``value``."""
        return _multiply(_multiply(value, self.percent), _HUNDREDTH)

    def work_out(self, view: View) -> Proposal:
        """Return the percentage of the settings' base."""
        parts = self.caps.pick(view, self.lines(view))
        if self.meant_for is Spread.ACROSS:
            return Proposal(self._across(view, parts))
        shares = tuple([self._of_line(view, line, units) for line, units in parts])
        if self.cap_amount is None:
            return Proposal(shares)
        split_cap = split(view, self.cap_amount.amount, parts, on_order=self.on_order)
        limits = {each.line: each.amount for each in split_cap}
        return Proposal(
            tuple(
                [
                    Share(each.offer, each.line, min(each.amount, limits.get(each.line, NOTHING)), each.units)
                    for each in shares
                ]
            )
        )

    def _of_line(self, view: View, line: BasketLine, units: Decimal) -> Share:
        base = base_of(view, line, units, on_order=self.on_order)
        off = percent_off(view, base, units, self.percent)
        most = view.room(line, units, on_order=self.on_order)
        return share(view, line, max(NOTHING, min(off, most)), units, on_order=self.on_order)

    def _across(self, view: View, parts: list[tuple[BasketLine, Decimal]]) -> tuple[Share, ...]:
        base = NOTHING
        for line, units in parts:
            base = EXACT.add(base, view.base(line, units, on_order=self.on_order))
        off = self.off_sum(base)
        if self.cap_amount is not None:
            off = min(off, self.cap_amount.amount)
        return split(view, off, parts, on_order=self.on_order)
