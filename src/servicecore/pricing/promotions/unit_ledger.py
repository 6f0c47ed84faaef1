"""The units of the lines of a basket while offers are applied: what they cost by now, and which offers used them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from attrs import define, evolve, field, frozen

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import bounded
from servicecore.pricing.promotions.basket import BasketLine

_NOTHING: Final = Decimal(0)


@frozen
class Units:
    """Units of one line that are alike.

    Attributes:
        quantity: how many, above 0 but on a line of none.
        value: what is left of all of them together, exact.
        users: ids of the offers that used them, each once.
        benefit: which benefit of the application that is going on used them last, from 1; 0 is none.

    """

    quantity: Decimal
    value: Decimal
    users: tuple[str, ...] = ()
    benefit: int = 0

    @property
    def each(self) -> Decimal:
        """Return what is left of one of them, to 20 decimals."""
        return bounded(EXACT.divide(self.value, self.quantity)) if self.quantity else self.value

    def part(self, quantity: Decimal) -> Units:
        """Return ``quantity`` of them, all or fewer, with their part of the value."""
        if quantity == self.quantity:
            return self
        value = EXACT.divide(EXACT.multiply(self.value, quantity), self.quantity)
        return evolve(self, quantity=quantity, value=value)


Usable: TypeAlias = Callable[[Units], bool]
"""Says which units an offer may use."""


@define(eq=False)
class UnitLedger:
    """The units of every line; what they are worth together is what is left of the line, at every moment.

    Attributes:
        lines: by line id, its units, those that are alike together.
        benefit: the number of the benefit that uses units next, within the application that is going on.

    """

    lines: dict[str, tuple[Units, ...]] = field(factory=dict)
    benefit: int = 1

    @classmethod
    def of(cls, lines: Iterable[BasketLine]) -> UnitLedger:
        """Return the units of ``lines`` before offers."""
        return cls({line.id: (Units(line.quantity, line.value),) for line in lines})

    def copy(self) -> UnitLedger:
        """Return a ledger of the same units that changes for itself."""
        return UnitLedger(dict(self.lines), self.benefit)

    def quantity(self, line: str, usable: Usable) -> Decimal:
        """Return how many units of ``line`` are usable."""
        total = _NOTHING
        for each in self.lines[line]:
            if usable(each):
                total = EXACT.add(total, each.quantity)
        return total

    def used(self, line: str, offer: str = "") -> Decimal:
        """Return how many units of ``line`` were used by ``offer``, or by any."""
        return self.quantity(line, lambda each: offer in each.users if offer else bool(each.users))

    def now_in_use(self) -> tuple[tuple[str, Decimal], ...]:
        """Return by line how many units the application that is going on used; lines without any are left out."""
        found = [(line, self.quantity(line, lambda each: each.benefit > 0)) for line in self.lines]
        return tuple([(line, units) for line, units in found if units > _NOTHING])

    def value(self, line: str, quantity: Decimal, usable: Usable) -> Decimal:
        """Return what ``quantity`` units of ``line`` are worth, those that an offer would take now."""
        total = _NOTHING
        for part, _rest in self._taken(line, quantity, usable):
            if part is not None:
                total = EXACT.add(total, part.value)
        return bounded(total)

    def use(self, line: str, offer: str, quantity: Decimal, amount: Decimal, usable: Usable) -> None:
        """Let ``offer`` use ``quantity`` units of ``line`` and take ``amount`` off them, in proportion to their worth.

        An amount without units comes off all units of the line and uses none.
        """
        whole = not quantity
        if whole:
            quantity, usable = self.quantity(line, _any), _any
        taken = list(self._taken(line, quantity, usable))
        parts = [part for part, _rest in taken if part is not None]
        rests = [rest for _part, rest in taken if rest is not None]
        lowered = _lowered(parts, amount)
        if not whole:
            lowered = [
                evolve(each, benefit=self.benefit, users=each.users if offer in each.users else (*each.users, offer))
                for each in lowered
            ]
        self.lines[line] = _joined([*lowered, *rests])

    def settle(self) -> None:
        """End the application that is going on."""
        self.benefit = 1
        for line, units in self.lines.items():
            if any(each.benefit for each in units):
                self.lines[line] = _joined([evolve(each, benefit=0) for each in units])

    def _taken(self, line: str, quantity: Decimal, usable: Usable) -> Iterator[tuple[Units | None, Units | None]]:
        """Yield what is taken of all units of a line, and what is left of them, in the order of use.

        An offer takes the units that its benefits before this one took, as far as they still cost something, then those
        that cost most; of equal ones those that the fewest offers used. Only units that may be used are taken, unless
        there are too few.
        """
        ranked = sorted(self.lines[line], key=lambda each: _rank(each, usable))
        for each in ranked:
            part = min(each.quantity, quantity)
            quantity = EXACT.subtract(quantity, part)
            rest = EXACT.subtract(each.quantity, part)
            if not part:
                yield None, each
            elif not rest:
                yield each, None
            else:
                taken = each.part(part)
                yield taken, evolve(each, quantity=rest, value=EXACT.subtract(each.value, taken.value))


def _any(_units: Units) -> bool:
    return True


def _rank(units: Units, usable: Usable) -> tuple[bool, bool, Decimal, int]:
    shared = units.benefit > 0 and units.value > _NOTHING
    return (not usable(units), not shared, -units.each, len(units.users))


def _lowered(parts: list[Units], amount: Decimal) -> list[Units]:
    if not amount or not parts:
        return parts
    worth = _NOTHING
    for each in parts:
        worth = EXACT.add(worth, each.value)
    lowered, missing = [], amount
    for place, each in enumerate(parts, 1):
        # What the division leaves over goes with the last of them, so that the sum is exact.
        last = place == len(parts) or not worth
        off = missing if last else EXACT.divide(EXACT.multiply(amount, each.value), worth)
        missing = EXACT.subtract(missing, off)
        lowered.append(evolve(each, value=EXACT.subtract(each.value, off)))
    return lowered


def _joined(units: Iterable[Units]) -> tuple[Units, ...]:
    """Return ``units`` with those that are alike put together."""
    alike: dict[tuple[object, ...], Units] = {}
    for each in units:
        key = (each.each, each.users, each.benefit)
        known = alike.get(key)
        alike[key] = (
            each
            if known is None
            else evolve(
                known,
                quantity=EXACT.add(known.quantity, each.quantity),
                value=EXACT.add(known.value, each.value),
            )
        )
    return tuple(alike.values())
