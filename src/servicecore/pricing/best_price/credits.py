"""Line credits: what the use of a unit of each line is credited with, so that every offer settles for itself.

Without credits each offer alone would take the units that lose it least, and two offers would count on the same unit.
With a credit for every unit of a line that an offer uses, paid for by the line, the offers' least losses add up: for
any credits, no solution loses less than what the lines pay and the offers then lose together. A credit is at most
what the line itself loses by a unit that none of the offers uses.

Each offer is exact here: its sets are complete, its limits hold. So this bound is closer than shadow prices, which
may split a set. Then the loss of a solution is that bound and the regrets of its choices, by how much each is worse
than the best that its offer could do. Credits are improved in two ways. ``settle`` goes from line to line: of all
that the offers would do with one more unit here, the cheapest for the units that there are decide; the bound never
falls. ``climb`` moves all credits at once by how many units are wanted too much, where no single one can improve it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import pairwise
from math import isqrt
from typing import Final, TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.closing import closed, without_idle
from servicecore.pricing.best_price.graphs import BEYOND, Graph, Moves
from servicecore.pricing.best_price.joint import JointGraph, Side

Choice: TypeAlias = tuple[int, int, int, Moves]
"""Regret; units; number of the next state; what is done."""

_CLIMBS: Final = 12
_FINE: Final = 16
_MOMENTUM: Final = 11
_PATIENCE: Final = 4
_SHORTER: Final = 11
_STEPS_A_NODE: Final = 4
_EVEN: Final = 1 << 20
_BOTH: Final = 2


@define(eq=False)
class Credits:
    """Credits of all lines, for given graphs.

    Attributes:
        graphs: of each offer.
        quantities: units of each line.
        most: loss of a unit of each line that no offer uses, at least; its credit is never higher.
        takers: by line, the offers that take units left over, where these lose just that, each; else none.
        allowed: greatest loss of interest.
        credits: of a unit of each line, to begin with.
        idle: what offers lose that can do nothing any more.
        least: no solution within the graphs loses less.
        users: by line, the graphs with it: number, and place of the line among theirs.

    """

    graphs: list[Graph]
    quantities: Sequence[int]
    most: Sequence[int]
    takers: Sequence[Sequence[int]]
    allowed: int
    credits: list[int]
    idle: int = 0
    least: int = field(init=False, default=0)
    users: list[list[tuple[int, int]]] = field(init=False, default=Factory(list))
    _steps: int = field(init=False, default=0)
    _ahead: list[list[list[int]]] = field(init=False, default=Factory(list))

    def __attrs_post_init__(self) -> None:
        self.credits = list(self.credits)
        self._set_users()
        self._look_ahead()

    @property
    def is_beaten(self) -> bool:
        """Return whether no solution loses as little as is allowed."""
        return self.least > self.allowed

    @property
    def size(self) -> int:
        """Return how many choices the graphs have."""
        return sum(graph.count for graph in self.graphs)

    def take_steps(self) -> int:
        """Return the work done since it was asked last, in nodes: a choice takes a part of the work of one there."""
        steps, self._steps = self._steps // _STEPS_A_NODE, 0
        return steps

    def _set_users(self) -> None:
        self.users = [[] for _ in self.quantities]
        for user, graph in enumerate(self.graphs):
            for place, line in enumerate(graph.lines):
                self.users[line].append((user, place))

    def _look_ahead(self) -> None:
        """Follow the credits to the end for every offer, and add them up."""
        self._ahead = [graph.ahead(self.credits) for graph in self.graphs]
        self._steps += sum(graph.count for graph in self.graphs)
        self._add_up()

    def _add_up(self) -> None:
        paid = sum(quantity * credit for quantity, credit in zip(self.quantities, self.credits, strict=True))
        self.least = paid + self.idle + sum(ahead[0][0] for ahead in self._ahead)

    def settle(self) -> None:
        """Set the credits of all lines once forwards and once backwards; the bound never falls."""
        best, kept = self.least, list(self.credits)
        behind: list[list[list[int]]] = [[[0]] for _ in self.graphs]
        for line, users in enumerate(self.users):
            credit = self._settled(line, behind)
            for user, place in users:
                behind[user].append(self.graphs[user].stages[place].after(behind[user][place], credit))
        for line in range(len(self.users) - 1, -1, -1):
            credit = self._settled(line, behind)
            for user, place in self.users[line]:
                ahead = self._ahead[user]
                ahead[place] = self.graphs[user].stages[place].before(ahead[place + 1], credit)
        self._add_up()
        self._keep(best, kept)

    def _settled(self, line: int, behind: list[list[list[int]]]) -> int:
        """Set the credit of a line to the middle of where the bound is greatest, everything else being given."""
        wanted: list[tuple[int, int]] = []
        for user, place in self.users[line]:
            stage = self.graphs[user].stages[place]
            self._steps += 2 * stage.count
            wanted += _steps(stage.by_units(behind[user][place], self._ahead[user][place + 1]))
        wanted.sort()
        left, last, credit = self.quantities[line], None, self.most[line]
        for cost, units in wanted:
            if cost >= self.most[line]:
                break
            if not left or units > left:
                credit = cost
                break
            last = cost
            left -= units
        if last is not None and not left:
            credit = (last + credit) // 2
        self.credits[line] = credit
        return credit

    def climb(self) -> None:
        """Move all credits towards where the bound meets the allowed loss, and keep the best of a few steps.

        A step goes on in the direction of those before it, and is shorter where several in a row did not help.
        """
        best, kept = self.least, list(self.credits)
        moves = [0] * len(self.credits)
        reach, failed = _FINE, 0
        for _ in range(_CLIMBS):
            if self.is_beaten:
                break
            moves = [
                0 if excess > 0 and credit >= most else _FINE * excess + _MOMENTUM * move // _FINE
                for excess, move, credit, most in zip(self._spare(), moves, self.credits, self.most, strict=True)
            ]
            norm = sum(move * move for move in moves)
            if not norm:
                break
            gap = (self.allowed - self.least) * reach
            self.credits = [
                min(most, credit + gap * move // norm)
                for credit, move, most in zip(self.credits, moves, self.most, strict=True)
            ]
            self._look_ahead()
            if self.least > best:
                best, kept, failed = self.least, list(self.credits), 0
                continue
            failed += 1
            if failed == _PATIENCE:
                reach, failed = reach * _SHORTER // _FINE, 0
        self._keep(best, kept)

    def _keep(self, best: int, kept: list[int]) -> None:
        """Go back to the credits ``kept`` where they gave the better bound ``best``; whole numbers are coarse."""
        if self.least < best:
            self.credits = kept
            self._look_ahead()

    def _spare(self) -> list[int]:
        """Return how many units of each line are left where every offer does the best for itself."""
        spare = list(self.quantities)
        for graph, ahead in zip(self.graphs, self._ahead, strict=True):
            state = 0
            for place, (line, stage) in enumerate(zip(graph.lines, graph.stages, strict=True)):
                credit, least, after = self.credits[line], ahead[place][state], ahead[place + 1]
                for _state, loss, units, there, _moves in stage.rows[state]:
                    if loss - credit * units + after[there] == least:
                        spare[line] -= units
                        state = there
                        break
        return spare

    def narrow(self, allowed: int) -> None:
        """Leave out what no solution that loses at most ``allowed`` does, and close the lines of one graph alone."""
        self.allowed = allowed
        room = allowed - self.least
        self._steps += sum(graph.count for graph in self.graphs)
        self.graphs = [
            graph.narrowed(ahead, self.credits, room) for graph, ahead in zip(self.graphs, self._ahead, strict=True)
        ]
        trimmed = [without_idle(graph, ahead) for graph, ahead in zip(self.graphs, self._ahead, strict=True)]
        self.idle += sum([ahead[0][0] for graph, ahead in trimmed if graph.is_idle])
        trimmed = [(graph, ahead) for graph, ahead in trimmed if not graph.is_idle]
        self.graphs, self._ahead = [graph for graph, _ahead in trimmed], [ahead for _graph, ahead in trimmed]
        self._set_users()
        self._close()

    def _close(self) -> None:
        """Close the lines that one graph alone uses."""
        changed: set[int] = set()
        for line, users in enumerate(self.users):
            if len(users) != 1 or not self.takers[line]:
                continue
            (user, place) = users[0]
            graph, quantity = self.graphs[user], self.quantities[line]
            if graph.alone or all(arc[2] == quantity for arc in graph.stages[place].arcs):
                continue
            self.graphs[user] = closed(graph, place, quantity, self.most[line], self.takers[line])
            changed.add(user)
        for user in changed:
            self._ahead[user] = self.graphs[user].ahead(self.credits)
            self._steps += self.graphs[user].count
        if changed:
            self._add_up()

    def copy(self, graphs: list[Graph] | None = None) -> Credits:
        """Return credits of the same lines that can be improved without changing these, for ``graphs`` if given."""
        return Credits(
            self.graphs if graphs is None else graphs,
            self.quantities,
            self.most,
            self.takers,
            self.allowed,
            self.credits,
            self.idle,
        )

    def closest(self) -> tuple[int, int] | None:
        """Return the two graphs to join next; None where no two have a line in common.

        Small joint graphs come first, the more so where both graphs together want more units than lines have, which
        neither sees alone, and where lines are left that no other graph uses.
        """
        best: tuple[int, int, int] | None = None
        stages = [dict(zip(graph.lines, graph.stages, strict=True)) for graph in self.graphs]
        for second, graph in enumerate(self.graphs):
            if graph.alone:
                continue
            for first in range(second):
                other = stages[first]
                size, wanted, closing = 0, 1, 1
                if self.graphs[first].alone:
                    continue
                for line, stage in stages[second].items():
                    rival = other.get(line)
                    if rival is not None:
                        size += stage.count * rival.count
                        wanted += stage.widest + rival.widest > self.quantities[line]
                        closing += len(self.users[line]) <= _BOTH
                score = size * _EVEN // (isqrt(wanted * wanted * wanted) * closing)
                if size and (best is None or score < best[0]):
                    best = (score, first, second)
        return best[1:] if best else None

    def join(self, first: int, second: int, most: int) -> bool:
        """Put the joint graph in the place of two graphs, unless it takes more than ``most`` choices."""
        both = {first, second}
        closed = {
            line: (self.most[line], self.takers[line])
            for line, users in enumerate(self.users)
            if self.takers[line] and both.issuperset(user for user, _place in users)
        }
        sides = (Side(self.graphs[first], self._ahead[first]), Side(self.graphs[second], self._ahead[second]))
        making = JointGraph(sides, self.quantities, self.credits, closed, self.allowed - self.least, most)
        joint = making.made()
        self._steps += making.steps * _STEPS_A_NODE
        if joint is None:
            return False
        kept = [user for user in range(len(self.graphs)) if user not in both]
        self.graphs = [*(self.graphs[user] for user in kept), joint]
        self._ahead = [*(self._ahead[user] for user in kept), joint.ahead(self.credits)]
        self._set_users()
        self._add_up()
        return True

    def without(self, place: int, lines: Container[int]) -> Credits:
        """Return credits for what can be done without any choice on ``lines`` that ``place`` has a part in."""
        return self.copy([graph.without(place, lines) for graph in self.graphs])

    def choices(self, user: int, place: int, state: int) -> list[Choice]:
        """Return what a graph can do on a line within the allowed loss, from one state, the least regret first."""
        graph, ahead = self.graphs[user], self._ahead[user]
        least, after, credit = ahead[place][state], ahead[place + 1], self.credits[graph.lines[place]]
        room = self.allowed - self.least
        made = [
            (regret, units, there, moves)
            for _state, loss, units, there, moves in graph.stages[place].rows[state]
            if (regret := loss - credit * units + after[there] - least) <= room
        ]
        made.sort()
        return made


def _steps(losses: Sequence[int]) -> list[tuple[int, int]]:
    """Return what each further unit costs where units are shared freely: the lower hull, (cost, units) rising.

    Args:
        losses: by the units used; ``BEYOND`` where that is impossible.

    """
    hull: list[tuple[int, int]] = []
    for units, loss in enumerate(losses):
        if loss > BEYOND >> 1:
            continue
        while len(hull) > 1:
            (first, low), (second, high) = hull[-2:]
            if (high - low) * (units - second) < (loss - high) * (second - first):
                break
            hull.pop()
        hull.append((units, loss))
    found = [(-(-(high - low) // (second - first)), second - first) for (first, low), (second, high) in pairwise(hull)]
    if hull and hull[0][0]:  # it has to use some, before all others
        found.append((min([0, *(cost for cost, _units in found)]), hull[0][0]))
    return found
