"""Graphs: what offers can still do, line by line, within the loss that is allowed."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final, TypeAlias

from attrs import field, frozen

from servicecore.pricing.best_price.tally import State

Moves: TypeAlias = tuple[tuple[int, State], ...]
"""By tally, or as its complement by offer without one: units by role that it uses of a line."""

Arc: TypeAlias = tuple[int, int, int, int, Moves]
"""Number of the state; loss of the offers; units; number of the next state; what is done."""

BEYOND: Final = 1 << 60
"""Loss of what is impossible."""

UNDISCOUNTED: Final = -1
"""Stands in the place of an offer where a unit has none."""


class Stage:
    """What can be done on one line.

    Most states have one or two choices left, so they are kept in one list: a loop over all of them takes less than half
    of what a loop for every state takes.
    """

    __slots__ = ("_rows", "_widest", "arcs", "following", "states")

    def __init__(self, arcs: list[Arc], states: int, following: int) -> None:
        self.arcs = arcs
        self.states = states
        self.following = following
        self._rows: list[list[Arc]] = []
        self._widest = -1

    @property
    def count(self) -> int:
        """Return how many choices there are."""
        return len(self.arcs)

    @property
    def rows(self) -> list[list[Arc]]:
        """Return the choices by state; most states of a narrowed graph have none."""
        if not self._rows:
            none: list[Arc] = []
            self._rows = [none] * self.states
            for arc in self.arcs:
                row = self._rows[arc[0]]
                if row is none:
                    self._rows[arc[0]] = [arc]
                else:
                    row.append(arc)
        return self._rows

    @property
    def widest(self) -> int:
        """Return how many units of the line can be used, at most."""
        if self._widest < 0:
            self._widest = max([arc[2] for arc in self.arcs], default=0)
        return self._widest

    def without(self, place: int) -> Stage:
        """Return the stage without the choices that a tally has a part in; itself where there are none."""
        kept = [arc for arc in self.arcs if not arc[4] or all(user != place for user, _used in arc[4])]
        return self if len(kept) == len(self.arcs) else Stage(kept, self.states, self.following)

    def before(self, after: list[int], credit: int) -> list[int]:
        """Return, by state before the line, the least loss from there to the end."""
        found = [BEYOND] * self.states
        for state, loss, units, there, _moves in self.arcs:
            total = loss - credit * units + after[there]
            if total < found[state]:  # noqa: PLR1730 - a call of min takes longer than the loop
                found[state] = total
        return found

    def after(self, before: list[int], credit: int) -> list[int]:
        """Return, by state after the line, the least loss from the start to there."""
        found = [BEYOND] * self.following
        for state, loss, units, there, _moves in self.arcs:
            total = before[state] + loss - credit * units
            if total < found[there]:  # noqa: PLR1730 - a call of min takes longer than the loop
                found[there] = total
        return found

    def by_units(self, before: list[int], after: list[int]) -> list[int]:
        """Return, by the units that are used, the least loss with them, without the credit for them."""
        found = [BEYOND] * (self.widest + 1)
        for state, loss, units, there, _moves in self.arcs:
            total = before[state] + loss + after[there]
            if total < found[units]:  # noqa: PLR1730 - a call of min takes longer than the loop
                found[units] = total
        return found


@frozen(eq=False)
class Graph:
    """The tallies of offers before and after each of their lines, from one start, by number.

    Attributes:
        lines: in order.
        stages: by line.
        ends: by the last state, the loss of ending with it; ``BEYOND`` where a set is not complete.
        alone: whether it is of an offer that keeps others off its lines.

    """

    lines: tuple[int, ...]
    stages: list[Stage]
    ends: list[int]
    alone: bool
    count: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "count", sum([len(stage.arcs) for stage in self.stages]))

    @property
    def is_idle(self) -> bool:
        """Return whether it can use no unit of any line."""
        return not any(stage.widest for stage in self.stages)

    @property
    def width(self) -> int:
        """Return how many states one place has, at most."""
        return max(len(self.ends), *(stage.states for stage in self.stages))

    def ahead(self, of_lines: Sequence[int]) -> list[list[int]]:
        """Return, by place and state, the least loss to the end; ``of_lines`` is credited for every unit used."""
        found = [self.ends]
        for line, stage in zip(reversed(self.lines), reversed(self.stages), strict=True):
            found.append(stage.before(found[-1], of_lines[line]))
        return found[::-1]

    def without(self, place: int, lines: Container[int]) -> Graph:
        """Return the graph without the choices on ``lines`` that a tally has a part in; itself if there are none."""
        stages = [
            stage.without(place) if line in lines else stage
            for line, stage in zip(self.lines, self.stages, strict=True)
        ]
        changed = any(stage is not other for stage, other in zip(stages, self.stages, strict=True))
        return Graph(self.lines, stages, self.ends, self.alone) if changed else self

    def narrowed(self, ahead: list[list[int]], of_lines: Sequence[int], room: int) -> Graph:
        """Return the graph without what no way with a regret of at most ``room`` does."""
        before, stages = [0], []
        most = room + ahead[0][0]
        for place, (line, stage) in enumerate(zip(self.lines, self.stages, strict=True)):
            rest, credit = ahead[place + 1], of_lines[line]
            after = [BEYOND] * stage.following
            kept = []
            for arc in stage.arcs:
                state, loss, units, there, _moves = arc
                total = before[state] + loss - credit * units
                if total + rest[there] <= most:
                    kept.append(arc)
                    if total < after[there]:  # noqa: PLR1730 - a call of min takes longer than the loop
                        after[there] = total
            stages.append(stage if len(kept) == len(stage.arcs) else Stage(kept, stage.states, stage.following))
            before = after
        return Graph(self.lines, stages, self.ends, self.alone)
