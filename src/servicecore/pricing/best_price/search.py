"""The exact search: line by line over tallies, with dominance, two bounds, and a loss that is allowed step by step.

A partial solution is a label: the tallies of all offers and the loss so far. Labels with equal tallies are one, the
one with the smaller loss. A label is dropped when its loss and what the relaxations say must still be lost exceed the
loss allowed. The allowed loss grows until a narrow search, of the most promising labels only, meets a solution; then
the full search, allowed no more than that solution loses, proves it or finds a better one. Work is counted in nodes,
choices looked at. Where the budget ends, the best solution met is the answer, and the least loss that was not ruled
out bounds every other one.
"""

from __future__ import annotations

from typing import Final

from attrs import define, evolve, field, frozen

from servicecore.pricing.best_price.compact import CompactProblem, Counts
from servicecore.pricing.best_price.labels import Labeller, Labels
from servicecore.pricing.best_price.layout import Layout
from servicecore.pricing.best_price.shadow_prices import ShadowPrices

_FIRST_PART: Final = 5
_NARROW: Final = (6, 24, 96)
_NARROW_PART: Final = 8
_AGAIN: Final = (24, 96)
_GROWTH: Final = 3


@frozen
class Found:
    """What a search found.

    Attributes:
        counts: the best solution met; None where none was.
        value: its value, scaled.
        bound: no solution is worth more, scaled.
        nodes: choices looked at.

    """

    counts: Counts | None
    value: int
    bound: int
    nodes: int


@define(eq=False)
class Search:
    """The search over one component.

    Attributes:
        problem: the component.
        prices: its shadow prices.
        budget: nodes.
        ceiling: solutions above this value are not wanted; None is no ceiling.

    """

    problem: CompactProblem
    prices: ShadowPrices
    budget: int
    ceiling: int | None = None
    _layout: Layout = field(init=False)
    _left: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._layout = Layout(self.problem, self.prices, self.ceiling is not None)
        self._left = self.budget

    def run(self) -> Found:
        """Return the optimum, or the best that the budget allows with a bound on everything else."""
        part = max(1, sum(self.prices.lines) // max(1, len(self.prices.lines)) // _FIRST_PART)
        floor = 0 if self.ceiling is None else max(0, self.prices.bound - self.ceiling)
        while True:
            labeller = self._labeller(floor + part)
            if labeller is None:
                return self._found(None, floor)
            root = labeller.root()
            if root <= labeller.allowed:
                floor = max(floor, root)
                chain, best = self._narrow(labeller)
                self._left = labeller.budget
                if best is not None:
                    return self._proven(labeller, chain, best, floor)
                if self._left < 0:
                    return self._found(None, floor)
            else:
                floor = labeller.allowed + 1
            part *= _GROWTH

    def _labeller(self, allowed: int) -> Labeller | None:
        relaxed = self._layout.relax(allowed, self._left)
        if relaxed is None:
            self._left = -1
            return None
        self._left -= sum(each.steps for each in relaxed)
        return Labeller(self._layout, relaxed, allowed, self._left)

    def _found(self, counts: Counts | None, floor: int, loss: int = 0) -> Found:
        value = 0 if counts is None else self.prices.bound - loss
        return Found(counts, value, self.prices.bound - floor, self.budget - self._left)

    def _best(self, labels: Labels) -> int | None:
        """Return the key of the best complete solution that is wanted."""
        wanted = 0 if self.ceiling is None else self.prices.bound - self.ceiling
        good = [(label[1], key) for key, label in labels.items() if label[1] >= wanted]
        return min(good)[1] if good else None

    def _narrow(self, labeller: Labeller) -> tuple[list[Labels], int | None]:
        """Return the labels of the narrowest search that meets a solution, with the key of its best.

        It takes a part of the budget only: where solutions are rare, a larger loss finds one sooner than more labels.
        """
        kept = labeller.budget - labeller.budget // _NARROW_PART
        labeller.budget -= kept
        chain: list[Labels] = []
        best: int | None = None
        for width in _NARROW:
            chain, _aside = labeller.carry(width)
            best = self._best(chain[-1])
            if best is not None or labeller.budget < 0:
                break
        labeller.budget += kept
        return chain, best

    def _proven(self, labeller: Labeller, chain: list[Labels], best: int, floor: int) -> Found:
        """Return the best of all solutions, given one that a narrow search met; nothing loses less than ``floor``."""
        loss = chain[-1][best][1]
        counts = labeller.counts(chain, best)
        for width in _AGAIN:
            if loss <= floor:
                break
            labeller.allowed = loss - 1
            chain, _aside = labeller.carry(width)
            better = self._best(chain[-1])
            if better is not None:
                loss, counts = chain[-1][better][1], labeller.counts(chain, better)
        labeller.allowed = loss
        chain, aside = labeller.carry(None)
        self._left = labeller.budget
        best_now = self._best(chain[-1])
        if aside is not None or best_now is None:
            return self._found(counts, max(floor, min(loss, aside or floor)), loss)
        loss = chain[-1][best_now][1]
        found = self._found(labeller.counts(chain, best_now), loss, loss)
        return found if self.ceiling is not None else self._settled(labeller, found, loss)

    def _settled(self, labeller: Labeller, found: Found, loss: int) -> Found:
        """Return, of all solutions that lose no more, the one with the fewest offers, then the lowest ids."""
        labeller.allowed, labeller.settling = loss, True
        chain, aside = labeller.carry(None)
        self._left = labeller.budget
        if aside is not None:
            return evolve(found, nodes=self.budget - self._left)

        def rank(key: int) -> tuple[int, int]:
            used = labeller.offers_used(key)
            return used.bit_count(), -used

        best = min((key for key, label in chain[-1].items() if label[1] == loss), key=rank)
        return evolve(found, counts=labeller.counts(chain, best), nodes=self.budget - self._left)
