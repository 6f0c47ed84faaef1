"""Graphs: what one offer can still do, line by line, within the loss that is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from attrs import field, frozen

from servicecore.pricing.best_price.tally import State

Moves: TypeAlias = tuple[tuple[int, State], ...]
"""By tally: units by role that it uses of a line."""

Arc: TypeAlias = tuple[int, int, int, Moves]
"""Loss of the offers; units; number of the next state; what is done."""

BEYOND: Final = 1 << 60
"""Loss of what is impossible."""


class Stage:
    """What can be done on one line, sorted by the state before it, by the state after it, and by units."""

    __slots__ = ("_after", "_columns", "_groups", "count", "rows")

    def __init__(self, rows: list[list[Arc]], after: int) -> None:
        self.rows = rows
        self.count = sum(map(len, rows))
        self._after = after
        self._columns: list[list[tuple[int, int, int]]] = []
        self._groups: list[tuple[int, list[tuple[int, int, int]]]] = []

    def _sort(self) -> None:
        columns: list[list[tuple[int, int, int]]] = [[] for _ in range(self._after)]
        groups: dict[int, list[tuple[int, int, int]]] = {}
        for state, row in enumerate(self.rows):
            for loss, units, there, _moves in row:
                columns[there].append((loss, units, state))
                groups.setdefault(units, []).append((loss, state, there))
        self._columns, self._groups = columns, sorted(groups.items())

    def before(self, after: list[int], credit: int) -> list[int]:
        """Return, by state before the line, the least loss from there to the end."""
        return [
            min([loss - credit * units + after[there] for loss, units, there, _ in row]) if row else BEYOND
            for row in self.rows
        ]

    def after(self, before: list[int], credit: int) -> list[int]:
        """Return, by state after the line, the least loss from the start to there."""
        if not self._columns:
            self._sort()
        return [
            min([before[state] + loss - credit * units for loss, units, state in column]) if column else BEYOND
            for column in self._columns
        ]

    def by_units(self, before: list[int], after: list[int]) -> list[tuple[int, int]]:
        """Return the units that can be used and the least loss with them, without the credit for them."""
        if not self._columns:
            self._sort()
        return [
            (units, min([before[state] + loss + after[there] for loss, state, there in group]))
            for units, group in self._groups
        ]


@frozen(eq=False)
class Graph:
    """The tallies of one offer before and after each of its lines, from one start, by number.

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
        object.__setattr__(self, "count", sum(stage.count for stage in self.stages))

    @property
    def width(self) -> int:
        """Return how many states one place has, at most."""
        return max(len(self.ends), *(len(stage.rows) for stage in self.stages))

    def ahead(self, of_lines: Sequence[int]) -> list[list[int]]:
        """Return, by place and state, the least loss to the end; ``of_lines`` is credited for every unit used."""
        found = [self.ends]
        for line, stage in zip(reversed(self.lines), reversed(self.stages), strict=True):
            found.append(stage.before(found[-1], of_lines[line]))
        return found[::-1]

    def narrowed(self, ahead: list[list[int]], of_lines: Sequence[int], room: int) -> Graph:
        """Return the graph without what no way with a regret of at most ``room`` does."""
        before, stages = [0], []
        most = room + ahead[0][0]
        for place, (line, stage) in enumerate(zip(self.lines, self.stages, strict=True)):
            after, credit = ahead[place + 1], of_lines[line]
            rows = [
                [arc for arc in row if least + arc[0] - credit * arc[1] + after[arc[2]] <= most]
                for least, row in zip(before, stage.rows, strict=True)
            ]
            kept = Stage(rows, len(after))
            if kept.count == stage.count:
                kept = stage
            stages.append(kept)
            before = kept.after(before, credit)
        return Graph(self.lines, stages, self.ends, self.alone)
