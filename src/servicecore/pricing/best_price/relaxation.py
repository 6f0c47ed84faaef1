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

from servicecore.pricing.best_price.tally import Effect, State, Tally

Choice: TypeAlias = tuple[int, int, int, int, int, int, State]
"""Loss with what follows; units; loss; id of the next tally; its two bounds; units by role."""

_Edge: TypeAlias = tuple[int, int, int, int, int, State]


@define(eq=False)
class LineView:
    """How one offer sees one line.

    Attributes:
        quantity: units.
        rest: loss of a unit that it does not use.
        leaving: the part of it that the offer is charged with where losses are split.
        halved: whether it is charged with half of the losses of the units that it uses.
        pattern: units of a whole set that the rest can form, by this offer itself; 0 is none.
        pattern_loss: loss of such a set.
        effects: what it can do.

    """

    quantity: int
    rest: int
    leaving: int
    halved: bool
    pattern: int = 0
    pattern_loss: int = 0
    effects: list[Effect] = Factory(list)

    def rest_loss(self, units: int, each: int) -> int:
        """Return the loss of ``units`` that the offer leaves to others at ``each``."""
        if self.pattern:
            return units // self.pattern * min(self.pattern_loss, self.pattern * each) + units % self.pattern * each
        return units * each


@define(eq=False)
class Relaxation:
    """The graph of one offer for a given greatest loss.

    Attributes:
        tally: the offer's rules.
        views: per line of the offer, in order.
        most: greatest loss of interest.
        budget: steps that it may take.
        exhausted: whether the budget was too small, and nothing below was made.
        choices: per line, by the id of the tally before it: what can be done, best first.
        bounds: per place in the list of lines, by id of the tally: the two bounds; the last are those of the end.
        steps: choices looked at.

    """

    tally: Tally
    views: dict[int, LineView]
    most: int
    budget: int
    choices: dict[int, list[list[Choice]]] = field(init=False, default=Factory(dict))
    bounds: list[list[tuple[int, int]]] = field(init=False, default=Factory(list))
    steps: int = field(init=False, default=0)
    exhausted: bool = field(init=False, default=False)
    _reached: list[list[int]] = field(init=False, default=Factory(list))

    def __attrs_post_init__(self) -> None:
        stages, edges = self._forward()
        if not self.exhausted:
            self._backward(stages, edges)

    def _forward(self) -> tuple[list[dict[State, int]], list[list[list[_Edge]]]]:
        tally, most = self.tally, self.most
        known: dict[State, int] = {tally.start: 0}
        least = [0]
        stages, edges = [known], []
        for line, view in self.views.items():
            following: dict[State, int] = {}
            reached: list[int] = []
            rows: list[list[_Edge]] = []
            options = [
                (view.rest_loss(view.quantity - units, view.rest) + loss, units, loss, used)
                for units, loss, used in view.effects
            ]
            options.sort()
            for state, number in known.items():
                if self.steps > self.budget:
                    self.exhausted = True
                    return stages, edges
                row: list[_Edge] = []
                before = least[number]
                for all_loss, units, loss, used in options:
                    if before + all_loss > most:
                        break
                    self.steps += 1
                    after = tally.step(state, used, line)
                    if after is None:
                        continue
                    extra = tally.leave(after, line)
                    if extra is None:
                        continue
                    extra += tally.overspent(state, after, used, line)
                    total = before + all_loss + extra
                    if total > most:
                        continue
                    there = following.get(after)
                    if there is None:
                        there = following[after] = len(reached)
                        reached.append(total)
                    elif total < reached[there]:
                        reached[there] = total
                    row.append((all_loss + extra, units, loss + extra, there, extra, used))
                rows.append(row)
            known, least = following, reached
            stages.append(known)
            edges.append(rows)
            self._reached.append(reached)
        return stages, edges

    def _backward(self, stages: list[dict[State, int]], edges: list[list[list[_Edge]]]) -> None:
        beyond = self.most + 1
        ends = [self.tally.finish(state) for state in stages[-1]]
        bounds = [(beyond, beyond) if end is None else (end, end) for end in ends]
        self.bounds = [bounds]
        reached = [[0], *self._reached]
        views = list(self.views.items())
        for place in range(len(edges) - 1, -1, -1):
            line, view = views[place]
            here: list[tuple[int, int]] = []
            rows: list[list[Choice]] = []
            for number, row in enumerate(edges[place]):
                before = reached[place][number]
                first, second = beyond, beyond
                kept: list[Choice] = []
                for all_loss, units, loss, there, extra, used in row:
                    after_first, after_second = bounds[there]
                    total = all_loss + after_first
                    if before + total > self.most:
                        continue
                    first = min(first, total)
                    own = loss - extra
                    charged = (own // 2 if view.halved else own) + extra
                    charged += view.rest_loss(view.quantity - units, view.leaving)
                    second = min(second, charged + after_second)
                    kept.append((loss + after_first, units, loss, there, after_first, after_second, used))
                kept.sort()
                here.append((first, second))
                rows.append(kept)
            bounds = here
            self.bounds.insert(0, bounds)
            self.choices[line] = rows

    @property
    def least(self) -> tuple[int, int]:
        """Return the two bounds at the start."""
        return self.bounds[0][0]
