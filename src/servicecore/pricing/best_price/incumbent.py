"""The incumbent: the best solution that a search has met, and the work that it may still do."""

from __future__ import annotations

from typing import Final

from attrs import define, field

from servicecore.pricing.best_price.compact import Counts
from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.graphs import BEYOND
from servicecore.pricing.best_price.labels import Labeller
from servicecore.pricing.best_price.layout import Layout

_NEAR: Final = 9
_FURTHER: Final = 3


@define(eq=False)
class Incumbent:
    """The best solution met so far.

    Attributes:
        layout: what solutions are made of.
        step: a better solution loses less by at least this much.
        wanted: solutions that lose less than this are not wanted.
        left: nodes left.
        counts: the solution; None where none was met.
        loss: how much it loses.

    """

    layout: Layout
    step: int
    wanted: int
    left: int
    counts: Counts | None = field(init=False, default=None)
    loss: int = field(init=False, default=BEYOND)

    def take(self, counts: Counts, loss: int) -> None:
        """Keep a solution if it loses less."""
        if loss < self.loss:
            self.counts, self.loss = counts, loss

    def last(self, allowed: int) -> int:
        """Return the greatest loss up to ``allowed`` at which a solution would be better."""
        return min(allowed, self.loss - self.step)

    def kept(self, goal: int) -> int:
        """Return the greatest loss up to ``goal`` of a solution that is better, or as good: the tie rule decides."""
        return min(goal + self.step, self.loss)

    def charge(self, line_credits: Credits) -> None:
        """Take the work that went into the credits off the nodes left."""
        self.left -= line_credits.take_steps()

    def approach(self, line_credits: Credits, allowed: int, width: int, most: int) -> None:
        """Look for a better solution that loses at most ``allowed``: near the bound first, then further away.

        It takes less work near the bound, and most of the good ones are there. It proves nothing.
        """
        known, parts = self.loss, _NEAR
        while self.loss == known and parts and self.left >= 0:
            last = self.last(allowed)
            self.look(line_credits, line_credits.least + (last - line_credits.least) // parts, width, most)
            parts //= _FURTHER

    def look(self, line_credits: Credits, allowed: int, width: int | None, most: int) -> int | None:
        """Look for a better solution that loses at most ``allowed``, with at most ``most`` nodes.

        Return the least loss among the labels left aside: None where every label was followed to the end. That is a
        proof without a ``width`` only: with one, choices are left aside before they become labels.
        """
        labeller = Labeller(self.layout, line_credits, self.last(allowed))
        labeller.budget = min(self.left, most)
        kept = self.left - labeller.budget
        chain, aside = labeller.carry(width)
        self.left = kept + labeller.budget
        good = [(label[0], key) for key, label in chain[-1].items() if label[0] >= self.wanted]
        if good and min(good)[0] < self.loss:
            loss, key = min(good)
            self.take(labeller.counts(chain, key), loss)
        return aside
