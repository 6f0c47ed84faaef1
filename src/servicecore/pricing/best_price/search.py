"""The exact search: line by line over tallies, with dominance, a bound from line credits, and a loss that is allowed.

A partial solution is a label: the tallies of all offers and the least loss of any solution that it begins. Labels with
equal tallies are one, the one with the smaller loss. A label is dropped when its loss exceeds the loss allowed. That
begins little above the bound, or at what the greedy solution loses, and grows until a solution within it is known.
Everything that loses more is left out then, and what is left is searched to the end. Work is counted in nodes, choices
looked at. Where the budget ends, the best solution met is the answer, and the least loss that was not ruled out bounds
every other one.
"""

from __future__ import annotations

from typing import Final

from attrs import Factory, define, evolve, field, frozen

from servicecore.pricing.best_price.compact import CompactProblem, Counts
from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.deepening import Deepening
from servicecore.pricing.best_price.graphs import Graph
from servicecore.pricing.best_price.greedy import dearest_first
from servicecore.pricing.best_price.incumbent import Incumbent
from servicecore.pricing.best_price.integer_program import MostUnits
from servicecore.pricing.best_price.layout import Layout
from servicecore.pricing.best_price.most_units import most_units
from servicecore.pricing.best_price.reduction import replaceable
from servicecore.pricing.best_price.shadow_prices import ShadowPrices
from servicecore.pricing.best_price.tie_rule import TieRule

_REACH: Final = 2
_NEAR: Final = 2
_GROWTH: Final = 4
_SETTLING: Final = 10


@frozen
class Found:
    """What a search found.

    Attributes:
        counts: the best solution met; None where none was.
        value: its value, scaled.
        bound: no solution is worth more, scaled.
        nodes: choices looked at.
        most_units: by offer, role and line, the most units that a solution as good can use; what is not in it is open.

    """

    counts: Counts | None
    value: int
    bound: int
    nodes: int
    most_units: MostUnits = Factory(dict)


@define(eq=False)
class Search:
    """The search over one component.

    Attributes:
        problem: the component.
        prices: its shadow prices.
        budget: nodes.
        ceiling: solutions above this value are not wanted; None is no ceiling.
        hands_over: whether a solver goes on with what the credits leave open; graphs are not joined then.

    """

    problem: CompactProblem
    prices: ShadowPrices
    budget: int
    ceiling: int | None = None
    hands_over: bool = False
    _layout: Layout = field(init=False)
    _best: Incumbent = field(init=False)
    _ties: dict[int, int] = field(init=False, default=Factory(dict))
    _graphs: list[Graph] = field(init=False, default=Factory(list))

    def __attrs_post_init__(self) -> None:
        exact = self.ceiling is None and not any(each.optimistic for each in self.problem.offers)
        self._layout = Layout(self.problem, self.prices, self.ceiling is not None)
        wanted = 0 if self.ceiling is None else max(0, self.prices.bound - self.ceiling)
        self._best = Incumbent(self._layout, self.problem.step if exact else 1, wanted, self.budget)
        if self.ceiling is None:
            self._ties = replaceable(self.problem)

    def run(self) -> Found:
        """Return the optimum, or the best that the budget allows with a bound on everything else."""
        part = max(1, sum(self.prices.lines) // max(1, len(self.prices.lines)))
        floor, reach = self._best.wanted, part * _REACH
        if self.ceiling is None:
            counts, value = dearest_first(self.problem)
            self._best.take(counts, self.prices.bound - value)
        known = [0] * len(self._layout.lines)
        while True:
            line_credits = self._credited(floor + reach, known)
            if line_credits is None:
                return self._found(floor)
            known = line_credits.credits
            deepening = Deepening(line_credits, self._best, floor)
            deepening.search(every_total=self.ceiling is not None, hands_over=self.hands_over)
            floor = deepening.floor
            if deepening.is_proven:
                found = self._found(self._best.loss)
                return found if self.ceiling is not None else self._settled(deepening.proof, found)
            if self.hands_over and line_credits.allowed >= self._best.loss:
                line_credits.narrow(self._best.loss)
                return evolve(self._found(floor), most_units=most_units(self._layout, line_credits))
            if self._best.left < 0:
                return self._found(floor)
            reach *= _GROWTH

    def _credited(self, allowed: int, known: list[int]) -> Credits | None:
        """Return the credits for a greatest loss, or for the known solution if it loses little more."""
        best = self._best
        if best.loss <= allowed * _NEAR:
            allowed = best.loss
        relaxed = self._layout.relax(allowed, best.left)
        if relaxed is None:
            best.left = -1
            return None
        graphs, steps = relaxed
        best.left -= steps
        self._graphs = graphs
        needed = [graph for number, graph in zip(self._layout.numbers, graphs, strict=True) if number not in self._ties]
        line_credits = self._credits(needed, allowed, known)
        if not line_credits.is_beaten:
            line_credits.settle()
        return line_credits

    def _credits(self, graphs: list[Graph], allowed: int, known: list[int]) -> Credits:
        lines, every_total = self._layout.lines, self._layout.every_total
        return Credits(
            graphs,
            [line.quantity for line in lines],
            [line.sink_loss // line.sink_size for line in lines],
            [() if every_total or line.sink >= 0 else line.base_offers for line in lines],
            allowed,
            known,
        )

    def _found(self, floor: int) -> Found:
        best = self._best
        value = 0 if best.counts is None else self.prices.bound - best.loss
        return Found(best.counts, value, self.prices.bound - min(floor, best.loss), self.budget - best.left)

    def _settled(self, proof: Credits, found: Found) -> Found:
        """Return, of all solutions that lose no more, the one with the fewest offers, then the lowest ids.

        It goes on with the graphs of the proof, unless offers were left out of that which may decide here.
        """
        best = self._best
        work = min(best.left, self.budget // _SETTLING)
        rule = TieRule(self._layout, proof, found.counts or {}, best.loss, work)
        if not rule.does_without(self._ties):
            every = self._credits(self._graphs, best.loss, proof.credits)
            every.settle()
            rule = TieRule(self._layout, every, found.counts or {}, best.loss, rule.left)
        counts = rule.settled()
        best.left -= work - rule.left
        return evolve(found, counts=counts, nodes=self.budget - best.left)
