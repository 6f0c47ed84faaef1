"""What one offer alone can do within a loss: every other offer is relaxed to its shadow prices.

For each offer a small graph is made: its tallies before each of its lines, and the choices between them. A choice
that no solution within the allowed loss can make is left out: the least loss of the way to it, of the way from it to
the end, and of the units that it leaves to others, is greater.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.graphs import BEYOND, Arc, Graph, Moves, Stage
from servicecore.pricing.best_price.tally import State, Tally

_Option: TypeAlias = tuple[int, int, int, State, dict[State, State | None], Moves]
_Stages: TypeAlias = list[tuple[dict[State, int], list[int]]]


@define(eq=False)
class LineView:
    """How one offer sees one line.

    Attributes:
        tally: the offer.
        place: of the tally among all.
        line: the line.
        quantity: units.
        rest: loss of a unit that it does not use.
        pattern: units of a whole set that the rest can form, by this offer itself; 0 is none.
        pattern_loss: loss of such a set.
        sets: from how many whole sets on units are better off elsewhere; 0 is never.

    """

    tally: Tally
    place: int
    line: int
    quantity: int
    rest: int
    pattern: int
    pattern_loss: int
    sets: int
    _known: list[_Option] = field(init=False, default=Factory(list))
    _most: int = field(init=False, default=-1)

    def options(self, most: int) -> list[_Option]:
        """Return what the offer can do here at a loss of ``most`` or more, least loss first."""
        if most > self._most:
            self._most = most
            self._known = []
            for units, loss, used in self.tally.effects(self.line, self.quantity, most, self.sets):
                everything = loss + self._rest_loss(self.quantity - units)
                if everything <= most:
                    moves = ((self.place, used),) if units else ()
                    self._known.append((everything, units, loss, used, self.tally.table(used, self.line), moves))
            self._known.sort(key=lambda option: (option[0], option[3]))
        return self._known

    def _rest_loss(self, units: int) -> int:
        each = self.rest
        if self.pattern:
            return units // self.pattern * min(self.pattern_loss, self.pattern * each) + units % self.pattern * each
        return units * each


@define(eq=False)
class Relaxation:
    """The graph of one offer for a given greatest loss.

    Attributes:
        tally: the offer's rules.
        views: its lines, in order.
        most: greatest loss of interest.
        budget: steps that it may take.
        exhausted: whether the budget was too small, and nothing below was made.
        graph: what can be done.
        steps: choices looked at.

    """

    tally: Tally
    views: list[LineView]
    most: int
    budget: int
    exhausted: bool = field(init=False, default=False)
    graph: Graph = field(init=False)
    steps: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        stages: _Stages = [({self.tally.start: 0}, [0])]
        ways = []
        for view in self.views:
            stage, arcs, losses = self._forward(view, *stages[-1])
            if self.steps > self.budget:
                self.exhausted = True
                return
            stages.append(stage)
            ways.append((arcs, losses))
        self._backward(stages, ways)

    def _forward(  # noqa: C901 - the loop that most time goes to: calls would cost more than they clear up
        self, view: LineView, known: dict[State, int], least: list[int]
    ) -> tuple[tuple[dict[State, int], list[int]], list[Arc], list[int]]:
        """Return the tallies after a line with the least loss to get there, and the choices with all that each loses.

        That is more than the loss of the offer: it leaves units to others.
        """
        tally, most, line = self.tally, self.most, view.line
        options, plain, capped = view.options(most), tally.is_plain, tally.compact.cap is not None
        following: dict[State, int] = {}
        leaves: dict[State, int | None] = {}
        reached: list[int] = []
        arcs: list[Arc] = []
        losses: list[int] = []
        for state, number in known.items():
            before = least[number]
            room = most - before
            for everything, units, loss, used, table, moves in options:
                if everything > room:
                    break
                self.steps += 1
                try:
                    after = table[state]
                except KeyError:
                    after = table[state] = tally.step(state, used, line)
                if after is None:
                    continue
                extra = 0
                if not plain:
                    try:
                        leaving = leaves[after]
                    except KeyError:
                        leaving = leaves[after] = tally.leave(after, line)
                    if leaving is None:
                        continue
                    extra = leaving + tally.overspent(state, after, used, line) if capped else leaving
                    if everything + extra > room:
                        continue
                total = before + everything + extra
                there = following.get(after)
                if there is None:
                    there = following[after] = len(reached)
                    reached.append(total)
                elif total < reached[there]:
                    reached[there] = total
                arcs.append((number, loss + extra, units, there, moves))
                losses.append(everything + extra)
            if self.steps > self.budget:
                break
        return (following, reached), arcs, losses

    def _backward(self, stages: _Stages, ways: list[tuple[list[Arc], list[int]]]) -> None:
        """Keep the choices that lie on a way of at most the greatest loss."""
        ends = [self.tally.finish(state) for state in stages[-1][0]]
        bounds = known = [BEYOND if end is None else end for end in ends]
        made = []
        for (_numbers, reached), (arcs, losses) in zip(reversed(stages[:-1]), reversed(ways), strict=True):
            here = [BEYOND] * len(reached)
            kept: list[Arc] = []
            for arc, everything in zip(arcs, losses, strict=True):
                state = arc[0]
                total = everything + bounds[arc[3]]
                if reached[state] + total <= self.most:
                    kept.append(arc)
                    if total < here[state]:  # noqa: PLR1730 - a call of min takes longer than the loop
                        here[state] = total
            made.append(Stage(kept, len(reached), len(bounds)))
            bounds = here
        lines = tuple([view.line for view in self.views])
        self.graph = Graph(lines, made[::-1], known, self.tally.compact.alone)
