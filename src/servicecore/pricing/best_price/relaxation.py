"""What one offer alone still has to lose: every other offer is relaxed to its shadow prices.

For each offer a small graph is made: its tallies before each of its lines, and the choices between them. The least
loss from a tally to the end is a lower bound for any solution that passes through it, whatever the others do. Two
such bounds are kept. The first charges an offer with all losses, so the greatest over the offers holds. The second
splits each loss between the offer that a unit left and the one it went to, so the sum over the offers holds.
Choices that no solution within the allowed loss can make are left out.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.tally import State, Tally

Choice: TypeAlias = tuple[int, int, int, int, int, int, State]
"""Loss with what follows; units; loss; id of the next tally; its two bounds; units by role."""

_Option: TypeAlias = tuple[int, int, int, int, State, dict[State, State | None]]
_Edge: TypeAlias = tuple[int, int, int, int, int, State]
_Stages: TypeAlias = list[tuple[dict[State, int], list[int]]]


@define(eq=False)
class LineView:
    """How one offer sees one line.

    Attributes:
        tally: the offer.
        line: the line.
        quantity: units.
        rest: loss of a unit that it does not use.
        leaving: the part of it that the offer is charged with where losses are split.
        halved: whether it is charged with half of the losses of the units that it uses.
        pattern: units of a whole set that the rest can form, by this offer itself; 0 is none.
        pattern_loss: loss of such a set.
        sets: from how many whole sets on units are better off elsewhere; 0 is never.

    """

    tally: Tally
    line: int
    quantity: int
    rest: int
    leaving: int
    halved: bool
    pattern: int
    pattern_loss: int
    sets: int
    _known: list[_Option] = field(init=False, default=Factory(list))
    _most: int = field(init=False, default=-1)

    def options(self, most: int) -> list[_Option]:
        """Return what the offer can do here at a loss of ``most`` or little more, least loss first."""
        if most > self._most:
            self._most = 2 * most
            self._known = []
            for units, loss, used in self.tally.effects(self.line, self.quantity, self._most, self.sets):
                left = self.quantity - units
                charged = (loss // 2 if self.halved else loss) + self._rest_loss(left, self.leaving)
                everything = loss + self._rest_loss(left, self.rest)
                self._known.append((everything, units, loss, charged, used, self.tally.table(used, self.line)))
            self._known.sort(key=lambda option: (option[0], option[4]))
        return self._known

    def _rest_loss(self, units: int, each: int) -> int:
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
        choices: per line, by the id of the tally before it: what can be done, best first.
        bounds: per place in the list of lines, by id of the tally: the two bounds; the last are those of the end.
        steps: choices looked at.

    """

    tally: Tally
    views: list[LineView]
    most: int
    budget: int
    exhausted: bool = field(init=False, default=False)
    choices: dict[int, list[list[Choice]]] = field(init=False, default=Factory(dict))
    bounds: list[list[tuple[int, int]]] = field(init=False, default=Factory(list))
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

    @property
    def least(self) -> tuple[int, int]:
        """Return the two bounds at the start."""
        return self.bounds[0][0]

    def _forward(  # noqa: C901 - the loop that most time goes to: calls would cost more than they clear up
        self, view: LineView, known: dict[State, int], least: list[int]
    ) -> tuple[tuple[dict[State, int], list[int]], list[list[_Edge]]]:
        """Return the tallies after a line with the least loss to get there, and how each can be reached."""
        tally, most, line = self.tally, self.most, view.line
        options, plain = view.options(most), tally.is_plain
        following: dict[State, int] = {}
        reached: list[int] = []
        rows: list[list[_Edge]] = []
        for state, number in known.items():
            row: list[_Edge] = []
            before = least[number]
            room = most - before
            for everything, units, loss, charged, used, table in options:
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
                    extra = leaving + tally.overspent(state, after, used, line)
                    if everything + extra > room:
                        continue
                total = before + everything + extra
                there = following.get(after)
                if there is None:
                    there = following[after] = len(reached)
                    reached.append(total)
                elif total < reached[there]:
                    reached[there] = total
                row.append((everything + extra, units, loss + extra, charged + extra, there, used))
            rows.append(row)
            if self.steps > self.budget:
                break
        return (following, reached), rows

    def _backward(self, stages: _Stages, edges: list[list[list[_Edge]]]) -> None:
        """Fill in the bounds from the end, and keep the choices that lie on a way of at most the greatest loss."""
        beyond = self.most + 1
        ends = [self.tally.finish(state) for state in stages[-1][0]]
        bounds = [(beyond, beyond) if end is None else (end, end) for end in ends]
        made = [bounds]
        for place in range(len(edges) - 1, -1, -1):
            reached = stages[place][1]
            here: list[tuple[int, int]] = []
            rows: list[list[Choice]] = []
            for before, row in zip(reached, edges[place], strict=True):
                room = self.most - before
                first, second = beyond, beyond
                kept: list[Choice] = []
                for everything, units, loss, charged, there, used in row:
                    after_first, after_second = bounds[there]
                    total = everything + after_first
                    if total > room:
                        continue
                    first = min(first, total)
                    second = min(second, charged + after_second)
                    kept.append((loss + after_first, units, loss, there, after_first, after_second, used))
                kept.sort()
                here.append((first, second))
                rows.append(kept)
            bounds = here
            made.append(bounds)
            self.choices[self.views[place].line] = rows
        self.bounds = made[::-1]
