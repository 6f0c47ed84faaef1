"""Labels of the search: partial solutions with equal tallies are one, the one that lost least."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Final, TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.compact import Counts
from servicecore.pricing.best_price.credits import Choice, Credits
from servicecore.pricing.best_price.graphs import UNDISCOUNTED, Moves
from servicecore.pricing.best_price.layout import Layout, SearchLine

History: TypeAlias = tuple["History", Moves] | None
"""What was done on one line: tally or, as its complement, offer without one; units by role."""

Label: TypeAlias = tuple[int, int, History]
"""Least loss of any completion; key of the label before; what was done in between."""

Labels: TypeAlias = dict[int, Label]
"""By key: the ids of all tallies side by side, then the offers used where ties are settled, or the loss itself."""

_TOGETHER: Final = 4
_SPREAD: Final = 2
_SHARED: Final = 1
_ALONE: Final = 2

_Part: TypeAlias = tuple[int, int, int, int, int, History]
_Row: TypeAlias = tuple[int, int, int, int, bool]
_Together: TypeAlias = tuple[int, int, int, int, int, Moves]


@define(eq=False)
class _Cluster:
    """A few offers on one line, with what they do together by their tallies: many labels have the same few tallies.

    Attributes:
        mask: where their tallies stand in a key.
        rows: the offers.
        quantity: units of the line.
        room: greatest regret.
        marks: by tally, or as its complement by offer without one, what a label notes when it is used.
        choices: of a graph at a place, from one state.
        width: how many ways to do something together are of interest, the least regret first; None is all of them.
        known: by tallies, least regret first: regret, units, change of the key, who used units, marks, what was done.
        nodes: choices looked at.

    """

    mask: int
    rows: list[_Row]
    quantity: int
    room: int
    marks: Mapping[int, int]
    choices: Callable[[int, int, int], list[Choice]]
    width: int | None
    known: dict[int, list[_Together]] = Factory(dict)
    nodes: int = 0

    def together(self, tallies: int) -> list[_Together]:
        """Return what the offers can do together from ``tallies``."""
        found: list[_Together] = [(0, 0, 0, 0, 0, ())]
        for shift, mask, user, stage, alone in self.rows:
            here = (tallies >> shift) & mask
            row = self.choices(user, stage, here)
            longer: list[_Together] = []
            for lost, taken_units, change, taken, seen, moves in found:
                room, left = self.room - lost, self.quantity - taken_units
                for regret, units, there, more in row:
                    if regret > room:
                        break
                    self.nodes += 1
                    after = change + ((there - here) << shift)
                    if not units:
                        longer.append((lost + regret, taken_units, after, taken, seen, moves))
                    elif units <= left and not (taken and (alone or taken == _ALONE)):
                        marks = seen
                        if self.marks:
                            for place, _used in more:
                                marks |= self.marks[place]
                        who = _ALONE if alone else _SHARED
                        longer.append((lost + regret, taken_units + units, after, who, marks, (*moves, *more)))
            found = longer
            if self.width is not None and len(found) > self.width:
                found.sort(key=itemgetter(0, 1, 2))
                del found[self.width :]
        found.sort(key=itemgetter(0, 1, 2, 4))
        self.known[tallies] = found
        return found


@define(eq=False)
class Labeller:
    """Carries labels over lines.

    Attributes:
        layout: tallies and lines.
        credits: of the lines, with the graphs of all tallies.
        allowed: greatest loss.
        settling: whether labels note which offers they used; nothing is better than what is allowed then.
        needed: offers that every solution uses; labels do not note them.
        extra: how many others a label may use.
        budget: nodes left.

    """

    layout: Layout
    credits: Credits
    allowed: int
    settling: bool = False
    needed: AbstractSet[int] = frozenset()
    extra: int = 0
    budget: int = 0
    _shifts: list[tuple[int, int]] = field(init=False, default=Factory(list))
    _bits: int = field(init=False, default=0)
    _marks: dict[int, int] = field(init=False, default=Factory(dict))
    _rows: dict[tuple[int, int, int], list[Choice]] = field(init=False, default=Factory(dict))

    def __attrs_post_init__(self) -> None:
        for graph in self.credits.graphs:
            width = graph.width.bit_length()
            self._shifts.append((self._bits, (1 << width) - 1))
            self._bits += width
        top = len(self.layout.prices.offers) - 1
        if self.settling:
            bits = [0 if number in self.needed else 1 << (top - number) for number in range(top + 1)]
            self._marks = {~number: bit for number, bit in enumerate(bits)}
            self._marks |= {place: bits[number] for place, number in enumerate(self.layout.numbers)}

    def _choices(self, user: int, place: int, state: int) -> list[Choice]:
        key = (user, place, state)
        known = self._rows.get(key)
        if known is None:
            known = self._rows[key] = self.credits.choices(user, place, state)
        return known

    def offers_used(self, key: int) -> int:
        """Return which offers a label used, one bit each, the lowest id in the highest bit."""
        return key >> self._bits

    def carry(self, width: int | None) -> tuple[list[Labels], int | None]:
        """Carry labels over all lines, the ``width`` most promising ones; None is all of them.

        Return the labels before the first line and after each, with the least loss among those left aside; where the
        budget ends, the labels end there too.
        """
        labels: Labels = {0: (self.credits.least, 0, None)}
        chain, aside = [labels], None
        for number in range(len(self.layout.lines)):
            longer = self._over(number, labels, width)
            if longer is None:
                return [*chain, {}], min(label[0] for label in labels.values())
            labels = longer
            if width is not None and len(labels) > width:
                ranked = sorted(labels.items(), key=lambda each: (each[1][0], each[0]))
                least = ranked[width][1][0]
                aside = least if aside is None else min(aside, least)
                labels = dict(ranked[:width])
            chain.append(labels)
        return chain, aside

    def _over(self, number: int, labels: Labels, width: int | None) -> Labels | None:
        """Return the labels after a line; None where the budget ended."""
        layout, bits, every_total = self.layout, self._bits, self.layout.every_total
        line = layout.lines[number]
        low = (1 << bits) - 1
        clusters = self._clusters(number, width)
        after: Labels = {}
        for key, (loss, _parent, _history) in labels.items():
            if self.budget < 0:
                return None
            start: _Part = (loss, line.quantity, key & low, 0, 0 if every_total else key >> bits, None)
            for part in self._parts(start, clusters, width):
                self._keep(after, number, key, part)
        self.budget -= sum(cluster.nodes for cluster in clusters)
        return self._equal(after) if self.settling else after

    def _equal(self, labels: Labels) -> Labels:
        """Return the labels that no other one with the same tallies beats: by its loss, or by fewer offers used.

        No solution is better than the best one, so what loses more than another way to the same tallies is not as good.
        """
        low = (1 << self._bits) - 1
        least: dict[int, tuple[int, list[int]]] = {}
        for key, label in labels.items():
            used = key >> self._bits
            if used.bit_count() > self.extra:
                continue
            known = least.get(key & low)
            if known is None or label[0] < known[0]:
                least[key & low] = (label[0], [used])
            elif label[0] == known[0] and not any(other & used == other for other in known[1]):
                known[1][:] = [*(other for other in known[1] if used & other != used), used]
        kept = [(used << self._bits) + state for state, (_loss, sets) in least.items() for used in sets]
        return {key: labels[key] for key in kept}

    def _clusters(self, number: int, width: int | None) -> list[_Cluster]:
        """Return the offers of a line, a few at a time."""
        users, graphs = self.credits.users[number], self.credits.graphs
        rows: list[_Row] = [(*self._shifts[user], user, place, graphs[user].alone) for user, place in users]
        quantity = self.credits.quantities[number]
        room, found = self.allowed - self.credits.least, []
        for first in range(0, len(rows), _TOGETHER):
            few = rows[first : first + _TOGETHER]
            mask = sum(wide << shift for shift, wide, *_rest in few)
            found.append(_Cluster(mask, few, quantity, room, self._marks, self._choices, width and width * _SPREAD))
        return found

    def _parts(self, start: _Part, clusters: list[_Cluster], width: int | None) -> list[_Part]:
        """Return what ``start`` becomes by any choices of the offers of a line, a few offers after the others."""
        parts, allowed, nodes, tallies = [start], self.allowed, 1, start[2]
        for cluster in clusters:
            few = tallies & cluster.mask
            row = cluster.known.get(few)
            if row is None:
                row = cluster.together(few)
            longer: list[_Part] = []
            for lost, left, state, taken, seen, history in parts:
                room = allowed - lost
                for regret, units, change, who, marks, moves in row:
                    if regret > room:
                        break
                    nodes += 1
                    if not units:
                        longer.append((lost + regret, left, state + change, taken, seen, history))
                    elif units <= left and not (taken and _ALONE in (who, taken)):
                        longer.append(
                            (lost + regret, left - units, state + change, who, seen | marks, (history, moves))
                        )
            if width is not None and len(longer) > width:
                longer.sort(key=itemgetter(0, 2))
                del longer[width:]
            parts = longer
        self.budget -= nodes
        return parts

    def _keep(self, after: Labels, number: int, parent: int, part: _Part) -> None:
        """Give the units left to those that lose least by them, and keep the label if it can still be the best."""
        lost, left, state, taken, seen, history = part
        line = self.layout.lines[number]
        if left:
            if taken == _ALONE:
                lost += left * line.none
            else:
                lost += left // line.sink_size * line.sink_loss + left % line.sink_size * line.base
            lost -= left * self.credits.credits[number]
            if lost > self.allowed:
                return
        if not self.settling or taken == _ALONE:
            used = lost if self.layout.every_total else seen
            self._put(after, state + (used << self._bits), (lost, parent, history))
            return
        for used, past in self._ways(line, left, seen, history):
            self._put(after, state + (used << self._bits), (lost, parent, past))

    def _put(self, after: Labels, key: int, label: Label) -> None:
        known = after.get(key)
        if known is None or label[0] < known[0]:
            after[key] = label

    def _ways(self, line: SearchLine, left: int, seen: int, history: History) -> Iterator[tuple[int, History]]:
        """Yield every set of offers that can take the units that no tallied offer took, with what it is."""
        if line.sink >= 0 and left >= line.sink_size:
            seen |= self._marks[line.sink]
            left %= line.sink_size
        for offer in line.base_offers if left else (UNDISCOUNTED,):
            if offer == UNDISCOUNTED:
                yield seen, history
            else:
                yield seen | self._marks[~offer], (history, ((~offer, (left,)),))

    def counts(self, chain: list[Labels], key: int) -> Counts:
        """Return the solution that ends with the label ``key``."""
        counts: Counts = {}
        for number in range(len(self.layout.lines) - 1, -1, -1):
            _loss, parent, history = chain[number + 1][key]
            for offer, role, units in self._used(self.layout.lines[number], history):
                taken = counts.setdefault((offer, role), {})
                taken[number] = taken.get(number, 0) + units
            key = parent
        return counts

    def _used(self, line: SearchLine, history: History) -> Iterator[tuple[int, int, int]]:
        """Yield offer, role and units of one line; what the history does not say is what loses least."""
        layout, left, alone = self.layout, line.quantity, False
        while history is not None:
            history, moves = history
            for place, used in moves:
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
