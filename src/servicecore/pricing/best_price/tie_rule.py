"""The tie rule: of all solutions that lose no more, the one with the fewest offers, then the one with the lowest ids.

Most offers of the solution in hand are part of every solution as good: without them the bound is above what it loses.
Where all are, that solution is the answer. Otherwise the labels of all solutions are carried to the end, each with the
offers that it used, as long as they can still be as few. Where those are too many, graphs are joined first, as for the
proof. It begins with the graphs of the proof, which hold all solutions that lose no more: of choices that lose the
same, joint graphs keep one for every set of offers.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from attrs import Factory, define, field

from servicecore.pricing.best_price.compact import Counts
from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.joining import Joining
from servicecore.pricing.best_price.labels import Labeller
from servicecore.pricing.best_price.layout import Layout
from servicecore.pricing.best_price.reduction import worth_less

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
    _places: dict[int, int] = field(init=False)
    _needed: set[int] = field(init=False, default=Factory(set))

    def __attrs_post_init__(self) -> None:
        self._used = frozenset([number for (number, _role), units in self.known.items() if any(units.values())])
        self._places = {number: place for place, number in enumerate(self.layout.numbers)}
        self.credits.narrow(self.loss)

    def settled(self) -> Counts:
        """Return the solution that the rule names; the known one where the work ends first."""
        everywhere = range(len(self.layout.lines))
        self._needed = {number for number in sorted(self._used) if not self._works_without(number, everywhere)}
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

    def does_without(self, spare: Mapping[int, int]) -> bool:
        """Return whether none of the offers in ``spare`` decides: each is worth what the other one is, or less.

        An answer with such an offer is as good with the other one, and has that only where both are worth the same.
        """
        return not any(
            self._works_without(better, worth_less(self.layout.problem, each, better)) for each, better in spare.items()
        )

    def _works_without(self, number: int, lines: Container[int]) -> bool:
        """Return whether a solution as good may not use an offer on any of these lines, as far as the bound tells."""
        if self._takes_what_is_left(number, lines):
            return False
        less = self.credits.without(self._places.get(number, ~number), lines)
        if not less.is_beaten:
            less.settle()
        self.left -= less.take_steps()
        return not less.is_beaten

    def _takes_what_is_left(self, number: int, lines: Container[int]) -> bool:
        """Return whether one of the lines has more units than graphs can use, and only this offer for the others."""
        graphs = self.credits.graphs
        for place, (line, users) in enumerate(zip(self.layout.lines, self.credits.users, strict=True)):
            if place not in lines or line.sink >= 0 or line.base_offers != (number,):
                continue
            if any(graphs[user].alone for user, _place in users):
                continue
            if sum([graphs[user].stages[at].widest for user, at in users]) < line.quantity:
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
