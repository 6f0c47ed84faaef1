"""Make a problem smaller without changing its optimum: drop offers, join lines, split what has nothing in common."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Counts, Role, Shape, StageLine
from servicecore.pricing.best_price.offers import Reach


def without_dominated(problem: CompactProblem) -> CompactProblem:
    """Return the problem without the offers that another one can replace wherever they could be applied."""
    kept: list[CompactOffer] = []
    for compact in problem.offers:
        rivals = (other for other in problem.offers if other is not compact)
        if not any(_dominates(other, compact) for other in rivals):
            kept.append(compact)
    return CompactProblem(problem.lines, tuple(kept), problem.scale, problem.step)


def replaceable(problem: CompactProblem) -> dict[int, int]:
    """Return the numbers of offers without which the optimum is worth the same, with what replaces each everywhere.

    Beside ``without_dominated`` these are offers of lower ids that are worth the same everywhere: they only decide
    between equal answers.
    """
    left = dict(enumerate(problem.offers))
    found: dict[int, int] = {}
    for number, compact in enumerate(problem.offers):
        better = next((n for n, each in left.items() if n != number and _dominates(each, compact, ties=True)), None)
        if better is not None:
            del left[number]
            found = {spare: better if other == number else other for spare, other in found.items()} | {number: better}
    return found


def worth_less(problem: CompactProblem, spare: int, better: int) -> frozenset[int]:
    """Return the lines of ``better`` where a unit of ``spare`` is worth less, or has no place."""
    one, other = problem.offers[spare], problem.offers[better]
    each = other.constant // other.size - one.constant // one.size
    return frozenset(
        [
            line
            for line, weight in other.roles[0].weights.items()
            if all(role.weights.get(line) != weight + each for role in one.roles)
        ]
    )


def _dominates(better: CompactOffer, worse: CompactOffer, ties: bool = False) -> bool:
    """Return whether sets of ``better`` can be made of the units of any application of ``worse``, for no less.

    Where both are worth the same somewhere, only the lower id replaces the other, which wins ties anyway; unless
    ``ties`` do not matter.
    """
    if better.shape is not Shape.SETS or len(better.roles) > 1 or better.limited or better.cap is not None:
        return False
    if better.optimistic or better.offer.reach is not Reach.UNIT or worse.offer.reach is not Reach.UNIT:
        return False
    if worse.size % better.size or not set(worse.lines) <= better.roles[0].weights.keys():
        return False
    lower_id = ties or better.offer.id < worse.offer.id
    each, other = better.constant // better.size, worse.constant // worse.size
    weights = better.roles[0].weights
    for role in worse.roles:
        for line, weight in role.weights.items():
            ahead = weights[line] + each - weight - other
            if ahead < 0 or (ahead == 0 and not lower_id):
                return False
    return True


def components(problem: CompactProblem) -> tuple[CompactProblem, ...]:
    """Return the parts of the problem that share no line and no offer, in the order of their first lines."""
    parents = list(range(len(problem.lines)))

    def root(line: int) -> int:
        while parents[line] != line:
            parents[line] = parents[parents[line]]
            line = parents[line]
        return line

    for compact in problem.offers:
        first = root(compact.lines[0])
        for line in compact.lines[1:]:
            parents[root(line)] = first
    members: dict[int, list[CompactOffer]] = {}
    for compact in problem.offers:
        members.setdefault(root(compact.lines[0]), []).append(compact)
    return tuple(_part(problem, offers) for _, offers in sorted(members.items()))


def _part(problem: CompactProblem, offers: Iterable[CompactOffer]) -> CompactProblem:
    given = list(offers)
    used = sorted({line for compact in given for line in compact.lines})
    if len(used) == len(problem.lines):
        return CompactProblem(problem.lines, tuple(given), problem.scale, problem.step)
    return _renumbered(problem, tuple(problem.lines[line] for line in used), given, {o: n for n, o in enumerate(used)})


def _renumbered(
    problem: CompactProblem, lines: tuple[StageLine, ...], offers: Iterable[CompactOffer], places: dict[int, int]
) -> CompactProblem:
    made = []
    for compact in offers:
        roles = tuple(
            [
                Role(role.need, {places[line]: weight for line, weight in role.weights.items() if line in places})
                for role in compact.roles
            ]
        )
        made.append(evolve(compact, roles=roles, lines=tuple([places[n] for n in compact.lines if n in places])))
    return CompactProblem(lines, tuple(made), problem.scale, problem.step)


def with_joined_lines(problem: CompactProblem) -> tuple[CompactProblem, tuple[tuple[int, ...], ...]]:
    """Return the problem with lines of one price and the same offers joined, and which lines each one stands for.

    Lines that an offer has to tell apart stay as they are: sets of different lines, and offers alone on a line.
    """
    roles: list[list[int]] = [[] for _ in problem.lines]
    apart: set[int] = set()
    number = 0
    for compact in problem.offers:
        if compact.alone or compact.shape is Shape.DISTINCT:
            apart.update(compact.lines)
        for role in compact.roles:
            for line in role.weights:
                roles[line].append(number)
            number += 1
    groups: dict[tuple[int, ...], list[int]] = {}
    for line, each in enumerate(problem.lines):
        groups.setdefault((each.price, line, -1) if line in apart else (each.price, *roles[line]), []).append(line)
    members = tuple(sorted((tuple(lines) for lines in groups.values()), key=min))
    if len(members) == len(problem.lines):
        return problem, members
    lines = tuple(
        evolve(problem.lines[each[0]], quantity=sum(problem.lines[line].quantity for line in each)) for each in members
    )
    return _renumbered(problem, lines, problem.offers, {each[0]: n for n, each in enumerate(members)}), members


def spread(counts: Counts, members: tuple[tuple[int, ...], ...], problem: CompactProblem) -> Counts:
    """Return ``counts`` of joined lines as counts of the lines of ``problem``, first lines and first offers first."""
    left = [line.quantity for line in problem.lines]
    found: Counts = {}
    for key in sorted(counts):
        for joined, count in sorted(counts[key].items()):
            missing = count
            for line in members[joined]:
                units = min(missing, left[line])
                if units:
                    found.setdefault(key, {})[line] = units
                    left[line] -= units
                    missing -= units
    return found
