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
        made: list[list[_Weighed]] = [[] for _ in range(stage.states)]
        for state, loss, units, there, moves in stage.arcs:
            made[state].append((loss - credit * units + after[there] - here[state], loss, units, there, moves))
        for row in made:
            row.sort()
        return made


@define(eq=False)
class JointGraph:
    """Makes the joint graph of two sides.

    Attributes:
        sides: both.
        quantities: units of each line.
        of_lines: the credits of the lines that ``ahead`` of both was made with.
        closed: lines that no other graph uses, with the loss of a unit left over: it belongs to the joint choice.
        room: greatest regret.
        most: choices that may be looked at.
        steps: choices looked at.

    """

    sides: tuple[Side, Side]
    quantities: Sequence[int]
    of_lines: Sequence[int]
    closed: Mapping[int, int]
    room: int
    most: int
    steps: int = 0
    _states: dict[tuple[int, int], int] = field(init=False, default=Factory(lambda: {(0, 0): 0}))
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
        """Return what both do on a line, of equal choices the one that loses least."""
        credit, each = self.of_lines[line], self.closed.get(line)
        rows, others = (side.rows(line, credit) for side in self.sides)
        following: dict[tuple[int, int], int] = {}
        after: list[int] = []
        arcs: list[Arc] = []
        for (one, other), state in self._states.items():
            row: list[_Weighed] = [(0, 0, 0, one, ())] if rows is None else rows[one]
            beside: list[_Weighed] = [(0, 0, 0, other, ())] if others is None else others[other]
            self._cross(line, state, (row, beside), (credit, each), (following, after, arcs))
            if self.steps > self.most:
                break
        made = Stage(arcs, len(self._states), len(after))
        self._states, self._reached = following, after
        return made

    def _cross(  # noqa: C901 - the loop that most time goes to: calls would cost more than they clear up
        self,
        line: int,
        state: int,
        rows: tuple[list[_Weighed], list[_Weighed]],
        terms: tuple[int, int | None],
        found: tuple[dict[tuple[int, int], int], list[int], list[Arc]],
    ) -> None:
        """Add the pairs of choices from one joint state."""
        following, after, arcs = found
        credit, each = terms
        quantity, before, room = self.quantities[line], self._reached[state], self.room
        made: dict[tuple[int, int], Arc] = {}
        for regret, loss, units, there, moves in rows[0]:
            so_far = before + regret
            if so_far > room:
                break
            for more, lost, used, at, done in rows[1]:
                self.steps += 1
                total = so_far + more
                if total > room:
                    break
                taken, gone = units + used, loss + lost
                if taken > quantity:
                    continue
                if each is not None:
                    left = quantity - taken
                    total += left * (each - credit)
                    if total > room:
                        continue
                    gone += left * each
                    taken = quantity
                pair = (there, at)
                number = following.get(pair)
                if number is None:
                    number = following[pair] = len(after)
                    after.append(total)
                elif total < after[number]:
                    after[number] = total
                known = made.get((number, taken))
                if known is None or gone < known[1]:
                    made[number, taken] = (state, gone, taken, number, moves + done)
        arcs.extend(made.values())
