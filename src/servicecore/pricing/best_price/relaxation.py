"""What one offer alone can do within a loss: every other offer is relaxed to its shadow prices.

For each offer a small graph is made: its tallies before each of its lines, and the choices between them. A choice
that no solution within the allowed loss can make is left out: the least loss of the way to it, of the way from it to
the end, and of the units that it leaves to others, is greater.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.graphs import BEYOND, Arc, Graph, Stage
from servicecore.pricing.best_price.tally import State, Tally

_Option: TypeAlias = tuple[int, int, int, State, dict[State, State | None]]
_Edge: TypeAlias = tuple[int, int, int, int, State]
_Stages: TypeAlias = list[tuple[dict[State, int], list[int]]]


@define(eq=False)
class LineView:
    """How one offer sees one line.

    Attributes:
        tally: the offer.
        line: the line.
        quantity: units.
        rest: loss of a unit that it does not use.
        pattern: units of a whole set that the rest can form, by this offer itself; 0 is none.
        pattern_loss: loss of such a set.
        sets: from how many whole sets on units are better off elsewhere; 0 is never.

    """

    tally: Tally
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
                    self._known.append((everything, units, loss, used, self.tally.table(used, self.line)))
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
        place: of the tally among all.
        views: its lines, in order.
        most: greatest loss of interest.
        budget: steps that it may take.
        exhausted: whether the budget was too small, and nothing below was made.
        graph: what can be done; its choices name the offer by ``place``.
        steps: choices looked at.

    """

    tally: Tally
    place: int
    views: list[LineView]
    most: int
    budget: int
    exhausted: bool = field(init=False, default=False)
    graph: Graph = field(init=False)
    steps: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        stages: _Stages = [({self.tally.start: 0}, [0])]
        edges = []
        for view in self.views:
            stage, rows = self._forward(view, *stages[-1])
            if self.steps > self.budget:
                self.exhausted = True
                return
            stages.append(stage)
            edges.append(rows)
        self._backward(stages, edges)

    def _forward(  # noqa: C901 - the loop that most time goes to: calls would cost more than they clear up
        self, view: LineView, known: dict[State, int], least: list[int]
    ) -> tuple[tuple[dict[State, int], list[int]], list[list[_Edge]]]:
        """Return the tallies after a line with the least loss to get there, and how each can be reached."""
        tally, most, line = self.tally, self.most, view.line
        options, plain, capped = view.options(most), tally.is_plain, tally.compact.cap is not None
        following: dict[State, int] = {}
        reached: list[int] = []
        rows: list[list[_Edge]] = []
        for state, number in known.items():
            row: list[_Edge] = []
            before = least[number]
            room = most - before
            for everything, units, loss, used, table in options:
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
                    leaving = tally.leave(after, line)
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
                row.append((everything + extra, units, loss + extra, there, used))
            rows.append(row)
            if self.steps > self.budget:
                break
        return (following, reached), rows

    def _backward(self, stages: _Stages, edges: list[list[list[_Edge]]]) -> None:
        """Keep the choices that lie on a way of at most the greatest loss."""
        ends = [self.tally.finish(state) for state in stages[-1][0]]
        known = [BEYOND if end is None else end for end in ends]
        bounds, made = known, []
        for place in range(len(edges) - 1, -1, -1):
            reached = stages[place][1]
            here: list[int] = []
            kept: list[Arc] = []
            for state, (before, row) in enumerate(zip(reached, edges[place], strict=True)):
                room = self.most - before
                least = BEYOND
                for everything, units, loss, there, used in row:
                    total = everything + bounds[there]
                    if total > room:
                        continue
                    if total < least:  # noqa: PLR1730 - a call of min takes longer than the loop
                        least = total
                    kept.append((state, loss, units, there, ((self.place, used),) if units else ()))
                here.append(least)
            made.append(Stage(kept, len(reached), len(bounds)))
            bounds = here
        lines = tuple([view.line for view in self.views])
        self.graph = Graph(lines, made[::-1], known, self.tally.compact.alone)
