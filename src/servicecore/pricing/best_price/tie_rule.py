"""The tie rule: of all solutions that lose no more, the one with the fewest offers, then the one with the lowest ids.

Most offers of the solution in hand are part of every solution as good: without them the bound is above what it loses.
Where all are, that solution is the answer. Otherwise the labels of all solutions are carried to the end, each with the
offers that it used, as long as they can still be as few. Where those are too many, graphs are joined first, as for the
proof. It begins with the graphs of the proof, which hold all solutions that lose no more: of choices that lose the
same, joint graphs keep one for every set of offers.
"""

from __future__ import annotations

from typing import Final

from attrs import Factory, define, field

from servicecore.pricing.best_price.compact import Counts
from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.joining import Joining
from servicecore.pricing.best_price.labels import Labeller
from servicecore.pricing.best_price.layout import Layout

_FIRST_TRY: Final = 4_000


@define(eq=False)
class TieRule:
    """The decision between solutions that lose the same.

    Attributes:
        layout: what solutions are made of.
        credits: with the graphs of all offers.
        known: a solution.
        loss: what it loses; none loses less.
        left: nodes left.

    """

    layout: Layout
    credits: Credits
    known: Counts
    loss: int
    left: int
    _used: frozenset[int] = field(init=False)
    _needed: set[int] = field(init=False, default=Factory(set))

    def __attrs_post_init__(self) -> None:
        self._used = frozenset([number for (number, _role), units in self.known.items() if any(units.values())])

    def settled(self) -> Counts:
        """Return the solution that the rule names; the known one where the work ends first."""
        self.credits.narrow(self.loss)
        self._find_needed()
        if self._needed >= self._used:
            return self.known
        counts = self._least(min(_FIRST_TRY, self.left))
        if counts is not None:
            return counts
        joining, goes_on = Joining(self.credits), True
        while goes_on and self.left > 0:
            goes_on, taken = joining.joins(self.loss, self.loss, self.left)
            self.left -= taken
        return self._least(self.left) or self.known

    def _find_needed(self) -> None:
        """Note the offers that every solution as good uses."""
        numbers = {number: place for place, number in enumerate(self.layout.numbers)}
        for number in sorted(self._used):
            if self._takes_what_is_left(number) or not self._works_without(numbers.get(number, ~number)):
                self._needed.add(number)

    def _works_without(self, place: int) -> bool:
        """Return whether a solution as good may have no choice of ``place``."""
        less = self.credits.without(place)
        if not less.is_beaten:
            less.settle()
        self.left -= less.take_steps()
        return not less.is_beaten

    def _takes_what_is_left(self, number: int) -> bool:
        """Return whether a line has more units than graphs can use, and only this offer for the others."""
        graphs = self.credits.graphs
        for line, users in zip(self.layout.lines, self.credits.users, strict=True):
            if line.sink >= 0 or line.base_offers != (number,) or any(graphs[user].alone for user, _place in users):
                continue
            if sum([graphs[user].stages[place].widest for user, place in users]) < line.quantity:
                return True
        return False

    def _least(self, budget: int) -> Counts | None:
        """Return the first solution by the rule; None where the work ended first."""
        extra = len(self._used) - len(self._needed)
        labeller = Labeller(self.layout, self.credits, self.loss, settling=True, needed=self._needed, extra=extra)
        labeller.budget = budget
        chain, aside = labeller.carry(None)
        self.left -= budget - labeller.budget
        if aside is not None:
            return None

        def rank(key: int) -> tuple[int, int]:
            used = labeller.offers_used(key)
            return used.bit_count(), -used

        least = min((key for key, label in chain[-1].items() if label[0] == self.loss), key=rank)
        return labeller.counts(chain, least)
