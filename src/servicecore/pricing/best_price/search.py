"""The exact search: line by line over tallies, with dominance, a bound from line credits, and a loss that is allowed.

A partial solution is a label: the tallies of all offers and the least loss of any solution that it begins. Labels with
equal tallies are one, the one with the smaller loss. A label is dropped when its loss exceeds the loss allowed. That
grows from little until a solution within it is known: the greedy one, or what a narrow search meets that keeps the
most promising labels only. Then everything that loses more is left out, and the full search proves the solution or
finds a better one. Where it does not end soon, the credits are improved before it is tried again with more work. Work
is counted in nodes, choices looked at. Where the budget ends, the best solution met is the answer, and the least loss
that was not ruled out bounds every other one.
"""

from __future__ import annotations

from typing import Final

from attrs import define, evolve, field, frozen

from servicecore.pricing.best_price.compact import CompactProblem, Counts
from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.graphs import BEYOND
from servicecore.pricing.best_price.greedy import greedy
from servicecore.pricing.best_price.labels import Labeller
from servicecore.pricing.best_price.layout import Layout
from servicecore.pricing.best_price.reduction import replaceable
from servicecore.pricing.best_price.shadow_prices import ShadowPrices

_GROWTH: Final = 4
_NARROW_FROM: Final = 2
_WIDTHS: Final = (8, 8, 24, 24, 24)
_PARTS: Final = 4
_DEEPER: Final = 4
_FIRST_TRY: Final = 4_000
_MORE: Final = 2
_TRIES: Final = 6
_STALLED: Final = 8
_SETTLING: Final = 4


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
    _step: int = field(init=False)
    _ties: frozenset[int] = field(init=False, default=frozenset())
    _counts: Counts | None = field(init=False, default=None)
    _loss: int = field(init=False, default=BEYOND)

    def __attrs_post_init__(self) -> None:
        exact = self.ceiling is None and not any(each.optimistic for each in self.problem.offers)
        self._step = self.problem.step if exact else 1
        self._layout = Layout(self.problem, self.prices, self.ceiling is not None)
        self._left = self.budget
        if self.ceiling is None:
            self._ties = replaceable(self.problem)

    def run(self) -> Found:
        """Return the optimum, or the best that the budget allows with a bound on everything else."""
        first = part = max(1, sum(self.prices.lines) // max(1, len(self.prices.lines)))
        floor = 0 if self.ceiling is None else max(0, self.prices.bound - self.ceiling)
        known: list[int] = []
        while True:
            line_credits = self._credited(floor + part, known)
            if line_credits is None:
                return self._found(floor)
            known = line_credits.credits
            floor, is_proven = self._deepened(line_credits, floor)
            if is_proven:
                found = self._found(self._loss)
                return found if self.ceiling is not None else self._settled(line_credits, found)
            if self._left < 0:
                return self._found(floor)
            part *= _GROWTH
            if part == first * _GROWTH and self.ceiling is None:
                self._take_greedy()

    def _take_greedy(self) -> None:
        """Begin with the greedy solution, if nothing better was met."""
        counts, value = greedy(self.problem)
        if self.prices.bound - value < self._loss:
            self._counts, self._loss = counts, self.prices.bound - value

    def _credited(self, allowed: int, known: list[int], settling: bool = False) -> Credits | None:
        """Return the credits for a greatest loss, or for the known solution if it loses little more."""
        if self._loss <= allowed * _GROWTH and not settling:
            allowed = self._loss
        relaxed = self._layout.relax(allowed, self._left)
        if relaxed is None:
            self._left = -1
            return None
        graphs, steps = relaxed
        self._left -= steps
        lines = self._layout.lines
        most = [line.sink_loss // line.sink_size for line in lines]
        if not settling:
            graphs = [
                graph for graph, number in zip(graphs, self._layout.numbers, strict=True) if number not in self._ties
            ]
        line_credits = Credits(graphs, [line.quantity for line in lines], most, allowed, known or [0] * len(lines))
        if not line_credits.is_beaten:
            line_credits.settle()
        return line_credits

    def _found(self, floor: int) -> Found:
        value = 0 if self._counts is None else self.prices.bound - self._loss
        return Found(self._counts, value, self.prices.bound - min(floor, self._loss), self.budget - self._left)

    def _carry(self, labeller: Labeller, width: int | None, most: int) -> int | None:
        """Carry labels with at most ``most`` nodes, and keep the best solution that is met; return what was left."""
        labeller.budget = min(self._left, most)
        kept = self._left - labeller.budget
        chain, aside = labeller.carry(width)
        self._left = kept + labeller.budget
        wanted = 0 if self.ceiling is None else self.prices.bound - self.ceiling
        good = [(label[0], key) for key, label in chain[-1].items() if label[0] >= wanted]
        if good and min(good)[0] < self._loss:
            self._loss, key = min(good)
            self._counts = labeller.counts(chain, key)
        return aside

    def _improve(self, line_credits: Credits, climbs: bool) -> bool:
        """Improve the credits, line by line and all at once where that stalls; return whether both did."""
        known = line_credits.least
        line_credits.settle()
        if not climbs or (line_credits.least - known) * _STALLED >= line_credits.allowed - known:
            return False
        line_credits.climb()
        line_credits.settle()
        return (line_credits.least - known) * _STALLED < line_credits.allowed - known

    def _deepened(self, line_credits: Credits, floor: int) -> tuple[int, bool]:
        """Return what every solution loses at least, and whether the known one is proven.

        The full search is allowed a part of what lies between the bound and the greatest loss, and more where it ends
        without a solution; the first one that it meets is the best. Where it does not end soon, it is allowed less,
        the credits are improved, and a narrow search looks for a better solution to begin with.
        """
        most, parts, tries, stalled = _FIRST_TRY, _PARTS, 0, False
        while True:
            last = min(line_credits.allowed, self._loss - self._step)
            floor = max(floor, min(line_credits.least, last + 1))
            self._left -= line_credits.take_steps()
            if floor > last:
                return floor, last < line_credits.allowed
            if self._left < 0:
                return floor, False
            known = self._loss
            allowed = min(last, floor + (last - floor) // parts)
            aside = self._carry(Labeller(self._layout, line_credits, allowed), None, most)
            if self._loss < known:
                if aside is None:
                    return self._loss, True
                line_credits.narrow(min(line_credits.allowed, self._loss))
            elif aside is None:
                floor, parts = allowed + 1, max(1, parts // _DEEPER)
                continue
            floor = max(floor, min(aside or floor, allowed))
            tries += 1
            most = self._left if tries > _TRIES else most * _MORE
            if tries < _NARROW_FROM:
                parts *= _DEEPER
            elif tries <= _TRIES:
                stalled = stalled or self._improve(line_credits, tries > _NARROW_FROM)
                allowed = min(line_credits.allowed, self._loss - self._step)
                self._carry(Labeller(self._layout, line_credits, allowed), _WIDTHS[tries - _NARROW_FROM], most)
                line_credits.narrow(min(line_credits.allowed, self._loss))

    def _settled(self, line_credits: Credits, found: Found) -> Found:
        """Return, of all solutions that lose no more, the one with the fewest offers, then the lowest ids."""
        if self._ties:
            every = self._credited(self._loss, line_credits.credits, settling=True)
            if every is None:
                return evolve(found, nodes=self.budget - self._left)
            line_credits = every
        line_credits.narrow(self._loss)
        self._left -= line_credits.take_steps()
        labeller = Labeller(self._layout, line_credits, self._loss, settling=True)
        labeller.budget = min(self._left, self.budget // _SETTLING)
        self._left -= labeller.budget
        chain, aside = labeller.carry(None)
        self._left += labeller.budget
        if aside is not None:
            return evolve(found, nodes=self.budget - self._left)

        def rank(key: int) -> tuple[int, int]:
            used = labeller.offers_used(key)
            return used.bit_count(), -used

        best = min((key for key, label in chain[-1].items() if label[0] == self._loss), key=rank)
        return evolve(found, counts=labeller.counts(chain, best), nodes=self.budget - self._left)
