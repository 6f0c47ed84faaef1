"""Small components whose sets round as a whole: every set is looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from math import comb, prod
from typing import Final, TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.assemble import Assembled, Parts
from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Role, Shape
from servicecore.pricing.best_price.valuation import Valuation

_MOST_SETS: Final = 3_000
_MOST_STATES: Final = 30_000

_Set: TypeAlias = tuple[int, int, Parts, tuple[int, ...]]


@define(eq=False)
class Elementary:
    """The exact answer for a small component, by what is left of every line and limit.

    The first line with units left either has none of them used any more, or is in a set that is applied now: this
    misses no combination, and meets each in one order only.

    Attributes:
        problem: the component.
        valuation: what a set is worth.

    """

    problem: CompactProblem
    valuation: Valuation
    nodes: int = field(init=False, default=0)
    _sets: list[list[_Set]] = field(init=False, default=Factory(list))
    _known: dict[tuple[int, ...], tuple[int, int, tuple[int, ...]]] = field(init=False, default=Factory(dict))

    @classmethod
    def is_small(cls, problem: CompactProblem) -> bool:
        """Return whether the component is small enough, and has no rule that looks beyond single sets."""
        if any(compact.cap is not None or compact.alone for compact in problem.offers):
            return False
        sets = sum(
            prod(comb(len(role.weights) + role.need - 1, role.need) for role in compact.roles)
            for compact in problem.offers
        )
        states = prod(line.quantity + 1 for line in problem.lines)
        states *= prod(compact.capacity + 1 for compact in problem.offers if compact.limited)
        return sets <= _MOST_SETS and states <= _MOST_STATES

    def solve(self) -> tuple[int, tuple[Assembled, ...]]:
        """Return the greatest value in units of the valuation, and the applications that give it."""
        lines, self._sets = len(self.problem.lines), [[] for _ in self.problem.lines]
        flat: list[_Set] = []
        for number, compact in enumerate(self.problem.offers):
            for used, parts in self._applications(compact):
                priced = [(role, self.problem.lines[line].price, units) for role, line, units in parts]
                worth = self.valuation.worth(compact.offer, priced)
                if worth > 0:
                    flat.append((worth, number, parts, used))
        for each in flat:
            self._sets[next(n for n, units in enumerate(each[3]) if units)].append(each)
        rooms = tuple(compact.capacity for compact in self.problem.offers)
        state = (*(line.quantity for line in self.problem.lines), *rooms)
        best = self._best(state, 0)
        made: dict[tuple[int, Parts, int], int] = {}
        while True:
            worth, chosen, following = self._known.get(state, (0, -1, ()))
            if not following:
                break
            if chosen >= 0:
                first = next(n for n in range(lines) if state[n])
                value, number, parts, _used = self._sets[first][chosen]
                made[number, parts, value] = made.get((number, parts, value), 0) + 1
            state = following
        return best, tuple(
            Assembled(number, times, parts, value) for (number, parts, value), times in sorted(made.items())
        )

    def _best(self, state: tuple[int, ...], first: int) -> int:
        lines = len(self.problem.lines)
        while first < lines and not state[first]:
            first += 1
        if first == lines:
            return 0
        known = self._known.get(state)
        if known is not None:
            return known[0]
        skipped = (*state[:first], 0, *state[first + 1 :])
        best = (self._best(skipped, first), -1, skipped)
        for place, (worth, number, _parts, used) in enumerate(self._sets[first]):
            self.nodes += 1
            room = lines + number
            if not state[room] or any(units > left for units, left in zip(used, state, strict=False)):
                continue
            after = [left - units for left, units in zip(state, used, strict=False)]
            rooms = list(state[lines:])
            if self.problem.offers[number].limited:
                rooms[number] -= 1
            following = (*after, *rooms)
            value = worth + self._best(following, first)
            if value > best[0]:
                best = (value, place, following)
        self._known[state] = best
        return best[0]

    def _applications(self, compact: CompactOffer) -> Iterator[tuple[tuple[int, ...], Parts]]:
        for chosen in _choices(compact.roles):
            used = [0] * len(self.problem.lines)
            counted: dict[tuple[int, int], int] = {}
            for role, lines in enumerate(chosen):
                for line in lines:
                    used[line] += 1
                    counted[role, line] = counted.get((role, line), 0) + 1
            if any(units > line.quantity for units, line in zip(used, self.problem.lines, strict=True)):
                continue
            if compact.shape is Shape.DISTINCT and max(used) > 1:
                continue
            if compact.shape is Shape.BUY_GET:
                prices = [[self.problem.lines[line].price for line in lines] for lines in chosen]
                if max(prices[1]) > min(prices[0]):
                    continue
            yield tuple(used), tuple((role, line, units) for (role, line), units in sorted(counted.items()))


def _choices(roles: tuple[Role, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    if not roles:
        yield ()
        return
    for chosen in combinations_with_replacement(sorted(roles[0].weights), roles[0].need):
        for rest in _choices(roles[1:]):
            yield (chosen, *rest)
