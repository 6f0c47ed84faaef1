"""The condition that enough, and not too much, is bought."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Final

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.kernel.rounding import EXACT, settled
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.conditions.condition import Condition, Progress
from servicecore.pricing.promotions.situation import L, Situation, Term
from servicecore.pricing.promotions.target import Target

QUANTITY_OUTSIDE: Final = ProblemKind(
    "pricing.condition_quantity",
    en="the quantity is {value}; accepted: {accepted}",
    it="la quantità è {value}; valori ammessi: {accepted}",
    de="die Menge ist {value}; zulässig: {accepted}",
)


class Counted(Enum):
    """What a quantity condition counts.

    - ``EACH_LINE``: each line for itself; lines outside are left out.
    - ``ANY_LINE``: each line for itself; one inside is enough, and no line is left out.
    - ``EACH_ITEM``: all lines of an item together, in its own unit; the lines of items outside are left out.
    - ``TOGETHER``: all lines together.
    """

    EACH_LINE = "each_line"
    ANY_LINE = "any_line"
    EACH_ITEM = "each_item"
    TOGETHER = "together"


def _quantity(value: object) -> Decimal:
    quantity = exact_decimal(value, "quantity")
    if quantity < 0:
        raise NOT_ACCEPTED.error("minimum", value=quantity, accepted="0 or more")
    return quantity


def _maximum(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "maximum")


@frozen(field_transformer=checked_fields)
class QuantityBetween(Condition):
    """From ``minimum`` to ``maximum`` units are bought.

    Attributes:
        minimum: in the item's own unit, itself included.
        maximum: itself included; None is open.
        counted: which lines count.
        target: the lines that are counted; None means the lines of the offer.

    """

    minimum: Decimal = field(converter=_quantity, default=Decimal(0))
    maximum: Decimal | None = field(converter=_maximum, default=None)
    counted: Counted = Counted.EACH_LINE
    target: Target | None = None

    def __attrs_post_init__(self) -> None:
        if self.maximum is not None and self.maximum < self.minimum:
            raise NOT_ACCEPTED.error("maximum", value=self.maximum, accepted=f"{self.minimum} or more")

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep the lines whose quantity lies inside, or all where the count does (``pricing.condition_quantity``)."""
        counted = lines if self.target is None else situation.counted(self.target)
        units = self._counts([(line.item_id, situation.units(line)) for line in counted])
        if self.counted is Counted.TOGETHER:
            total = _sum(units)
            return lines if self._inside(total) else self._problem(total)
        if not any(self._inside(each) for each in units):
            return self._problem(max(units, default=NOTHING))
        if self.counted is Counted.ANY_LINE:
            return lines
        outside = [line for line, each in zip(counted, units, strict=True) if not self._inside(each)]
        return tuple([line for line in lines if line not in outside])

    def terms(self) -> tuple[Term, ...] | None:
        """Return the items that have to be bought, where it names some and asks for more than nothing."""
        return self.target.terms() if self.target is not None and self.minimum > NOTHING else None

    def progress(self, view: View) -> Progress:
        """Return the units that count: of all lines together, or of the longest line or item."""
        units = self._counts([(line.item_id, view.units(line)) for line in self._lines(view)])
        reached = _sum(units) if self.counted is Counted.TOGETHER else max(units, default=NOTHING)
        return Progress(reached, self.minimum)

    def spend(self, view: View, used: tuple[tuple[BasketLine, Decimal], ...]) -> tuple[tuple[BasketLine, Decimal], ...]:
        """Return the units still missing to ``minimum``, the priciest first."""
        if self.counted is not Counted.TOGETHER:
            return ()
        missing = self.minimum
        for _line, units in used:
            missing = EXACT.subtract(missing, units)
        spent = []
        for line in view.priciest_first(list(self._lines(view))):
            units = min(view.available(line), missing)
            if units > NOTHING:
                spent.append((line, units))
                missing = EXACT.subtract(missing, units)
        return tuple(spent)

    def _counts(self, units: list[tuple[str, Decimal]]) -> list[Decimal]:
        """Return for each of the lines, given as item and units, what is held against the bounds."""
        if self.counted is not Counted.EACH_ITEM:
            return [each for _item, each in units]
        totals: dict[str, Decimal] = {}
        for item, each in units:
            totals[item] = EXACT.add(totals.get(item, NOTHING), each)
        return [settled(totals[item]) for item, _each in units]

    def _lines(self, view: View) -> tuple[BasketLine, ...]:
        return view.counted(view.offer.target if self.target is None else self.target)

    def _inside(self, quantity: Decimal) -> bool:
        return quantity >= self.minimum and (self.maximum is None or quantity <= self.maximum)

    def _problem(self, quantity: Decimal) -> Problem:
        upper = "" if self.maximum is None else f" to {self.maximum}"
        where = "" if self.target is None else f" of {self.target}"
        accepted = f"{self.minimum}{upper or ' or more'}{where}"
        return QUANTITY_OUTSIDE.at("quantity", value=quantity, accepted=accepted)


def _sum(units: Iterable[Decimal]) -> Decimal:
    total = NOTHING
    for each in units:
        total = EXACT.add(total, each)
    return settled(total)
