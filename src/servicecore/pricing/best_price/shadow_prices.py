"""Shadow prices: what a unit of each line, a role and an application are worth, and the upper bound that follows.

Any shadow prices give a valid bound (weak duality of the compact program), so nothing here touches correctness;
good ones make the search short. They are whole numbers: no tolerance anywhere.

With ``value(role, line) = weight - role price``, a line's shadow price is the best value of any role for it, never
below 0; the bound is the sum of quantity times shadow price, plus capacity times price of an application. A solution
falls short of the bound by exactly the sum of its losses: of every unit in a role that is not its best, of every
application not used, and of every bought unit held while the prices fall before it pays for one that is got.
"""

from __future__ import annotations

from math import lcm
from typing import Final

from attrs import Factory, define, field

from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Shape

_ROUNDS: Final = 40
_COOLING: Final = (88, 100)
_SWEEPS: Final = 2
_NO_END: Final = 1 << 200


@define(eq=False)
class OfferPrices:
    """The shadow prices of one offer.

    Attributes:
        compact: the offer.
        application: price of one application, 0 or more.
        roles: price of one unit in each role.
        sigma: for "buy and get": what a bought unit of each line pays, not rising as prices fall.
        shift: moves ``sigma``.

    """

    compact: CompactOffer
    application: int = 0
    roles: list[int] = Factory(list)
    sigma: dict[int, int] = Factory(dict)
    shift: int = 0
    _ceilings: dict[int, int] = field(init=False, default=Factory(dict))

    def __attrs_post_init__(self) -> None:
        self.roles = [-(self.compact.constant // self.compact.size)] * len(self.compact.roles)
        if self.compact.shape is Shape.BUY_GET:
            self._ceilings = _falling(self.compact)
            self._pay()

    def price(self, application: int) -> None:
        """Set the price of an application and spread it evenly over its units."""
        size = self.compact.size
        if self.compact.shape is Shape.BUY_GET:
            got = self.compact.roles[1].need
            self.application = application // (size * got) * size * got
            self._pay()
        else:
            each = (application - self.compact.constant) // size
            self.roles = [each] * len(self.roles)
            self.application = each * size + self.compact.constant

    def _pay(self) -> None:
        bought, got = (role.need for role in self.compact.roles)
        for line, ceiling in self._ceilings.items():
            paid = (got * ceiling + self.compact.constant - self.application) // (bought + got) + self.shift
            self.sigma[line] = max(0, paid // got * got)

    def move(self, shift: int) -> None:
        """Shift what bought units pay."""
        self.shift = shift
        self._pay()

    def value(self, role: int, line: int) -> int:
        """Return what a unit of ``line`` in ``role`` is worth beside its role's price."""
        weight = self.compact.roles[role].weights[line]
        if self.compact.shape is not Shape.BUY_GET:
            return weight - self.roles[role]
        bought, got = (each.need for each in self.compact.roles)
        if role == 0:
            return self.sigma[line]
        return weight - (bought * self.sigma[line] + self.application - self.compact.constant) // got

    def best(self, line: int) -> int:
        """Return the best value of any role for ``line``."""
        return max(self.value(n, line) for n, role in enumerate(self.compact.roles) if line in role.weights)


def _falling(compact: CompactOffer) -> dict[int, int]:
    """Return for each line, dearest first, a weight of the got role that never rises."""
    weights = compact.roles[1].weights
    known = max(weights.values(), default=0)
    ceilings = {}
    for line in compact.lines:
        known = min(known, weights.get(line, known))
        ceilings[line] = known
    return ceilings


@define(eq=False)
class ShadowPrices:
    """Shadow prices of a whole problem.

    Attributes:
        offers: those of each offer.
        lines: of one unit of each line, from the offers without a tally too.
        bound: no solution is worth more, in scaled values.

    """

    offers: list[OfferPrices]
    lines: list[int]
    bound: int


def shadow_prices(problem: CompactProblem) -> ShadowPrices:
    """Return good shadow prices: limits bid against each other, then each offer settles given the others."""
    offers = [OfferPrices(each) for each in problem.offers]
    best: list[dict[int, int]] = [{} for _ in problem.lines]
    for number in range(len(offers)):
        _refresh(number, offers, best)
    quantities = [line.quantity for line in problem.lines]
    _bid(offers, best, quantities)
    for _ in range(_SWEEPS):
        for number, each in enumerate(offers):
            if each.compact.shape is Shape.SETS and len(each.compact.roles) > 1:
                _settle_slots(number, each, best, quantities)
            elif each.compact.limited or _is_short_of_lines(each.compact, quantities):
                _settle_limit(number, each, best, quantities)
            if each.compact.shape is Shape.BUY_GET:
                _settle_sides(number, each, best, quantities)
            _refresh(number, offers, best)
    lines = [max(0, *values.values()) if values else 0 for values in best]
    bound = sum(quantity * price for quantity, price in zip(quantities, lines, strict=True))
    bound += sum(each.compact.capacity * each.application for each in offers)
    return ShadowPrices(offers, lines, bound)


def _is_short_of_lines(compact: CompactOffer, quantities: list[int]) -> bool:
    """Return whether sets of different lines are fewer than their units would be enough for."""
    enough = sum(quantities[line] for line in compact.lines) // compact.size
    return compact.shape is Shape.DISTINCT and compact.capacity < enough


def _refresh(number: int, offers: list[OfferPrices], best: list[dict[int, int]]) -> None:
    prices = offers[number]
    for line in prices.compact.lines:
        best[line][number] = prices.best(line)


def _others(number: int, values: dict[int, int]) -> int:
    most = 0
    for other, value in values.items():
        if value > most and other != number:
            most = value
    return most


def _bid(offers: list[OfferPrices], best: list[dict[int, int]], quantities: list[int]) -> None:
    """Let the limited offers raise and lower the price of their units until the units that want them fit.

    A subgradient walk with shrinking steps: settling one offer at a time stops where two of them have to move.
    """
    limited = [number for number, each in enumerate(offers) if each.compact.limited]
    if len(limited) < 2:  # noqa: PLR2004 - one alone is settled exactly
        return
    values = [list(each.items()) for each in best]
    room = [each.compact.capacity * each.compact.size for each in offers]
    each_unit = [0] * len(offers)
    step = max((value for row in values for _, value in row), default=0) // 3
    least, kept = _NO_END, list(each_unit)
    numerator, denominator = _COOLING
    for _ in range(_ROUNDS):
        wanted, bound = _demand(values, quantities, each_unit)
        bound += sum(room[number] * each_unit[number] for number in limited)
        if bound < least:
            least, kept = bound, list(each_unit)
        for number in limited:
            excess = wanted[number] - room[number]
            if excess > 0:
                each_unit[number] += step * min(excess, room[number]) // max(room[number], 1)
            elif excess < 0:
                each_unit[number] = max(0, each_unit[number] + step * excess // max(room[number], 1))
        step = step * numerator // denominator
    for number in limited:
        offers[number].price(kept[number] * offers[number].compact.size)
        _refresh(number, offers, best)


def _demand(values: list[list[tuple[int, int]]], quantities: list[int], each_unit: list[int]) -> tuple[list[int], int]:
    """Return how many units want each offer at these prices of a unit, and what all units gain."""
    wanted, gained = [0] * len(each_unit), 0
    for row, quantity in zip(values, quantities, strict=True):
        most, winner = 0, -1
        for number, value in row:
            if value - each_unit[number] > most:
                most, winner = value - each_unit[number], number
        if winner >= 0:
            wanted[winner] += quantity
            gained += most * quantity
    return wanted, gained


def _settle_limit(number: int, prices: OfferPrices, best: list[dict[int, int]], quantities: list[int]) -> None:
    """Price an application at what the first unit beyond its capacity would gain by it."""
    prices.price(0)
    gains = []
    for line in prices.compact.lines:
        gain = prices.best(line) - _others(number, best[line])
        if gain > 0:
            gains.append((gain, quantities[line]))
    gains.sort(reverse=True)
    left = prices.compact.capacity * prices.compact.size
    for gain, quantity in gains:
        left -= quantity
        if left < 0:
            prices.price(gain * prices.compact.size)
            return


def _settle_slots(number: int, prices: OfferPrices, best: list[dict[int, int]], quantities: list[int]) -> None:
    """Price every slot at what its last unit gains by it, at the number of sets where a set gains nothing more."""
    compact = prices.compact
    gains = [
        sorted(((weight - _others(number, best[n]), quantities[n]) for n, weight in role.weights.items()), reverse=True)
        for role in compact.roles
    ]
    needs = [role.need for role in compact.roles]

    def marginal(role: int, sets: int) -> int:
        left = sets * needs[role]
        for gain, quantity in gains[role]:
            left -= quantity
            if left <= 0:
                return gain
        return gains[role][-1][0]

    def a_set(sets: int) -> int:
        return sum(need * marginal(role, sets) for role, need in enumerate(needs)) + compact.constant

    low, high = 0, compact.capacity
    while low < high:
        middle = (low + high + 1) // 2
        if a_set(middle) >= 0:
            low = middle
        else:
            high = middle - 1
    grain = lcm(*needs)
    if low == compact.capacity:
        prices.roles = [marginal(role, low) // grain * grain for role in range(len(needs))]
    else:
        upper = [marginal(role, low) if low else _NO_END for role in range(len(needs))]
        prices.roles = [marginal(role, low + 1) // grain * grain for role in range(len(needs))]
        short = -compact.constant - sum(need * price for need, price in zip(needs, prices.roles, strict=True))
        for role, need in enumerate(needs):
            room = max(0, (upper[role] - prices.roles[role]) // grain * grain)
            more = min(room, short // (need * grain) * grain) if role < len(needs) - 1 else short // need
            prices.roles[role] += more
            short -= need * more
    prices.application = sum(need * price for need, price in zip(needs, prices.roles, strict=True)) + compact.constant
    if prices.application < 0:
        prices.roles[0] -= prices.application // needs[0]
        prices.application = sum(n * p for n, p in zip(needs, prices.roles, strict=True)) + compact.constant


def _settle_sides(number: int, prices: OfferPrices, best: list[dict[int, int]], quantities: list[int]) -> None:
    """Shift what bought units pay to where the bound is least, if the two sides differ; the bound is convex in it."""
    bought, got = prices.compact.roles
    if bought.weights.keys() == got.weights.keys():
        return
    others = {line: _others(number, best[line]) for line in prices.compact.lines}

    def bound(shift: int) -> int:
        prices.move(shift)
        return sum(quantities[line] * max(other, prices.best(line)) for line, other in others.items())

    high = max(got.weights.values(), default=0)
    low = -high
    least = max(3, high >> 10)
    while high - low > least:
        third = (high - low) // 3
        if bound(low + third) <= bound(high - third):
            high -= third
        else:
            low += third
    prices.move((low + high) // 2)
