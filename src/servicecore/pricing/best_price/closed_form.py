"""An offer that competes with no other: the best number of applications, directly."""

from __future__ import annotations

from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Counts, Role, Shape


def closed_form(problem: CompactProblem) -> tuple[Counts, int] | None:
    """Return the optimum of a problem with one offer, and its scaled value; None where no closed form is known.

    With ``n`` applications the best units are known at once: the dearest, at most ``n`` of a line for a set of
    different lines, and for "buy and get" the dearest in groups, of which the last are got. What one more application
    adds never grows, so the best ``n`` is found by halving.
    """
    if len(problem.offers) != 1 or not _is_known(problem.offers[0]):
        return None
    compact = problem.offers[0]
    low, high = 0, compact.capacity
    while low < high:
        middle = (low + high + 1) // 2
        if _adds(compact, problem, middle):
            low = middle
        else:
            high = middle - 1
    counts = {(0, role): units for role, units in enumerate(_units(compact, problem, low)) if units}
    return counts, _worth(compact, problem, low)


def _is_known(compact: CompactOffer) -> bool:
    if compact.shape is Shape.BUY_GET:
        bought, got = compact.roles
        return bought.weights.keys() == got.weights.keys()
    return sum(len(role.weights) for role in compact.roles) == len(compact.lines)


def _adds(compact: CompactOffer, problem: CompactProblem, times: int) -> bool:
    return _worth(compact, problem, times) > _worth(compact, problem, times - 1)


def _worth(compact: CompactOffer, problem: CompactProblem, times: int) -> int:
    units = _units(compact, problem, times)
    weights = sum(
        role.weights[line] * count
        for role, counts in zip(compact.roles, units, strict=True)
        for line, count in counts.items()
    )
    worth = compact.constant * times + weights
    return worth if compact.cap is None else min(worth, compact.cap)


def _units(compact: CompactOffer, problem: CompactProblem, times: int) -> list[dict[int, int]]:
    if compact.shape is Shape.BUY_GET:
        return _bought_and_got(compact, problem, times)
    most = times if compact.shape is Shape.DISTINCT else None
    return [_dearest(role, problem, role.need * times, most) for role in compact.roles]


def _dearest(role: Role, problem: CompactProblem, wanted: int, most: int | None) -> dict[int, int]:
    units: dict[int, int] = {}
    for line in role.ranked:
        count = min(wanted, problem.lines[line].quantity)
        if most is not None:
            count = min(count, most)
        if count:
            units[line] = count
            wanted -= count
    return units


def _bought_and_got(compact: CompactOffer, problem: CompactProblem, times: int) -> list[dict[int, int]]:
    """Split the dearest units, in order of price, into groups: the first of each are bought, the others got."""
    bought, got = (role.need for role in compact.roles)
    group = bought + got
    paid: dict[int, int] = {}
    free: dict[int, int] = {}
    start = 0
    for line in compact.lines:
        count = min(problem.lines[line].quantity, group * times - start)
        if count <= 0:
            break
        end = start + count
        units = _free_before(end, bought, got) - _free_before(start, bought, got)
        if units:
            free[line] = units
        if count > units:
            paid[line] = count - units
        start = end
    return [paid, free]


def _free_before(place: int, bought: int, got: int) -> int:
    groups, rest = divmod(place, bought + got)
    return groups * got + max(0, rest - bought)
