"""Whether counts keep every rule of a compact problem, and what they are worth: in whole numbers, from the counts."""

from __future__ import annotations

from servicecore.pricing.best_price.compact import CompactOffer, CompactProblem, Counts, Shape


def value_of_counts(problem: CompactProblem, counts: Counts) -> int | None:
    """Return the scaled value of ``counts``, or None where they break a rule.

    Checked: units of every line, complete sets, limits, different lines, payment of got units by units as dear, and
    offers that are alone on their lines. It knows nothing of how the counts were found.
    """
    if not _units_suffice(problem, counts) or not _stand_alone(problem, counts):
        return None
    total = 0
    for number, compact in enumerate(problem.offers):
        roles = [counts.get((number, role), {}) for role in range(len(compact.roles))]
        worth = _worth(compact, roles, problem)
        if worth is None:
            return None
        total += worth
    return total


def _units_suffice(problem: CompactProblem, counts: Counts) -> bool:
    used = [0] * len(problem.lines)
    for (number, role), units in counts.items():
        for line, count in units.items():
            if count < 0 or line not in problem.offers[number].roles[role].weights:
                return False
            used[line] += count
    return all(count <= line.quantity for count, line in zip(used, problem.lines, strict=True))


def _stand_alone(problem: CompactProblem, counts: Counts) -> bool:
    users: dict[int, set[int]] = {}
    for (number, _role), units in counts.items():
        for line, count in units.items():
            if count:
                users.setdefault(line, set()).add(number)
    return all(len(each) == 1 or not any(problem.offers[n].alone for n in each) for each in users.values())


def _worth(compact: CompactOffer, roles: list[dict[int, int]], problem: CompactProblem) -> int | None:
    sums = [sum(units.values()) for units in roles]
    times, rest = divmod(sums[0], compact.roles[0].need)
    if rest or times > compact.capacity:
        return None
    if any(units != times * role.need for units, role in zip(sums, compact.roles, strict=True)):
        return None
    if compact.shape is Shape.DISTINCT and any(count > times for count in roles[0].values()):
        return None
    if compact.shape is Shape.BUY_GET and not _is_paid(compact, roles, problem):
        return None
    weights = sum(
        role.weights[line] * count
        for role, units in zip(compact.roles, roles, strict=True)
        for line, count in units.items()
    )
    worth = weights + compact.constant * times
    return worth if compact.cap is None else min(worth, compact.cap)


def _is_paid(compact: CompactOffer, roles: list[dict[int, int]], problem: CompactProblem) -> bool:
    bought, got = (role.need for role in compact.roles)
    for price in {problem.lines[line].price for line in roles[1]}:
        paid = sum(count for line, count in roles[0].items() if problem.lines[line].price >= price)
        taken = sum(count for line, count in roles[1].items() if problem.lines[line].price >= price)
        if paid < bought * -(-taken // got):
            return False
    return True
