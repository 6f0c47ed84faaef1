"""Joining: graphs are joined, two at a time, until the bound meets the best solution or little is left to search.

What no two joint graphs can do together is left out at each step, so they stay small, although the states of all
offers side by side would be far too many.
"""

from __future__ import annotations

from typing import Final

from attrs import define, field

from servicecore.pricing.best_price.credits import Credits
from servicecore.pricing.best_price.incumbent import Incumbent

_WIDTH: Final = 16
_FEWER: Final = (2, 3)
_NEARER: Final = 2
_LAST: Final = 2


@define(eq=False)
class Joining:
    """Joins the graphs of credits within a loss.

    Attributes:
        credits: whose graphs are joined.
        steps: work done since the credits were last improved.

    """

    credits: Credits
    steps: int = field(init=False, default=0)

    def joins(self, last: int, kept: int, most: int) -> tuple[bool, int]:
        """Join two graphs, and return whether there were two for ``most`` choices, with the work done.

        The bound does not see at once what they cannot do together: the credits have to be improved for that. It is
        done when the bound has moved, and when joining has taken as much work as improving will. There is nothing left
        to join where the bound is above ``last``; solutions that lose at most ``kept`` stay.
        """
        pair = self.credits.closest()
        known = self.credits.least
        if pair is None or not self.credits.join(*pair, most):
            return False, self.credits.take_steps()
        work = self.credits.take_steps()
        self.steps += work
        if self.credits.least > last or (self.credits.least == known and self.steps < self.credits.size):
            return True, work
        self.credits.narrow(kept)
        self.credits.settle()
        self.steps = 0
        if self.credits.least <= last:
            self.credits.narrow(kept)
        return True, work + self.credits.take_steps()


def is_searched(line_credits: Credits, incumbent: Incumbent, goal: int, work: int) -> tuple[bool, int]:
    """Return whether every solution that loses at most ``goal`` was looked at, and what any other loses at least.

    It ends as well where a much better solution was met, since credits for a smaller loss are closer.

    Args:
        line_credits: with a graph for each offer; they are joined.
        incumbent: gets the solutions met.
        goal: greatest loss.
        work: nodes that it may take, and as many more for the last two graphs.

    """
    incumbent.charge(line_credits)
    end, looked, begun = incumbent.left - work, len(line_credits.graphs), line_credits.least
    line_credits.narrow(incumbent.kept(goal))
    joining = Joining(line_credits)
    while True:
        incumbent.charge(line_credits)
        last = incumbent.last(goal)
        if line_credits.least > last:
            return True, line_credits.least
        left = min(incumbent.left, incumbent.left - end + (work if len(line_credits.graphs) <= _LAST else 0))
        if left < 0:
            return False, line_credits.least
        goes_on, taken = joining.joins(last, incumbent.kept(goal), left)
        incumbent.left -= taken
        if not goes_on:
            if line_credits.closest() is not None:
                return False, line_credits.least
            aside = incumbent.look(line_credits, goal, None, max(0, left - taken))
            return aside is None, max(line_credits.least, aside or 0)
        if joining.steps or line_credits.least > last or len(line_credits.graphs) * _FEWER[1] > looked * _FEWER[0]:
            continue
        looked = len(line_credits.graphs)
        incumbent.approach(line_credits, last, _WIDTH, left)
        if incumbent.last(goal) < last:
            if (incumbent.last(goal) - begun) * _NEARER < last - begun:
                return False, line_credits.least
            line_credits.narrow(incumbent.kept(goal))
