"""The compact form: how many units of each line go to each role of each offer, never which unit to which set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import Enum
from math import gcd, lcm
from typing import TypeAlias

from attrs import define, field, frozen

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price.cuts import AmountCut, Cut, PercentCut, PriceCut
from servicecore.pricing.best_price.offers import BuyGet, DistinctSet, EachUnit, MixAndMatch, Reach, UnitOffer
from servicecore.pricing.best_price.problem import DiscountRounding
from servicecore.pricing.best_price.valuation import Valuation


class Shape(Enum):
    """What an application of an offer looks like in the compact form."""

    SETS = "sets"
    DISTINCT = "distinct"
    BUY_GET = "buy_get"


@frozen
class StageLine:
    """``quantity`` units of the line ``id`` at ``price`` (units of the valuation) at one stage of the computation."""

    id: str
    price: int
    quantity: int


@define(eq=False)
class Role:
    """A part of every application.

    Attributes:
        need: units of it.
        weights: worth of a unit of each line that it can use.
        ranked: those lines, the one with the greatest worth first.

    """

    need: int
    weights: dict[int, int]
    ranked: tuple[int, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.ranked = tuple(sorted(self.weights, key=lambda line: (-self.weights[line], line)))


@define(eq=False)
class CompactOffer:
    """An offer on numbered lines.

    Attributes:
        offer: what it was made from.
        shape: its rule.
        roles: the parts of one application.
        constant: worth of an application beside its units; negative for the price of a set.
        capacity: the most applications that the units allow, and its limit if that is lower.
        limited: whether its own limit is the lower one.
        cap: the most that it takes off; None is no cap.
        optimistic: whether an application can be worth less than its units and constant say, never more.
        lines: every line that it can use, in the order of the lines.

    """

    offer: UnitOffer
    shape: Shape
    roles: tuple[Role, ...]
    constant: int
    capacity: int
    limited: bool
    cap: int | None
    optimistic: bool
    lines: tuple[int, ...]
    size: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.size = sum(role.need for role in self.roles)

    @property
    def alone(self) -> bool:
        """Return whether it keeps other offers off the lines that it uses."""
        return self.offer.reach is Reach.LINE


@define(eq=False)
class CompactProblem:
    """Numbered lines, dearest first, and offers on them; values are ``scale`` times as large as units.

    Attributes:
        lines: by falling price, then id.
        offers: by id.
        scale: of every value.
        step: rounding step in scaled values; every real total is a multiple of it.

    """

    lines: tuple[StageLine, ...]
    offers: tuple[CompactOffer, ...]
    scale: int
    step: int


Counts: TypeAlias = dict[tuple[int, int], dict[int, int]]
"""By offer and role: how many units of which lines."""


def compact(
    lines: Iterable[StageLine],
    offers: Iterable[UnitOffer],
    valuation: Valuation,
    touched: AbstractSet[str] = frozenset(),
) -> CompactProblem:
    """Return the compact form of a stage; offers that no units suffice for are left out.

    Args:
        lines: units and prices.
        offers: that compete for them.
        valuation: of the problem.
        touched: ids of lines that an offer alone on its lines has to keep away from.

    """
    placed = tuple(sorted((line for line in lines if line.quantity), key=lambda line: (-line.price, line.id)))
    given = sorted(offers, key=lambda offer: offer.id)
    grain = _grain(given, valuation)
    sizes = [each for offer in given for each in _divisors(offer)]
    scale = grain * lcm(*sizes) * 8 if sizes else grain
    places: dict[str, list[int]] = {}
    for number, line in enumerate(placed):
        places.setdefault(line.id, []).append(number)
    untouched = {each: numbers for each, numbers in places.items() if each not in touched}
    made = (
        _compact_offer(offer, placed, untouched if offer.reach is Reach.LINE else places, scale, valuation)
        for offer in given
    )
    return CompactProblem(placed, tuple([each for each in made if each.capacity > 0]), scale, valuation.step * scale)


def _cut_of(offer: UnitOffer) -> Cut:
    cut: Cut = offer.cut  # type: ignore[attr-defined]  # every kind of offer on units has one
    return cut


def _parts(offer: UnitOffer) -> list[tuple[int, tuple[str, ...]]]:
    if isinstance(offer, BuyGet):
        return [(offer.buy_quantity, offer.buy_lines), (offer.get_quantity, offer.get_lines)]
    if isinstance(offer, MixAndMatch):
        return [(slot.quantity, slot.lines) for slot in offer.slots]
    return [(getattr(offer, "size", 1), offer.touched())]


def _divisors(offer: UnitOffer) -> list[int]:
    needs = [need for need, _lines in _parts(offer)]
    return [*needs, sum(needs)]


def _grain(offers: Iterable[UnitOffer], valuation: Valuation) -> int:
    """Return by how much units are divided so that every percentage of a set is a whole number."""
    if valuation.rounded_at is DiscountRounding.UNIT:
        return 1
    grain = 1
    for offer in offers:
        cut = _cut_of(offer)
        if isinstance(cut, PercentCut):
            exponent = cut.percent.normalize(EXACT).as_tuple().exponent
            grain = max(grain, int(10 ** (2 - min(int(exponent), 0))))
    return grain


def _compact_offer(
    offer: UnitOffer,
    lines: Sequence[StageLine],
    places: dict[str, list[int]],
    scale: int,
    valuation: Valuation,
) -> CompactOffer:
    cut = _cut_of(offer)
    got = 1 if isinstance(offer, BuyGet) else 0
    roles = []
    for number, (need, ids) in enumerate(_parts(offer)):
        numbers = sorted(place for each in ids for place in places.get(each, ()))
        weigh = isinstance(offer, BuyGet) and number != got
        roles.append(
            Role(need, {n: 0 if weigh else _weight(offer, cut, lines[n].price, scale, valuation) for n in numbers})
        )
    shape = Shape.BUY_GET if isinstance(offer, BuyGet) and not offer.dearer else Shape.SETS
    if isinstance(offer, DistinctSet) and offer.size > 1:
        shape = Shape.DISTINCT
    touched = tuple(sorted({n for role in roles for n in role.weights}))
    room = _room(shape, roles, touched, lines)
    limit = offer.max_applications
    constant, optimistic = _constant(offer, cut, roles, lines, scale, valuation)
    return CompactOffer(
        offer,
        shape,
        tuple(roles),
        constant,
        room if limit is None else min(room, limit),
        limit is not None and limit < room,
        None if offer.cap is None else valuation.units(offer.cap) * scale,
        optimistic,
        touched,
    )


def _weight(offer: UnitOffer, cut: Cut, price: int, scale: int, valuation: Valuation) -> int:
    one_unit = isinstance(offer, EachUnit) or (isinstance(offer, BuyGet) and offer.get_quantity == 1)
    if one_unit or (isinstance(offer, BuyGet) and valuation.rounded_at is DiscountRounding.UNIT):
        return valuation.cut(cut, price) * scale
    if isinstance(cut, PercentCut):
        if valuation.rounded_at is DiscountRounding.UNIT:
            return valuation.cut(cut, price) * scale
        return int(EXACT.multiply(valuation.exact_cut(cut, price), Decimal(scale)))
    if isinstance(offer, BuyGet):
        return int(valuation.exact_cut(cut, price)) * scale
    return price * scale if isinstance(cut, PriceCut) else 0


def _constant(
    offer: UnitOffer, cut: Cut, roles: Sequence[Role], lines: Sequence[StageLine], scale: int, valuation: Valuation
) -> tuple[int, bool]:
    """Return what an application is worth beside its units, at most, and whether it can be less."""
    if isinstance(offer, EachUnit):
        return 0, False
    base, optimistic = 0, False
    if isinstance(cut, PriceCut) and not isinstance(offer, BuyGet):
        base = -valuation.units(cut.price) * scale
    elif isinstance(cut, AmountCut) and not isinstance(offer, BuyGet):
        base = valuation.units(cut.amount) * scale
        least = sum(role.need * min((lines[n].price for n in role.weights), default=0) for role in roles)
        optimistic = base > least * scale
    one = valuation.step * scale
    residue = gcd(one, base, *(weight for role in roles for weight in role.weights.values()))
    gain = valuation.rounding_gain(residue, one)
    return base + gain, optimistic or residue < one


def _room(shape: Shape, roles: Sequence[Role], touched: Sequence[int], lines: Sequence[StageLine]) -> int:
    """Return how many applications the units suffice for, at most."""
    size = sum(role.need for role in roles)
    room = sum(lines[n].quantity for n in touched) // size
    for role in roles:
        room = min(room, sum(lines[n].quantity for n in role.weights) // role.need)
    if shape is Shape.DISTINCT:
        low, high = 0, room
        while low < high:
            middle = (low + high + 1) // 2
            if sum(min(lines[n].quantity, middle) for n in touched) >= size * middle:
                low = middle
            else:
                high = middle - 1
        room = low
    return room
