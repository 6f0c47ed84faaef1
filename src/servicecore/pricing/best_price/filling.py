"""Filling a cart: the best application that is left first, as often as possible, for the offers that are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from attrs import define, field

from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Counts, Shape

_Parts: TypeAlias = list[tuple[int, int, int]]
_SMALL_SET: Final = 60

Rank: TypeAlias = Callable[[int, int], int]
"""Says how good an application is, by its value and the units that it uses."""


def by_value(value: int, _size: int) -> int:
    """Return the value of an application."""
    return value


def by_unit(value: int, size: int) -> int:
    """Return the value of an application for each unit, in a common denominator."""
    return value * 5040 // size


@define(eq=False)
class Filling:
    """A cart that is filled with applications, step by step.

    Attributes:
        problem: lines and offers.
        left: units left by line.
        counts: what is applied so far.
        total: what it takes off, scaled.

    """

    problem: CompactProblem
    left: list[int] = field()
    counts: Counts = field(init=False, factory=dict)
    total: int = field(init=False, default=0)
    _rooms: list[int] = field(init=False)
    _money: list[int | None] = field(init=False)
    _holders: dict[int, int] = field(init=False, factory=dict)

    @left.default
    def _all_units(self) -> list[int]:
        return [line.quantity for line in self.problem.lines]

    @_rooms.default
    def _all_rooms(self) -> list[int]:
        return [compact.capacity for compact in self.problem.offers]

    @_money.default
    def _all_money(self) -> list[int | None]:
        return [compact.cap for compact in self.problem.offers]

    def fill(self, numbers: Iterable[int], rank: Rank = by_value) -> None:
        """Apply the offers called ``numbers``, the best application by ``rank`` first, until none gives anything."""
        numbers, offers, left = tuple(numbers), self.problem.offers, self.left
        alone = {number for number, compact in enumerate(offers) if compact.alone}
        ready: dict[int, _Parts] = {}
        while True:
            best: tuple[int, int, int, _Parts] | None = None
            for number in numbers:
                if not self._rooms[number]:
                    continue
                if number not in ready:
                    ready[number] = _best_application(offers[number], _free(number, left, alone, self._holders))
                parts = ready[number]
                value = _value(offers[number], parts) if parts else 0
                spare = self._money[number]
                if spare is not None:
                    value = min(value, spare)
                ranked = rank(value, offers[number].size)
                if value > 0 and (best is None or ranked > best[0]):
                    best = (ranked, value, number, parts)
            if best is None:
                return
            _ranked, value, number, parts = best
            self._apply(number, parts, value)
            changed = {line for _role, line, _units in parts}
            ready = {each: kept for each, kept in ready.items() if changed.isdisjoint(line for _, line, _ in kept)}

    def _apply(self, number: int, parts: _Parts, value: int) -> None:
        spare = self._money[number]
        times = min(self._rooms[number], *(self.left[line] // _used(parts, line) for _, line, _ in parts))
        if spare is not None:
            times = max(1, min(times, spare // value))
            self._money[number] = spare - times * value
        self._rooms[number] -= times
        self.total += times * value
        for role, line, units in parts:
            self.left[line] -= units * times
            self._holders.setdefault(line, number)
            given = self.counts.setdefault((number, role), {})
            given[line] = given.get(line, 0) + units * times


def _used(parts: _Parts, line: int) -> int:
    return sum(units for _, each, units in parts if each == line)


def _value(compact: CompactOffer, parts: _Parts) -> int:
    return compact.constant + sum(compact.roles[role].weights[line] * units for role, line, units in parts)


def _free(number: int, left: list[int], alone: set[int], holders: dict[int, int]) -> Callable[[int], int]:
    """Return what tells how many units of a line the offer ``number`` can use."""
    if not alone:
        return left.__getitem__

    def free(line: int) -> int:
        holder = holders.get(line, number)
        return left[line] if holder == number or alone.isdisjoint((number, holder)) else 0

    return free


def _best_application(compact: CompactOffer, free: Callable[[int], int]) -> _Parts:
    if compact.shape is Shape.BUY_GET:
        return _best_pair(compact, free)
    if len(compact.roles) > 1 and compact.size <= _SMALL_SET:
        return _best_set(compact, free)
    taken: dict[int, int] = {}
    parts: _Parts = []
    for role, each in enumerate(compact.roles):
        need = each.need
        for line in each.ranked:
            units = free(line)
            if not units:
                continue
            units = min(need, units - taken.get(line, 0), 1 if compact.shape is Shape.DISTINCT else need)
            if units > 0:
                parts.append((role, line, units))
                taken[line] = taken.get(line, 0) + units
                need -= units
            if not need:
                break
        if need:
            return []
    return parts


def _best_set(compact: CompactOffer, free: Callable[[int], int]) -> _Parts:
    """Return the dearest units that fill all slots: each is taken if those before it can still move over for it."""
    slots = [role for role, each in enumerate(compact.roles) for _ in range(each.need)]
    holders: list[int | None] = [None] * len(slots)

    def place(line: int, tried: set[int]) -> bool:
        for slot, role in enumerate(slots):
            if slot not in tried and line in compact.roles[role].weights:
                tried.add(slot)
                held = holders[slot]
                if held is None or place(held, tried):
                    holders[slot] = line
                    return True
        return False

    worth = {line: max(each.weights.get(line, 0) for each in compact.roles) for line in compact.lines}
    for line in sorted(compact.lines, key=lambda line: (-worth[line], line)):
        for _ in range(min(free(line), compact.size)):
            if not place(line, set()):
                break
    parts: dict[tuple[int, int], int] = {}
    for slot, role in enumerate(slots):
        held = holders[slot]
        if held is None:
            return []
        parts[role, held] = parts.get((role, held), 0) + 1
    return [(role, line, units) for (role, line), units in sorted(parts.items())]


def _best_pair(compact: CompactOffer, free: Callable[[int], int]) -> _Parts:
    """Return the application with the dearest units got: units are bought in the order of price until it is paid.

    What is got lies at the first line or after it, what is bought at it or before: one walk over the lines finds the
    first line where both suffice.
    """
    bought, got = compact.roles
    units = {line: free(line) for line in compact.lines}
    to_get = sum(units[line] for line in got.weights)
    to_buy = 0
    for first in compact.lines:
        if first in bought.weights:
            to_buy += units[first]
        if first not in got.weights or not units[first]:
            continue
        own = min(got.need, units[first]) if first in bought.weights else 0
        if to_get >= got.need and to_buy - own >= bought.need:
            taken = _take(got.need, [line for line in compact.lines if line >= first and line in got.weights], units)
            units[first] -= taken[0][1]
            paying = [line for line in reversed(compact.lines) if line <= first and line in bought.weights]
            paid = _take(bought.need, paying, units)
            return [*((1, *part) for part in taken), *((0, *part) for part in paid)]
        to_get -= units[first]
    return []


def _take(need: int, lines: Iterable[int], units: dict[int, int]) -> list[tuple[int, int]]:
    parts = []
    for line in lines:
        count = min(need, units[line])
        if count:
            parts.append((line, count))
            need -= count
        if not need:
            break
    return parts
