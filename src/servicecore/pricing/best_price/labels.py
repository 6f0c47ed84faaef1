"""Labels of the search: partial solutions with equal tallies are one, the one that lost least."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.compact import Counts
from servicecore.pricing.best_price.layout import UNDISCOUNTED, Layout, SearchLine
from servicecore.pricing.best_price.relaxation import Choice, Relaxation

History: TypeAlias = tuple["History", int, tuple[int, ...]] | None
"""What was done on one line: tally or, as its complement, offer without one; units by role."""

Label: TypeAlias = tuple[int, int, int, History]
"""Loss so far; least loss of any completion; key of the label before; what was done in between."""

Labels: TypeAlias = dict[int, Label]
"""By key: the ids of all tallies side by side, then the offers used where ties are settled, or the loss itself."""

_SHARED: Final = 1
_ALONE: Final = 2

_Part: TypeAlias = tuple[int, int, int, int, int, int, int, History]
_Row: TypeAlias = tuple[int, int, list[list[Choice]], int, bool, int]


def _promise(part: _Part) -> tuple[int, int]:
    return part[0] + max(part[3], part[4]), part[2]


@define(eq=False)
class Labeller:
    """Carries labels over lines.

    Attributes:
        layout: tallies and lines.
        relaxed: relaxation of every tally.
        allowed: greatest loss.
        budget: nodes left.
        settling: whether labels note which offers they used.

    """

    layout: Layout
    relaxed: list[Relaxation]
    allowed: int
    budget: int
    settling: bool = False
    _shifts: list[tuple[int, int]] = field(init=False, default=Factory(list))
    _bits: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        for relaxed in self.relaxed:
            width = max(len(stage) for stage in relaxed.bounds).bit_length()
            self._shifts.append((self._bits, (1 << width) - 1))
            self._bits += width

    def root(self) -> int:
        """Return the least loss of any solution, as the relaxations have it."""
        firsts, seconds = [each.least[0] for each in self.relaxed], [each.least[1] for each in self.relaxed]
        return max(0, sum(seconds), *firsts) if self.relaxed else 0

    def offers_used(self, key: int) -> int:
        """Return which offers a label used, one bit each, the lowest id in the highest bit."""
        return key >> self._bits

    def carry(self, width: int | None) -> tuple[list[Labels], int | None]:
        """Carry labels over all lines, the ``width`` most promising ones; None is all of them.

        Return the labels before the first line and after each, with the least loss among those left aside; where the
        budget ends, the labels end there too.
        """
        labels: Labels = {0: (0, self.root(), 0, None)}
        chain, aside = [labels], None
        stages = [0] * len(self.relaxed)
        for number, line in enumerate(self.layout.lines):
            longer = self._over(number, line, labels, stages, width)
            if longer is None:
                return [*chain, {}], min(label[1] for label in labels.values())
            labels = longer
            for place in line.active:
                stages[place] += 1
            if width is not None and len(labels) > width:
                ranked = sorted(labels.items(), key=lambda each: (each[1][1], each[1][0], each[0]))
                least = ranked[width][1][1]
                aside = least if aside is None else min(aside, least)
                labels = dict(ranked[:width])
            chain.append(labels)
        return chain, aside

    def _over(
        self, number: int, line: SearchLine, labels: Labels, stages: list[int], width: int | None
    ) -> Labels | None:
        """Return the labels after a line; None where the budget ended."""
        layout, bits, every_total = self.layout, self._bits, self.layout.every_total
        low, top = (1 << bits) - 1, len(layout.prices.offers) - 1
        rows: list[_Row] = [
            (
                *self._shifts[place],
                self.relaxed[place].choices[number],
                place,
                layout.tallies[place].compact.alone,
                1 << (top - layout.numbers[place]) if self.settling else 0,
            )
            for place in line.active
        ]
        idle = [(*self._shifts[place], self.relaxed[place].bounds[stages[place]]) for place in line.idle]
        after: Labels = {}
        for key, (loss, _least, _parent, _history) in labels.items():
            if self.budget < 0:
                return None
            state = key & low
            first, second = 0, 0
            for shift, mask, bounds in idle:
                one, two = bounds[(state >> shift) & mask]
                first = max(first, one)
                second += two
            start: _Part = (loss, line.quantity, state, first, second, 0, 0 if every_total else key >> bits, None)
            for part in self._parts(start, rows, width):
                self._keep(after, line, key, part)
        return after

    def _parts(self, start: _Part, rows: list[_Row], width: int | None) -> list[_Part]:
        """Return what ``start`` becomes by any choices of the offers of a line, one offer after the other."""
        parts, allowed, nodes = [start], self.allowed, 0
        for shift, mask, choices, place, alone, mark in rows:
            here = (start[2] >> shift) & mask
            row = choices[here]
            longer: list[_Part] = []
            for lost, left, state, first, second, taken, seen, history in parts:
                room = allowed - lost
                for with_rest, units, own, there, one, two, used in row:
                    if with_rest > room:
                        break
                    nodes += 1
                    if units > left or (units and taken and (alone or taken == _ALONE)):
                        continue
                    longer.append(
                        (
                            lost + own,
                            left - units,
                            state + ((there - here) << shift),
                            one if one > first else first,  # noqa: FURB136 - a call less in the innermost loop
                            second + two,
                            (_ALONE if alone else _SHARED) if units else taken,
                            seen | mark if units else seen,
                            (history, place, used) if units else history,
                        )
                    )
            if width is not None and len(longer) > width:
                longer.sort(key=_promise)
                del longer[width:]
            parts = longer
        self.budget -= nodes + 1
        return parts

    def _keep(self, after: Labels, line: SearchLine, parent: int, part: _Part) -> None:
        """Give the units left to those that lose least by them, and keep the label if it can still be the best."""
        lost, left, state, first, second, taken, seen, history = part
        total = lost
        if left:
            if taken == _ALONE:
                total += left * line.none
            else:
                total += left // line.sink_size * line.sink_loss + left % line.sink_size * line.base
        least = total + max(first, second)
        if least > self.allowed:
            return
        if not self.settling or taken == _ALONE:
            self._put(
                after,
                state + ((total if self.layout.every_total else seen) << self._bits),
                (total, least, parent, history),
            )
            return
        for used, past in self._ways(line, left, seen, history):
            self._put(after, state + (used << self._bits), (total, least, parent, past))

    def _put(self, after: Labels, key: int, label: Label) -> None:
        known = after.get(key)
        if known is None or label[0] < known[0]:
            after[key] = label

    def _ways(self, line: SearchLine, left: int, seen: int, history: History) -> Iterator[tuple[int, History]]:
        """Yield every set of offers that can take the units that no tallied offer took, with what it is."""
        top = len(self.layout.prices.offers) - 1
        if line.sink >= 0 and left >= line.sink_size:
            seen |= 1 << (top - self.layout.numbers[line.sink])
            left %= line.sink_size
        for offer in line.base_offers if left else (UNDISCOUNTED,):
            if offer == UNDISCOUNTED:
                yield seen, history
            else:
                yield seen | 1 << (top - offer), (history, ~offer, (left,))

    def counts(self, chain: list[Labels], key: int) -> Counts:
        """Return the solution that ends with the label ``key``."""
        counts: Counts = {}
        for number in range(len(self.layout.lines) - 1, -1, -1):
            _loss, _least, parent, history = chain[number + 1][key]
            for offer, role, units in self._used(self.layout.lines[number], history):
                taken = counts.setdefault((offer, role), {})
                taken[number] = taken.get(number, 0) + units
            key = parent
        return counts

    def _used(self, line: SearchLine, history: History) -> Iterator[tuple[int, int, int]]:
        """Yield offer, role and units of one line; what the history does not say is what loses least."""
        layout, left, alone = self.layout, line.quantity, False
        while history is not None:
            history, place, used = history
            left -= sum(used)
            offer = ~place if place < 0 else layout.numbers[place]
            alone = alone or layout.prices.offers[offer].compact.alone
            yield from ((offer, role, units) for role, units in enumerate(used) if units)
        if alone:
            return
        if line.sink >= 0:
            sets, left = divmod(left, line.sink_size)
            for role, part in enumerate(layout.tallies[line.sink].compact.roles):
                if sets:
                    yield layout.numbers[line.sink], role, sets * part.need
        if left and line.base_offers[0] != UNDISCOUNTED:
            yield line.base_offers[0], 0, left
