"""Joint graphs: what two offers can do together, where the bound of each by itself leaves too much open.

Two graphs that want the same units are followed side by side: a joint state is a state of each, a joint choice what
both do with a line that has the units for both. Only ways whose regrets together stay within the loss allowed are
followed, so the joint graph is small where each was narrowed before, and no solution within the loss is missed. It
knows what neither graph knows: that units left over from the sets of one do not fit the sets of the other. Where no
other graph uses a line, it also knows what is left of that line, and what that loses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import Factory, define, field, frozen

from servicecore.pricing.best_price.closing import least, taking
from servicecore.pricing.best_price.graphs import BEYOND, Arc, Graph, Moves, Stage

_Weighed: TypeAlias = tuple[int, int, int, int, Moves]
"""Regret; loss; units; number of the next state; what is done."""


@frozen(eq=False)
class Side:
    """One of two graphs, with the least losses ahead for the credits of the lines.

    Attributes:
        graph: what its offers can do.
        ahead: by place and state, the least loss to the end, the credits of the lines taken off.
        places: of its lines.

    """

    graph: Graph
    ahead: list[list[int]]
    places: dict[int, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "places", {line: place for place, line in enumerate(self.graph.lines)})

    def rows(self, line: int, credit: int) -> list[list[_Weighed]] | None:
        """Return the choices on a line by state, the least regret first; None where it is none of its lines."""
        place = self.places.get(line)
        if place is None:
            return None
        here, after, stage = self.ahead[place], self.ahead[place + 1], self.graph.stages[place]
        none: list[_Weighed] = []
        made = [none] * stage.states
        for state, row in enumerate(stage.rows):
            if row:
                least = here[state]
                made[state] = sorted(
                    [
                        (loss - credit * units + after[there] - least, loss, units, there, moves)
                        for _state, loss, units, there, moves in row
                    ]
                )
        return made


@define(eq=False)
class JointGraph:
    """Makes the joint graph of two sides.

    Attributes:
        sides: both.
        quantities: units of each line.
        of_lines: the credits of the lines that ``ahead`` of both was made with.
        closed: lines that no other graph uses, with the loss of a unit left over and the offers that can take it: both
            belong to the joint choice.
        room: greatest regret.
        most: choices that may be looked at.
        steps: choices looked at.

    """

    sides: tuple[Side, Side]
    quantities: Sequence[int]
    of_lines: Sequence[int]
    closed: Mapping[int, tuple[int, Sequence[int]]]
    room: int
    most: int
    steps: int = 0
    _states: list[tuple[int, int]] = field(init=False, default=Factory(lambda: [(0, 0)]))
    _reached: list[int] = field(init=False, default=Factory(lambda: [0]))

    def made(self) -> Graph | None:
        """Return the joint graph; None where that takes more choices than it may."""
        first, second = self.sides
        lines = tuple(sorted({*first.graph.lines, *second.graph.lines}))
        stages = []
        for line in lines:
            stages.append(self._stage(line))
            if self.steps > self.most:
                return None
        ends = [min(BEYOND, first.graph.ends[one] + second.graph.ends[other]) for one, other in self._states]
        return Graph(lines, stages, ends, alone=False)

    def _stage(self, line: int) -> Stage:
        """Return what both do on a line, of equal choices those that lose least, one for each set of offers."""
        rows, others = (side.rows(line, self.of_lines[line]) for side in self.sides)
        cross = self._cross if line not in self.closed else self._cross_closed
        following: dict[tuple[int, int], int] = {}
        after: list[int] = []
        arcs: list[Arc] = []
        for state, (one, other) in enumerate(self._states):
            row: list[_Weighed] = [(0, 0, 0, one, ())] if rows is None else rows[one]
            beside: list[_Weighed] = [(0, 0, 0, other, ())] if others is None else others[other]
            cross(line, state, (row, beside), (following, after, arcs))
            if self.steps > self.most:
                break
        made = Stage(arcs, len(self._states), len(after))
        self._states, self._reached = list(following), after
        return made

    def _cross(
        self,
        line: int,
        state: int,
        rows: tuple[list[_Weighed], list[_Weighed]],
        found: tuple[dict[tuple[int, int], int], list[int], list[Arc]],
    ) -> None:
        """Add the pairs of choices from one joint state."""
        following, after, arcs = found
        quantity, before = self.quantities[line], self._reached[state]
        room, beside, steps, known = self.room - before, rows[1], 0, len(arcs)
        for regret, loss, units, there, moves in rows[0]:
            if regret > room:
                break
            left, rest, so_far = quantity - units, room - regret, before + regret
            for more, lost, used, at, done in beside:
                steps += 1
                if more > rest:
                    break
                if used > left:
                    continue
                pair = (there, at)
                number = following.get(pair)
                if number is None:
                    number = following[pair] = len(after)
                    after.append(so_far + more)
                elif so_far + more < after[number]:
                    after[number] = so_far + more
                arcs.append((state, loss + lost, units + used, number, moves + done))
        self.steps += steps
        if _is_parallel(rows[0]) and _is_parallel(beside):
            arcs[known:] = least(arcs[known:])

    def _cross_closed(
        self,
        line: int,
        state: int,
        rows: tuple[list[_Weighed], list[_Weighed]],
        found: tuple[dict[tuple[int, int], int], list[int], list[Arc]],
    ) -> None:
        """Add the pairs of choices from one joint state on a line that no other graph uses, with what is left of it."""
        following, after, arcs = found
        quantity, before, (each, takers) = self.quantities[line], self._reached[state], self.closed[line]
        room, over, known = self.room - before, each - self.of_lines[line], len(arcs)
        for regret, loss, units, there, moves in rows[0]:
            if regret > room:
                break
            for more, lost, used, at, done in rows[1]:
                self.steps += 1
                left = quantity - units - used
                total = regret + more + max(0, left) * over
                if regret + more > room:
                    break
                if left < 0 or total > room:
                    continue
                pair = (there, at)
                number = following.setdefault(pair, len(after))
                if number == len(after):
                    after.append(before + total)
                after[number] = min(after[number], before + total)
                for rest in taking(takers, left):
                    arcs.append((state, loss + lost + left * each, quantity, number, moves + done + rest))
        arcs[known:] = least(arcs[known:])


def _is_parallel(row: list[_Weighed]) -> bool:
    """Return whether two choices lead to the same state."""
    return len(row) > 1 and len({there for _regret, _loss, _units, there, _moves in row}) < len(row)
