"""From counts to applications: which units share a set, without ever listing single units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from attrs import evolve, frozen

from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Counts, Shape
from servicecore.pricing.best_price.valuation import Valuation

Parts: TypeAlias = tuple[tuple[int, int, int], ...]
"""(role, line, units) of one application."""

_Runs: TypeAlias = list[tuple[int, dict[int, int]]]


@frozen
class Assembled:
    """``times`` equal applications of an offer.

    Attributes:
        offer: number of the offer in the compact problem.
        times: how often.
        parts: what one of them uses.
        worth: what one of them takes off, in units of the valuation.

    """

    offer: int
    times: int
    parts: Parts
    worth: int


def assemble(problem: CompactProblem, counts: Counts, valuation: Valuation) -> tuple[Assembled, ...]:
    """Return applications that use exactly ``counts``; worthless ones are left out.

    Units are taken from the dearest on. Bought and got units are paired in that order, which is possible whenever any
    pairing is; the units of a set of different lines are dealt round, so that no set gets a line twice. Where it
    matters for the rounding which units share a set, dealing in order and dealing round are compared.
    """
    found: list[Assembled] = []
    for number, compact in enumerate(problem.offers):
        roles = [counts.get((number, role), {}) for role in range(len(compact.roles))]
        if not any(roles):
            continue
        ways = [_grouped(number, compact, roles, problem, valuation, dealt) for dealt in _dealings(compact)]
        best = max(ways, key=lambda way: sum(each.times * each.worth for each in way))
        found.extend(best if compact.cap is None else _within(compact.cap // problem.scale, best))
    return tuple(found)


def _within(cap: int, applications: Iterable[Assembled]) -> Iterator[Assembled]:
    """Yield the applications until ``cap`` is reached; the last one takes off what is left of it."""
    for each in sorted(applications, key=lambda made: -made.worth):
        times = min(each.times, cap // each.worth)
        if times:
            yield evolve(each, times=times)
            cap -= times * each.worth
        if times < each.times and cap:
            yield evolve(each, times=1, worth=cap)
            cap = 0


def _dealings(compact: CompactOffer) -> tuple[bool, ...]:
    if compact.shape is Shape.DISTINCT:
        return (True,)
    return (False, True) if compact.optimistic and compact.shape is Shape.SETS else (False,)


def _grouped(
    number: int,
    compact: CompactOffer,
    roles: Sequence[dict[int, int]],
    problem: CompactProblem,
    valuation: Valuation,
    dealt: bool,
) -> list[Assembled]:
    runs = [
        (_deal if dealt else _cut)(sorted(units.items()), role.need)
        for units, role in zip(roles, compact.roles, strict=True)
    ]
    made = []
    for times, chosen in _together(runs):
        parts = tuple([(role, line, units) for role, each in enumerate(chosen) for line, units in sorted(each.items())])
        priced = [(role, problem.lines[line].price, units) for role, line, units in parts]
        worth = valuation.worth(compact.offer, priced)
        if worth > 0:
            made.append(Assembled(number, times, parts, worth))
    return made


def _cut(units: Iterable[tuple[int, int]], need: int) -> _Runs:
    """Cut the units, in order, into sets of ``need``; equal sets that follow each other are one entry."""
    runs: _Runs = []
    opened: dict[int, int] = {}
    missing = need
    for line, count in units:
        left = count
        if opened:
            taken = min(missing, left)
            opened[line] = taken
            missing, left = missing - taken, left - taken
            if missing:
                continue
            runs.append((1, opened))
            opened, missing = {}, need
        if left >= need:
            runs.append((left // need, {line: need}))
        if left % need:
            opened, missing = {line: left % need}, need - left % need
    return runs


def _deal(units: Iterable[tuple[int, int]], need: int) -> _Runs:
    """Deal the units, in order, round all sets; sets that get the same are one entry."""
    given = list(units)
    sets = sum(count for _, count in given) // need
    if not sets:
        return []
    edges = {0, sets}
    place = 0
    for _, count in given:
        place = (place + count) % sets
        edges.add(place)
    bounds = sorted(edges)
    runs: _Runs = []
    for low, high in pairwise(bounds):
        start, chosen = 0, dict[int, int]()
        for line, count in given:
            first = -(-(start - low) // sets)
            last = -(-(start + count - low) // sets)
            if last > first:
                chosen[line] = last - first
            start += count
        runs.append((high - low, chosen))
    return runs


def _together(runs: Sequence[_Runs]) -> Iterable[tuple[int, list[dict[int, int]]]]:
    """Join the n-th set of every role into the n-th application."""
    places = [0] * len(runs)
    left = [run[0][0] if run else 0 for run in runs]
    while all(place < len(run) for place, run in zip(places, runs, strict=True)):
        times = min(left)
        yield times, [run[place][1] for place, run in zip(places, runs, strict=True)]
        for number, run in enumerate(runs):
            left[number] -= times
            if not left[number]:
                places[number] += 1
                if places[number] < len(run):
                    left[number] = run[places[number]][0]
