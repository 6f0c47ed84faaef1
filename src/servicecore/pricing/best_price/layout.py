"""What the search works on: tallies of the offers that need one, and for every line what can be done with it."""

from __future__ import annotations

from math import lcm
from typing import Final

from attrs import Factory, define, field

from servicecore.pricing.best_price.compact import CompactProblem
from servicecore.pricing.best_price.graphs import UNDISCOUNTED, Graph
from servicecore.pricing.best_price.relaxation import LineView, Relaxation
from servicecore.pricing.best_price.shadow_prices import ShadowPrices
from servicecore.pricing.best_price.tally import Tally

_SMALL: Final = 8


@define(eq=False)
class SearchLine:
    """One line inside the search.

    Attributes:
        quantity: units.
        base: loss of a unit that no tallied offer uses.
        base_offers: the offers without a tally that give this, by number; ``UNDISCOUNTED`` where none does.
        none: loss of a unit left undiscounted.
        sink: place of the tally whose whole sets lose least a unit; -1 is none.
        sink_size: units of such a set, or 1.
        sink_loss: loss of such a set, or of one unit.
        active: places of the tallies with this line.

    """

    quantity: int
    base: int
    base_offers: tuple[int, ...]
    none: int
    sink: int
    sink_size: int
    sink_loss: int
    active: list[int] = Factory(list)

    @property
    def is_small(self) -> bool:
        """Return whether every choice is looked at: of more units some whole sets are moved to where they lose less."""
        return self.quantity <= _SMALL


@define(eq=False)
class Layout:
    """Tallies and lines of a component.

    Attributes:
        problem: the component.
        prices: its shadow prices.
        every_total: whether solutions of every total are wanted, not only the best.
        tallies: of the offers that need one.
        numbers: which offer each tally belongs to.
        lines: every line.

    """

    problem: CompactProblem
    prices: ShadowPrices
    every_total: bool
    tallies: list[Tally] = field(init=False, default=Factory(list))
    numbers: list[int] = field(init=False, default=Factory(list))
    lines: list[SearchLine] = field(init=False, default=Factory(list))
    _views: list[list[LineView]] = field(init=False, default=Factory(list))

    def __attrs_post_init__(self) -> None:
        free: dict[int, list[tuple[int, int]]] = {}
        levels = [line.price for line in self.problem.lines]
        quantities = [line.quantity for line in self.problem.lines]
        for number, prices in enumerate(self.prices.offers):
            tally = Tally.of(prices, self.prices.lines, quantities)
            compact = prices.compact
            if compact.size == 1 and tally.periodic and not compact.alone and not self.every_total:
                for line in compact.lines:
                    free.setdefault(line, []).append((tally.losses[line][0] or 0, number))
                continue
            tally.mark_levels(levels)
            self.tallies.append(tally)
            self.numbers.append(number)
        self._views = [[] for _ in self.tallies]
        for number, stage_line in enumerate(self.problem.lines):
            made = self._line(number, stage_line.quantity, free.get(number, []))
            self.lines.append(made)
            self._see(number, made)

    def _line(self, number: int, quantity: int, free: list[tuple[int, int]]) -> SearchLine:
        none = self.prices.lines[number]
        base = min([none, *(loss for loss, _offer in free)])
        ways = (UNDISCOUNTED,) if base == none else tuple(sorted(offer for loss, offer in free if loss == base))
        line = SearchLine(quantity, base, ways, none, -1, 1, base)
        line.active += [place for place, tally in enumerate(self.tallies) if number in tally.losses]
        alone = any(self.tallies[place].compact.alone for place in line.active)
        if self.every_total or alone or quantity <= _SMALL:
            return line
        for place in line.active:
            loss, size = self.tallies[place].set_loss(number), self.tallies[place].compact.size
            if loss is not None and loss * line.sink_size < line.sink_loss * size:
                line.sink, line.sink_size, line.sink_loss = place, size, loss
        return line

    def _see(self, number: int, line: SearchLine) -> None:
        """Note how each offer sees the line."""
        least = [min([loss for loss in self.tallies[p].losses[number] if loss is not None]) for p in line.active]
        for place in line.active:
            others = [loss for other, loss in zip(line.active, least, strict=True) if other != place]
            view = LineView(
                self.tallies[place],
                place,
                number,
                line.quantity,
                rest=min([line.base, *others]),
                pattern=line.sink_size if line.sink == place else 0,
                pattern_loss=line.sink_loss,
                sets=self._sets(number, line, place),
            )
            self._views[place].append(view)

    def _sets(self, number: int, line: SearchLine, place: int) -> int:
        """Return from how many whole sets on units of the line are better off in the sink; 0 is never.

        Where sets leave no trace, as many units as sets of both kinds have in common can move to the sink and lose
        less. Where they would lose the same, small lines keep both ways, so that ties are settled by rule.
        """
        tally = self.tallies[place]
        loss = tally.set_loss(number)
        alone = any(self.tallies[p].compact.alone for p in line.active)
        if self.every_total or not tally.periodic or alone or line.quantity <= _SMALL:
            return 0
        size = tally.compact.size
        if line.sink == place:
            return 1
        if loss is None and len(tally.compact.roles) == 1:
            return 0
        if loss is None or (loss * line.sink_size == line.sink_loss * size and line.quantity <= _SMALL):
            return 0
        return lcm(line.sink_size, size) // size

    def relax(self, most: int, budget: int) -> tuple[list[Graph], int] | None:
        """Return the graph of every tally for a greatest loss of ``most``, and the work; None where it is too much."""
        made, steps = [], 0
        for tally, views in zip(self.tallies, self._views, strict=True):
            relaxed = Relaxation(tally, views, most, budget - steps)
            steps += relaxed.steps
            if relaxed.exhausted:
                return None
            made.append(relaxed.graph)
        return made, steps
