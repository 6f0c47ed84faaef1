"""Deepening: the search within a greatest loss, which allows itself no more of it than the first solution takes.

A search of all labels comes first: it is allowed a part of what lies between the bound and the greatest loss, and more
where it ends without a solution; the first one that it meets is the best. Where it does not end soon, a narrow search
looks for a better solution to begin with, the credits are improved, and graphs are joined.
"""

from __future__ import annotations

from typing import Final

from attrs import define, field

from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.incumbent import Incumbent
from servicecore.pricing.best_price.joining import is_searched

_PARTS: Final = 4
_DEEPER: Final = 4
_FIRST_TRY: Final = 4_000
_MORE: Final = 2
_WIDTH: Final = 8
_NARROW: Final = 3
_JOINING: Final = 80_000
_CLOSER: Final = 2


@define(eq=False)
class Deepening:
    """The search with given credits, up to their greatest loss.

    Attributes:
        credits: of the lines, with the graph of each offer.
        best: the best solution met; it gets better ones.
        floor: no solution that is wanted loses less.
        proof: the credits with graphs that hold every solution as good as the best one; joint graphs, if it took them.

    """

    credits: Credits
    best: Incumbent
    floor: int
    proof: Credits = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.proof = self.credits

    @property
    def last(self) -> int:
        """Return the greatest loss of interest."""
        return self.best.last(self.credits.allowed)

    @property
    def is_proven(self) -> bool:
        """Return whether no other solution is better than the best one met."""
        return self.last < min(self.floor, self.credits.allowed)

    def _ends(self) -> bool:
        """Return whether nothing is left to look for, or no work to do it with."""
        self.best.charge(self.credits)
        self.floor = max(self.floor, min(self.credits.least, self.last + 1))
        return self.floor > self.last or self.best.left < 0

    def search(self, every_total: bool, hands_over: bool) -> None:
        """Search up to the greatest loss.

        Args:
            every_total: whether a worse solution may be wanted; joint graphs keep the best ones only.
            hands_over: whether a solver goes on where little work is not enough.

        """
        self._look(every_total)
        if not every_total:
            self._improve(hands_over)
            if not hands_over:
                self._join()

    def _look(self, every_total: bool) -> None:
        """Look at all labels, with little work; with as much as there is where ``every_total`` is wanted."""
        parts, most = _PARTS, _FIRST_TRY
        while not self._ends():
            goal = self.floor + (self.last - self.floor) // parts
            aside = self.best.look(self.credits, goal, None, most)
            if aside is None:
                self._searched(goal)
                parts = max(1, parts // _DEEPER)
                continue
            self.floor = max(self.floor, min(aside, goal))
            if not every_total:
                return
            parts *= _DEEPER
            most *= _MORE
            self.credits.settle()

    def _searched(self, goal: int) -> None:
        """Note that every solution up to ``goal`` was looked at."""
        self.floor = max(self.floor, min(goal + 1, self.best.loss))

    def _improve(self, hands_over: bool) -> None:
        """Look for a better solution, and improve the credits for it.

        Where a solver goes on, its program is the smaller the better the solution is: more work goes into that.
        """
        if self._ends():
            return
        nearer = self.floor + (self.last - self.floor) // (_NARROW if hands_over else 1)
        self.best.approach(self.credits, nearer, _WIDTH, self.best.left)
        self._narrow()
        if self._ends():
            return
        self._climb(self.credits)
        if hands_over:
            self.best.look(self.credits, self.last, _WIDTH, self.best.left)
            self._narrow()
            self.floor = max(self.floor, min(self.credits.least, self.last + 1))

    def _narrow(self) -> None:
        """Leave out what no solution as good as the best one does."""
        self.credits.narrow(min(self.credits.allowed, self.best.loss))

    @staticmethod
    def _climb(line_credits: Credits) -> None:
        line_credits.climb()
        line_credits.settle()
        line_credits.narrow(line_credits.allowed)

    def _join(self) -> None:
        """Join graphs up to the greatest loss; where that takes too much work, up to less first."""
        parts, work = 1, _JOINING
        while not self._ends():
            goal, known = self.floor + (self.last - self.floor) // parts, self.best.loss
            joint = self.credits.copy()
            if parts > 1:
                joint.narrow(goal)
                self._climb(joint)
            is_done, least = is_searched(joint, self.best, goal, work)
            if is_done:
                self._searched(goal)
                if joint.allowed >= self.best.loss:
                    self.proof = joint
                parts = max(1, parts // _CLOSER)
                continue
            self.floor = max(self.floor, min(least, goal))
            if self.best.loss < known:
                self._narrow()
                self._climb(self.credits)
            else:
                parts *= _DEEPER
                work *= _MORE
