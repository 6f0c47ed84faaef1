"""Tallies: what one offer has to remember of the lines already dealt with, and what each further choice loses."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

from attrs import Factory, define, field

from servicecore.pricing.best_price.compact import CompactOffer, Shape
from servicecore.pricing.best_price.shadow_prices import OfferPrices

State: TypeAlias = tuple[int, ...]
"""What a tally remembers: counts of units that wait for a set, then applications made, then money for a cap."""

Effect: TypeAlias = tuple[int, int, State]
"""A choice on one line: units used, loss, units by role."""


@define(eq=False)
class Tally:
    """The rules of one offer inside the search.

    Attributes:
        prices: the offer with its shadow prices.
        losses: per line, the loss of a unit in each role; None where the role cannot use the line.
        widest: the most units that any of its lines has.
        counted: whether applications have to be counted: they are limited, or have a price.

    """

    prices: OfferPrices
    losses: dict[int, tuple[int | None, ...]]
    widest: int
    counted: bool = field(init=False)
    start: State = field(init=False)
    _steps: dict[tuple[State, int], dict[State, State | None]] = field(init=False, default=Factory(dict))
    _ends: dict[int, tuple[int, bool]] = field(init=False, default=Factory(dict))
    _roles: int = field(init=False)
    _enough: int = field(init=False)
    _sides: tuple[int, int] = field(init=False)
    _slides: bool = field(init=False)

    @classmethod
    def of(cls, prices: OfferPrices, lines: list[int], quantities: list[int]) -> Tally:
        """Return the tally of an offer, given the shadow price and the units of every line."""
        roles = prices.compact.roles
        losses = {
            line: tuple(
                [lines[line] - prices.value(n, line) if line in role.weights else None for n, role in enumerate(roles)]
            )
            for line in prices.compact.lines
        }
        return cls(prices, losses, max(quantities[line] for line in prices.compact.lines))

    def __attrs_post_init__(self) -> None:
        compact = self.compact
        self._roles = len(compact.roles)
        self._sides = (compact.roles[0].need, compact.roles[-1].need)
        self.counted = compact.limited or self.prices.application > 0
        # from so many units on a set of different lines is never short of lines, and only the incomplete set counts
        widest = compact.capacity if self.counted else min(compact.capacity, self.widest)
        self._enough = compact.roles[0].need * widest
        if compact.shape is Shape.DISTINCT:
            self.start = (0, 0)
        else:
            self.start = (0,) * (self._roles + (1 if self.counted and self._roles > 1 else 0))
        if compact.cap is not None:
            self.start = (*self.start, 0)
        self._slides = compact.cap is not None and any(
            weight * compact.size + compact.constant < 0 for role in compact.roles for weight in role.weights.values()
        )
        if compact.shape is Shape.BUY_GET:
            lines, sigma = compact.lines, self.prices.sigma
            for line, following in pairwise(lines):
                self._ends[line] = (sigma[line] - sigma[following], False)
            self._ends[lines[-1]] = (sigma[lines[-1]], True)

    @property
    def compact(self) -> CompactOffer:
        """Return the offer."""
        return self.prices.compact

    @property
    def periodic(self) -> bool:
        """Return whether whole sets leave no trace in the tally."""
        return not self.counted and self.compact.shape is not Shape.DISTINCT and self.compact.cap is None

    def mark_levels(self, prices: list[int]) -> None:
        """Note at which lines a price level ends: units that are got have to be paid for by then."""
        if self.compact.shape is Shape.BUY_GET:
            lines = self.compact.lines
            for line, following in pairwise(lines):
                self._ends[line] = (self._ends[line][0], prices[line] != prices[following])

    def set_loss(self, line: int) -> int | None:
        """Return the loss of one whole set made of units of ``line`` alone; None where that is impossible."""
        if not self.periodic or self.compact.alone:
            return None
        total = 0
        for role, loss in zip(self.compact.roles, self.losses[line], strict=True):
            if loss is None:
                return None
            total += role.need * loss
        return total

    def table(self, used: State, line: int) -> dict[State, State | None]:
        """Return the steps known for ``used`` units of ``line``: what ``step`` returned for a tally."""
        return self._steps.setdefault((used, line if self.compact.cap is not None else 0), {})

    def step(self, state: State, used: State, line: int) -> State | None:
        """Return the tally after ``used`` units of ``line``, or None where the offer does not allow it."""
        compact = self.compact
        money: State = ()
        if compact.cap is not None:
            money = (self._spent(state[-1], used, line),)
            state = state[:-1]
        if compact.shape is Shape.DISTINCT:
            counts = self._step_distinct(state, used[0])
        elif self._roles == 1:
            count = state[0] + used[0]
            need = compact.roles[0].need
            if self.counted or compact.cap is not None:
                counts = (count,) if count <= need * compact.capacity else None
            else:
                counts = (count % need,)
        else:
            counts = self._step_roles(state, used)
        return None if counts is None else (*counts, *money)

    def _step_distinct(self, state: State, used: int) -> State | None:
        need, capacity = self.compact.roles[0].need, self.compact.capacity
        count, widest = state[0] + used, max(state[1], used)
        if count > need * capacity or widest > capacity:
            return None
        if count >= self._enough:
            count = self._enough + (count - self._enough) % need
        return (count, widest if widest * need > count else 0)

    def _step_roles(self, state: State, used: State) -> State | None:
        roles = self.compact.roles
        counts = [state[n] + used[n] for n in range(self._roles)]
        made = min(count // role.need for count, role in zip(counts, roles, strict=True))
        if made:
            counts = [count - made * role.need for count, role in zip(counts, roles, strict=True)]
        if self.counted:
            made += state[-1]
            begun = max(-(-count // role.need) for count, role in zip(counts, roles, strict=True))
            if begun + made > self.compact.capacity:
                return None
            counts.append(made)
        return tuple(counts)

    def _spent(self, money: int, used: State, line: int) -> int:
        """Return the money taken off so far, no more than the cap where it only grows; a constant goes by units."""
        compact = self.compact
        for role, count in zip(compact.roles, used, strict=True):
            if count:
                money += count * (role.weights[line] + compact.constant // compact.size)
        return money if self._slides or compact.cap is None else min(money, compact.cap)

    def overspent(self, before: State, after: State, used: State, line: int) -> int:
        """Return what the cap swallowed at this step."""
        compact = self.compact
        if compact.cap is None or self._slides:
            return 0
        given = sum(
            count * (role.weights[line] + compact.constant // compact.size)
            for role, count in zip(compact.roles, used, strict=True)
            if count
        )
        return given - (after[-1] - before[-1])

    def leave(self, state: State, line: int) -> int | None:
        """Return the loss of going on from ``line`` with units bought, or None where units got are not paid for."""
        if self.compact.shape is not Shape.BUY_GET:
            return 0
        falls, level_ends = self._ends[line]
        bought, got = self._sides
        if level_ends and state[1] and state[0] < bought:
            return None
        if not falls:
            return 0
        return (got * state[0] - bought * state[1]) * falls // got

    def finish(self, state: State) -> int | None:
        """Return the loss of ending with ``state``, or None where a set was not completed."""
        compact = self.compact
        if compact.shape is Shape.DISTINCT:
            need = compact.roles[0].need
            if state[0] % need or state[0] < need * state[1]:
                return None
            made = state[0] // need
        elif self._roles == 1:
            if state[0] % compact.roles[0].need:
                return None
            made = state[0] // compact.roles[0].need
        else:
            if any(state[: self._roles]):
                return None
            made = state[self._roles] if self.counted else 0
        loss = (compact.capacity - made) * self.prices.application
        if self._slides and compact.cap is not None:
            loss += max(0, state[-1] - compact.cap)
        return loss

    @property
    def is_plain(self) -> bool:
        """Return whether nothing is lost beside the losses of units, neither on leaving a line nor by a cap."""
        return self.compact.shape is not Shape.BUY_GET and (self.compact.cap is None or self._slides)

    def effects(self, line: int, quantity: int, most: int, sets: int) -> list[Effect]:
        """Return what can be done with up to ``quantity`` units of ``line`` at a loss of at most ``most``.

        Args:
            line: the line.
            quantity: units of it.
            most: greatest loss.
            sets: from how many whole sets on the units are better off elsewhere; 0 is never.

        """
        losses = self.losses[line]
        needs = [role.need for role in self.compact.roles]
        tops = [
            0 if loss is None else (1 if self.compact.shape is Shape.DISTINCT else need) * self.compact.capacity
            for loss, need in zip(losses, needs, strict=True)
        ]
        found: list[Effect] = [(0, 0, ())]
        for loss, top in zip(losses, tops, strict=True):
            each = loss or 0
            longer: list[Effect] = []
            for units, lost, used in found:
                room = min(top, quantity - units)
                if each > 0:
                    room = min(room, (most - lost) // each)
                longer += [(units + count, lost + count * each, (*used, count)) for count in range(room + 1)]
            found = longer
        if not sets:
            return found
        return [
            effect for effect in found if any(count < need * sets for count, need in zip(effect[2], needs, strict=True))
        ]
