"""The benefit of a set with several slots: a main dish, a drink and a dessert together at a price."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits.benefit import Benefit, Proposal
from servicecore.pricing.promotions.benefits.places import fill_sets
from servicecore.pricing.promotions.field_checks import not_negative, one_or_more, percentage
from servicecore.pricing.promotions.money_off import currency_of, rounded, set_off, split
from servicecore.pricing.promotions.situation import Term
from servicecore.pricing.promotions.target import Target


def _optional(value: object) -> Decimal | None:
    return None if value is None else exact_decimal(value, "percent")


@frozen(field_transformer=checked_fields)
class Slot:
    """A place in a set.

    Attributes:
        target: the goods that fit; never others than those of the offer.
        units: how many of them, whole.

    """

    target: Target
    units: int = field(default=1, validator=one_or_more)


def _slots(value: Iterable[Slot]) -> tuple[Slot, ...]:
    return tuple(value)


@frozen(field_transformer=checked_fields)
class MixAndMatch(Benefit):
    """A unit for every place of ``slots`` together costs ``price``, or is ``percent`` or ``amount`` off.

    Of the units that can fill all slots those that cost most are taken; a unit that fits several slots fills the one
    that leaves the others fillable. A set that is cheaper without the offer is left alone. One set is made; where the
    book's combination repeats and spends units, as many as there are units for.

    Attributes:
        slots: two or more units in all.
        price: of a set; exactly one of the three.
        percent: off a set.
        amount: off a set.
        repeat: how many sets in one basket; None is as many as there are units for.

    """

    turn: ClassVar[int] = 0
    slots: tuple[Slot, ...] = field(converter=_slots)
    price: Money | None = field(default=None, validator=not_negative)
    percent: Decimal | None = field(converter=_optional, default=None, validator=percentage)
    amount: Money | None = field(default=None, validator=not_negative)
    repeat: int | None = field(default=1, validator=one_or_more)

    @slots.validator
    def _check_slots(self, _attribute: object, value: tuple[Slot, ...]) -> None:
        units = sum(slot.units for slot in value)
        if units < 2:  # noqa: PLR2004 - one unit is no set
            raise NOT_ACCEPTED.error("slots", value=units, accepted="places for two units or more")

    def __attrs_post_init__(self) -> None:
        if sum(each is not None for each in (self.price, self.percent, self.amount)) != 1:
            raise NOT_ACCEPTED.error("price", value=self.price, accepted="exactly one of price, percent, amount")

    @property
    def currency(self) -> str:
        """Return the currency of its price or amount, if any."""
        return currency_of(self.price, self.amount)

    @property
    def text(self) -> str:
        """Return ``1 + 2 = 9.90 EUR``."""
        places = " + ".join(str(slot.units) for slot in self.slots)
        if self.price is not None:
            return f"{places} = {self.price}"
        return f"{places} -{self.amount}" if self.amount is not None else f"{places} -{self.percent} %"

    def terms(self) -> tuple[Term, ...] | None:
        """Return the goods of the slot that fewest goods are said to fit, one of which a cart needs."""
        known = [terms for slot in self.slots if (terms := slot.target.terms()) is not None]
        return min(known, key=len, default=None)

    def work_out(self, view: View) -> Proposal:
        """Return what as many sets as take most off take off together."""
        fits = [frozenset(line.id for line in view.touchable(slot.target, self.scope)) for slot in self.slots]
        lines = [line for line in view.priciest_first(list(view.basket.lines)) if any(line.id in each for each in fits)]
        free = {line.id: int(view.available(line).quantize(Decimal(1), ROUND_FLOOR, EXACT)) for line in lines}
        slots = [slot.units for slot in self.slots]

        def offered(sets: int) -> tuple[Decimal, dict[str, int]] | None:
            """Return what so many sets take off, and their units; None where there are too few units."""
            taken = fill_sets(sets, slots, fits, free)
            return None if taken is None else (self._off(view, sets, lines, taken), taken)

        most = sum(free.values()) // sum(slots)
        best = _largest(offered, most if self.repeat is None else min(most, self.repeat))
        if best is None:
            return Proposal()
        off, taken = best
        parts = [(line, Decimal(taken[line.id])) for line in lines if taken[line.id]]
        return Proposal(split(view, rounded(off, view.settings.rounding, view.basket.currency), parts, on_order=False))

    def _off(self, view: View, sets: int, lines: list[BasketLine], taken: dict[str, int]) -> Decimal:
        worth = NOTHING
        for line in lines:
            if taken[line.id]:
                worth = EXACT.add(worth, view.base(line, Decimal(taken[line.id])))
        return set_off(worth, Decimal(sets), self.price, self.amount, self.percent or NOTHING)


def _largest(
    offered: Callable[[int], tuple[Decimal, dict[str, int]] | None], most: int
) -> tuple[Decimal, dict[str, int]] | None:
    """Return the best answer of ``offered`` for 1 to ``most`` sets, or None.

    Each further set has cheaper units than those before: what it adds never rises, and where nothing is added, or there
    are too few units, more sets are no better. So the best number is found by halving.
    """
    best: tuple[Decimal, dict[str, int]] | None = None
    low, high = 1, most
    while low <= high:
        middle = (low + high) // 2
        here, before = offered(middle), offered(middle - 1)
        if here is not None and before is not None and here[0] > before[0]:
            best, low = here, middle + 1
        else:
            high = middle - 1
    return best
