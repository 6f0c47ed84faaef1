"""The exact search: line by line over tallies, with dominance, two bounds and a loss that is allowed step by step.

A partial solution is a label: the tallies of all offers and the loss so far. Labels with equal tallies are one, the
one with the smaller loss. A label is dropped when its loss and what the relaxations say must still be lost exceed the
loss allowed. The allowed loss grows until a solution is found: nothing with less was dropped, so it is the optimum.
Work is counted in nodes, choices looked at; where the budget ends, only the most promising labels are followed, and
the least loss of those left aside still bounds every other solution.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from attrs import Factory, define, evolve, field, frozen

from servicecore.pricing.best_price.compact import CompactProblem, Counts
from servicecore.pricing.best_price.relaxation import LineView, Relaxation
from servicecore.pricing.best_price.shadow_prices import ShadowPrices
from servicecore.pricing.best_price.tally import Tally

_FIRST_PART: Final = 40
_NARROW: Final = 200
_SMALL: Final = 24

_History: TypeAlias = tuple["_History", int, tuple[int, ...]] | None
_Label: TypeAlias = tuple[int, int, int, _History]
_Labels: TypeAlias = dict[int, _Label]
_Part: TypeAlias = tuple[int, int, int, int, int, int, int, _History]
_UNDISCOUNTED: Final = -1
_SHARED: Final = 1
_ALONE: Final = 2


@frozen
class Found:
    """What a search found.

    Attributes:
        counts: the best solution met; None where none was.
        value: its value, scaled.
        bound: no solution is worth more, scaled.
        nodes: choices looked at.

    """

    counts: Counts | None
    value: int
    bound: int
    nodes: int


@define(eq=False)
class _Line:
    """One line inside the search.

    Attributes:
        quantity: units.
        base: loss of a unit that no tallied offer uses.
        base_offers: the offers without a tally that give this, by number; none where the unit stays undiscounted.
        none: loss of a unit left undiscounted.
        sink: place of the tally whose whole sets lose least a unit; -1 is none.
        sink_size: units of such a set, or 1.
        sink_loss: loss of such a set, or of one unit.
        active: places of the tallies with this line.
        idle: places of the others.
        alone: whether one of them keeps the others off the line.

    """

    quantity: int
    base: int
    base_offers: tuple[int, ...]
    none: int
    sink: int = -1
    sink_size: int = 1
    sink_loss: int = 0
    active: list[int] = Factory(list)
    idle: list[int] = Factory(list)
    alone: bool = False


@define(eq=False)
class Search:
    """The search over one component.

    Attributes:
        problem: the component.
        prices: its shadow prices.
        budget: nodes.
        known: value of a solution that is known already, scaled.
        ceiling: solutions above this value are not wanted; None is no ceiling.

    """

    problem: CompactProblem
    prices: ShadowPrices
    budget: int
    known: int = 0
    ceiling: int | None = None
    nodes: int = field(init=False, default=0)
    _tallies: list[Tally] = field(init=False, default=Factory(list))
    _numbers: list[int] = field(init=False, default=Factory(list))
    _lines: list[_Line] = field(init=False, default=Factory(list))
    _relaxed: list[Relaxation] = field(init=False, default=Factory(list))
    _shifts: list[tuple[int, int]] = field(init=False, default=Factory(list))
    _bits: int = field(init=False, default=0)
    _allowed: int = field(init=False, default=0)
    _set_aside: int | None = field(init=False, default=None)
    _settling: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        free: dict[int, list[tuple[int, int]]] = {}
        levels = [line.price for line in self.problem.lines]
        for number, prices in enumerate(self.prices.offers):
            tally = Tally.of(prices, self.prices.lines)
            compact = prices.compact
            if compact.size == 1 and tally.periodic and not compact.alone and self.ceiling is None:
                for line in compact.lines:
                    loss = tally.losses[line][0]
                    if loss is not None:
                        free.setdefault(line, []).append((loss, number))
                continue
            tally.mark_levels(levels)
            self._tallies.append(tally)
            self._numbers.append(number)
        for number, line in enumerate(self.problem.lines):
            self._lines.append(self._line(number, line.quantity, free.get(number, [])))

    def _line(self, number: int, quantity: int, free: list[tuple[int, int]]) -> _Line:
        none = self.prices.lines[number]
        base = min([none, *(loss for loss, _offer in free)])
        ways = (_UNDISCOUNTED,) if base == none else tuple(sorted(offer for loss, offer in free if loss == base))
        line = _Line(quantity, base, ways, none, sink_loss=base)
        for place, tally in enumerate(self._tallies):
            if number not in tally.losses:
                line.idle.append(place)
                continue
            line.active.append(place)
            line.alone = line.alone or tally.compact.alone
            loss = tally.set_loss(number)
            if loss is not None and loss * line.sink_size < line.sink_loss * tally.compact.size:
                line.sink, line.sink_size, line.sink_loss = place, tally.compact.size, loss
        return line

    def run(self) -> Found:
        """Return the optimum, or the best that the budget allows with a bound on everything else."""
        part = max(1, sum(self.prices.lines) // max(1, len(self.prices.lines)) // _FIRST_PART)
        floor = 0 if self.ceiling is None else max(0, self.prices.bound - self.ceiling)
        while True:
            if not self._relax(floor + part):
                return Found(None, 0, self.prices.bound - floor, self.nodes)
            floor = max(floor, min(self._root(), self._allowed + 1))
            part *= 2
            if floor > self._allowed:
                if self.nodes > self.budget:
                    return self._narrowed(floor)
                continue
            chain = self._pass(None)
            if self._set_aside is not None:
                return self._narrowed(max(floor, min(self._set_aside, self._allowed + 1)))
            best = self._best(chain[-1])
            if best is not None:
                return self._settled(best, chain)
            floor = self._allowed + 1

    def _settled(self, best: int, chain: list[_Labels]) -> Found:
        """Among all solutions as good as ``best``, take the one with the fewest offers, then the lowest ids."""
        loss = chain[-1][best][1]
        found = Found(self._counts(best, chain), self.prices.bound - loss, self.prices.bound - loss, self.nodes)
        if self.ceiling is not None:
            return found
        self._settling = True
        chain = self._pass(None) if self._relax(loss) else [{}]
        if self._set_aside is not None or not chain[-1]:
            return evolve(found, nodes=self.nodes)
        best = min(
            (key for key, label in chain[-1].items() if label[1] == loss),
            key=lambda key: ((key >> self._bits).bit_count(), -(key >> self._bits)),
        )
        return evolve(found, counts=self._counts(best, chain), nodes=self.nodes)

    def _narrowed(self, floor: int) -> Found:
        """Return what a narrow search finds that beats the one known; ``floor`` is the least that any loses."""
        self.budget += self.nodes
        if not self._relax(self.prices.bound - self.known):
            return Found(None, 0, self.prices.bound - floor, self.nodes)
        chain = self._pass(_NARROW)
        best = self._best(chain[-1])
        if best is None:
            return Found(None, 0, self.prices.bound - floor, self.nodes)
        loss = chain[-1][best][1]
        floor = max(floor, loss if self._set_aside is None else min(self._set_aside, loss))
        return Found(self._counts(best, chain), self.prices.bound - loss, self.prices.bound - floor, self.nodes)

    def _best(self, labels: _Labels) -> int | None:
        wanted = 0 if self.ceiling is None else self.prices.bound - self.ceiling
        good = [(label[1], key) for key, label in labels.items() if label[1] >= wanted]
        return min(good)[1] if good else None

    def _root(self) -> int:
        bounds = [each.least for each in self._relaxed]
        if not bounds:
            return 0
        return max(max(first for first, _ in bounds), sum(second for _, second in bounds))

    def _relax(self, allowed: int) -> bool:
        """Make the relaxations for a greatest loss of ``allowed``; return whether the budget sufficed."""
        self._allowed = allowed
        views: list[dict[int, LineView]] = [{} for _ in self._tallies]
        for number, line in enumerate(self._lines):
            least = [
                min([loss for loss in self._tallies[place].losses[number] if loss is not None]) for place in line.active
            ]
            owner = -1
            if line.base > 0 and 0 in least:
                owner = line.active[least.index(0)]
            sink, pattern = self._sink(line)
            for place in line.active:
                others = [loss for other, loss in zip(line.active, least, strict=True) if other != place]
                others.append(line.base)
                halves = min([line.base, *(loss // 2 for loss in others[:-1])]) if owner == place else 0
                view = LineView(line.quantity, min(others), halves, owner not in (-1, place))
                if sink == place:
                    view.pattern, view.pattern_loss = line.sink_size, line.sink_loss
                view.effects = self._tallies[place].effects(number, line.quantity, allowed, pattern)
                views[place][number] = view
        self._relaxed, self._shifts, self._bits = [], [], 0
        for tally, view in zip(self._tallies, views, strict=True):
            relaxed = Relaxation(tally, view, allowed, max(0, self.budget - self.nodes))
            self.nodes += relaxed.steps
            if relaxed.exhausted:
                return False
            width = max(len(stage) for stage in relaxed.bounds).bit_length()
            self._relaxed.append(relaxed)
            self._shifts.append((self._bits, (1 << width) - 1))
            self._bits += width
        return True

    def _sink(self, line: _Line) -> tuple[int, int]:
        """Return the place of the sink, or -1, and its size, or 0 where choices are not to be narrowed."""
        if line.alone or self.ceiling is not None or (self._settling and line.quantity <= _SMALL):
            return -1, 0
        return line.sink, line.sink_size

    def _pass(self, width: int | None) -> list[_Labels]:
        """Follow the labels over all lines; return those before the first line and after each."""
        self._set_aside = None
        first, second = 0, 0
        for relaxed in self._relaxed:
            first, second = max(first, relaxed.least[0]), second + relaxed.least[1]
        labels: _Labels = {0: (0, max(first, second), 0, None)}
        chain = [labels]
        stages = [0] * len(self._relaxed)
        for number, line in enumerate(self._lines):
            if width is None and self.nodes > self.budget:
                self._set_aside = min((label[1] for label in labels.values()), default=self._allowed + 1)
                return [*chain, {}]
            labels = self._extend(number, line, labels, stages)
            for place in line.active:
                stages[place] += 1
            if width is not None and len(labels) > width:
                ranked = sorted(labels.items(), key=lambda each: (each[1][1], each[1][0], each[0]))
                aside = ranked[width][1][1]
                self._set_aside = aside if self._set_aside is None else min(self._set_aside, aside)
                labels = dict(ranked[:width])
            chain.append(labels)
        return chain

    def _extend(self, number: int, line: _Line, labels: _Labels, stages: list[int]) -> _Labels:
        """Return the labels after one line."""
        allowed, bits, settling, exact = self._allowed, self._bits, self._settling, self.ceiling is not None
        sink, _pattern = self._sink(line)
        size, sink_loss = (line.sink_size, line.sink_loss) if sink >= 0 else (1, line.base)
        low = (1 << bits) - 1
        rows = [
            (*self._shifts[place], self._relaxed[place].choices[number], place, self._tallies[place].compact.alone)
            for place in line.active
        ]
        idle = [(*self._shifts[place], self._relaxed[place].bounds[stages[place]]) for place in line.idle]
        after: _Labels = {}
        nodes = 0
        for key, (loss, _least, _parent, _history) in labels.items():
            state = key & low
            marks = 0 if exact else key >> bits
            first, second = 0, 0
            for shift, mask, bounds in idle:
                one, two = bounds[(state >> shift) & mask]
                if one > first:
                    first = one
                second += two
            parts: list[_Part] = [(loss, line.quantity, state, first, second, 0, marks, None)]
            for shift, mask, choices, place, alone in rows:
                here = (state >> shift) & mask
                row = choices[here]
                origin = here << shift
                mark = 1 << (len(self.prices.offers) - 1 - self._numbers[place]) if settling else 0
                longer: list[_Part] = []
                for lost, left, packed, one, two, taken, seen, history in parts:
                    room = allowed - lost
                    for with_rest, units, own, there, bound, split, used in row:
                        if with_rest > room:
                            break
                        nodes += 1
                        if not units:
                            longer.append(
                                (
                                    lost + own,
                                    left,
                                    packed + (there << shift) - origin,
                                    bound if bound > one else one,
                                    two + split,
                                    taken,
                                    seen,
                                    history,
                                )
                            )
                        elif units <= left and not (alone if taken == _SHARED else taken):
                            longer.append(
                                (
                                    lost + own,
                                    left - units,
                                    packed + (there << shift) - origin,
                                    bound if bound > one else one,
                                    two + split,
                                    _ALONE if alone else _SHARED,
                                    seen | mark,
                                    (history, place, used),
                                )
                            )
                parts = longer
            for lost, left, packed, one, two, taken, seen, history in parts:
                total = lost
                if left:
                    by_others = left // size * sink_loss + left % size * line.base
                    total += left * line.none if taken == _ALONE else by_others
                least = total + (one if one > two else two)
                if least > allowed:
                    continue
                ways = self._ways(line, left, seen, history) if settling and taken != _ALONE else ((seen, history),)
                for seen_now, past in ways:
                    place_key = packed + ((total if exact else seen_now) << bits)
                    known = after.get(place_key)
                    if known is None or total < known[0]:
                        after[place_key] = (total, least, key, past)
        self.nodes += nodes
        return after

    def _ways(self, line: _Line, left: int, seen: int, history: _History) -> Iterator[tuple[int, _History]]:
        """Return every set of offers that can take the units that no tallied offer took, with what it is."""
        top = len(self.prices.offers) - 1
        sink, _pattern = self._sink(line)
        if sink >= 0 and left >= line.sink_size:
            seen |= 1 << (top - self._numbers[sink])
            left %= line.sink_size
        for offer in line.base_offers if left else (_UNDISCOUNTED,):
            if offer == _UNDISCOUNTED:
                yield seen, history
            else:
                yield seen | 1 << (top - offer), (history, ~offer, (left,))

    def _counts(self, key: int, chain: list[_Labels]) -> Counts:
        """Return the solution that ends with the label ``key``."""
        counts: Counts = {}

        def add(offer: int, role: int, line: int, units: int) -> None:
            if units:
                taken = counts.setdefault((offer, role), {})
                taken[line] = taken.get(line, 0) + units

        for number in range(len(self._lines) - 1, -1, -1):
            line = self._lines[number]
            _loss, _least, parent, history = chain[number + 1][key]
            left, alone = line.quantity, False
            while history is not None:
                history, place, used = history
                left -= sum(used)
                offer = ~place if place < 0 else self._numbers[place]
                alone = alone or self.prices.offers[offer].compact.alone
                for role, units in enumerate(used):
                    add(offer, role, number, units)
            key = parent
            if alone:
                continue
            sink, _pattern = self._sink(line)
            if sink >= 0:
                sets, left = divmod(left, line.sink_size)
                for role, part in enumerate(self._tallies[sink].compact.roles):
                    add(self._numbers[sink], role, number, sets * part.need)
            if line.base_offers[0] != _UNDISCOUNTED:
                add(line.base_offers[0], 0, number, left)
        return counts
