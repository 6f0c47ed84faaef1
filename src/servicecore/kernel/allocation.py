"""Splitting an amount over lines and units so that the parts always sum to it; the only way to split money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from math import lcm
from typing import Final

from attrs import frozen

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.money import CURRENCY_MISMATCH, Money, exact_decimal
from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.kernel.rounding import EXACT, RoundingMode

_EXACT_DIGITS: Final = 20


class Remainder(Enum):
    """Who gets the minor units that proportional shares leave over.

    ``LARGEST`` is the rule of the house; the others imitate other systems and go by the position in the list.

    - ``LARGEST``: the largest fractions, ties by key.
    - ``FIRST_LINES``: shares cut off, then one unit each from the first line on.
    - ``REVERSED``: shares cut off, then one unit each from the last line backwards.
    - ``LAST_LINE``: every share but the last rounded by ``share_mode``; the last one takes the difference.
    - ``HALF_DOWN_FIRST``: shares rounded half down, then one unit each, up or down, from the first line on; what caps
      cut off is split the same way over the lines below theirs, which keep what they had.
    - ``EXACT``: shares keep 20 decimals beyond the minor unit's, and only there does the largest remainder decide.
    """

    LARGEST = "largest"
    FIRST_LINES = "first_lines"
    REVERSED = "reversed"
    LAST_LINE = "last_line"
    HALF_DOWN_FIRST = "half_down_first"
    EXACT = "exact"


class ZeroWeights(Enum):
    """What happens where every weight is 0: ``EQUAL`` parts, or ``NONE``, and all of the amount is left unused."""

    EQUAL = "equal"
    NONE = "none"


@frozen
class Allocation:
    """An amount split into parts; the parts and what is unused sum to it exactly.

    Attributes:
        shares: one part for each weight, in the order given, in major units, with the sign of the amount.
        unused: what no line could take because of the caps, or because there was no weight.

    """

    shares: tuple[Money, ...]
    unused: Money


def allocate(
    amount: Money,
    weights: Sequence[Decimal | int],
    *,
    keys: Sequence[str] | Sequence[int] | None = None,
    caps: Sequence[Money | None] | None = None,
    remainder: Remainder = Remainder.LARGEST,
    rounding_digits: int | None = None,
    zero_weights: ZeroWeights = ZeroWeights.EQUAL,
    share_mode: RoundingMode = RoundingMode.HALF_UP,
) -> Allocation:
    """Return ``amount`` split in proportion to ``weights``, no part beyond its cap (pricing properties 1 and 42).

    What a cap cuts off is spread again over the lines below theirs, in proportion, until nothing is cut. The
    split of a negative amount is the mirror image of the split of the positive one.

    Args:
        amount: in major units, rounded to ``rounding_digits``; only ``Remainder.EXACT`` takes more decimals.
        weights: 0 or more; a line of weight 0 takes no part, unless all weights are 0.
        keys: the stable ids of the lines, each once; they decide ties, so that the order of the lines does not.
            Without keys the position decides.
        caps: the most that a line may get, 0 or more whatever the sign of ``amount``; None for a line without.
        remainder: who gets the minor units left over.
        rounding_digits: decimals of the parts; None means the currency's own.
        zero_weights: what happens where every weight is 0.
        share_mode: how ``LAST_LINE`` rounds the shares before the last; up and down are away from and towards 0.

    Raises:
        InvalidValue: ``value.not_accepted`` for a weight or cap below 0, a repeated key, a list of another length
            or an amount that is not rounded; ``money.currency_mismatch`` for a cap of another currency.

    """
    digits = currency_digits(amount.currency) if rounding_digits is None else rounding_digits
    if remainder is Remainder.EXACT:
        digits += _EXACT_DIGITS
    total = _units(amount, digits)
    parts = _whole_weights(weights)
    order = _tie_order(keys, len(parts))
    limits = _limits(caps, amount.currency, digits, len(parts))
    if not any(parts) and zero_weights is ZeroWeights.EQUAL:
        parts = [1] * len(parts)
    fill = _fill_in_rounds if remainder is Remainder.HALF_DOWN_FIRST else _fill
    shares = fill(abs(total), parts, limits, _Rule(remainder, share_mode, order))
    sign = -1 if total < 0 else 1
    return Allocation(
        shares=tuple(_money(sign * share, amount.currency, digits) for share in shares),
        unused=_money(total - sign * sum(shares), amount.currency, digits),
    )


def split_units(amount: Money, quantity: int, *, rounding_digits: int | None = None) -> Allocation:
    """Return ``amount`` of a line split over its ``quantity`` units, unit 1 first, as `part_of_units` gives them.

    Raises:
        InvalidValue: ``value.not_accepted`` for a quantity below 1 or an amount that is not rounded.

    """
    shares = tuple(
        part_of_units(amount, quantity, 1, before=unit, rounding_digits=rounding_digits) for unit in range(quantity)
    )
    if not shares:
        raise NOT_ACCEPTED.error("quantity", value=quantity, accepted="1 or more")
    return Allocation(shares, Money.zero(amount.currency))


def part_of_units(
    amount: Money,
    quantity: Decimal | int,
    count: Decimal | int,
    *,
    before: Decimal | int = 0,
    rounding_digits: int | None = None,
) -> Money:
    """Return what ``count`` units of a line of ``quantity`` carry of ``amount``, ``before`` of them having gone.

    The first k units carry ``amount x k / quantity``, rounded half up; later ones the difference of two such
    figures. So in whatever parts a line is taken back, also of a unit (0.25 kg), they sum to ``amount`` exactly.

    Raises:
        InvalidValue: ``value.not_accepted`` for a quantity of 0 or less, for parts outside of it, or an amount that
            is not rounded.

    """
    whole, gone, taken = exact_decimal(quantity), exact_decimal(before), exact_decimal(count)
    if whole <= 0:
        raise NOT_ACCEPTED.error("quantity", value=quantity, accepted="a quantity above 0")
    if not 0 <= gone <= whole:
        raise NOT_ACCEPTED.error("before", value=before, accepted=f"0 to {quantity}")
    reached = EXACT.add(gone, taken)
    if taken < 0 or reached > whole:
        raise NOT_ACCEPTED.error("count", value=count, accepted=f"0 to {EXACT.subtract(whole, gone)}")
    digits = currency_digits(amount.currency) if rounding_digits is None else rounding_digits
    total = _units(amount, digits)
    until, since, of = _whole_weights((reached, gone, whole))
    units = _half_up(abs(total) * until, of) - _half_up(abs(total) * since, of)
    return _money(-units if total < 0 else units, amount.currency, digits)


@frozen
class _Rule:
    remainder: Remainder
    mode: RoundingMode
    order: list[int]


def _half_up(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)


def _units(amount: Money, digits: int) -> int:
    scaled = EXACT.scaleb(amount.amount, digits)
    units = int(scaled)
    if units != scaled:
        raise NOT_ACCEPTED.error("amount", value=amount, accepted=f"an amount rounded to {digits} decimals")
    return units


def _money(units: int, currency: str, digits: int) -> Money:
    return Money(EXACT.scaleb(Decimal(units), -digits), currency)


def _whole_weights(weights: Sequence[Decimal | int]) -> list[int]:
    ratios = []
    for index, weight in enumerate(weights):
        exact = exact_decimal(weight, "weights")
        if exact < 0:
            raise NOT_ACCEPTED.error(f"weights[{index}]", value=weight, accepted="0 or more")
        ratios.append(exact.as_integer_ratio())
    common = lcm(*(below for _above, below in ratios))
    return [above * (common // below) for above, below in ratios]


def _tie_order(keys: Sequence[str] | Sequence[int] | None, count: int) -> list[int]:
    if keys is None:
        return list(range(count))
    if len(keys) != count or len(set(keys)) != count:
        raise NOT_ACCEPTED.error("keys", value=list(keys), accepted=f"{count} keys, each once")
    order = [0] * count
    for place, index in enumerate(sorted(range(count), key=keys.__getitem__)):
        order[index] = place
    return order


def _limits(caps: Sequence[Money | None] | None, currency: str, digits: int, count: int) -> list[int | None]:
    if caps is None:
        return [None] * count
    if len(caps) != count:
        raise NOT_ACCEPTED.error("caps", value=len(caps), accepted=f"{count} caps")
    limits: list[int | None] = []
    for index, cap in enumerate(caps):
        if cap is None:
            limits.append(None)
            continue
        if cap.currency != currency:
            raise CURRENCY_MISMATCH.error(f"caps[{index}]", value=cap, other=currency)
        if cap.amount < 0:
            raise NOT_ACCEPTED.error(f"caps[{index}]", value=cap, accepted="0 or more")
        limits.append(int(EXACT.scaleb(cap.amount, digits)))
    return limits


def _fill(total: int, weights: list[int], limits: list[int | None], rule: _Rule) -> list[int]:
    shares = [0] * len(weights)
    active = [index for index, weight in enumerate(weights) if weight]
    rest = total
    while active:
        whole = sum(weights[index] for index in active)
        cut = {
            index for index in active if (limit := limits[index]) is not None and rest * weights[index] > limit * whole
        }
        if not cut:
            for index, share in zip(active, _share_out(rest, active, weights, limits, rule), strict=True):
                shares[index] = share
            break
        for index in cut:
            shares[index] = limits[index] or 0
            rest -= shares[index]
        active = [index for index in active if index not in cut]
    return shares


def _fill_in_rounds(total: int, weights: list[int], limits: list[int | None], rule: _Rule) -> list[int]:
    shares = [0] * len(weights)
    active = [index for index, weight in enumerate(weights) if weight]
    rest = total
    while active and rest:
        parts = _share_out(rest, active, weights, [None] * len(weights), rule)
        rest, below = 0, []
        for index, part in zip(active, parts, strict=True):
            shares[index] += part
            limit = limits[index]
            if limit is None or shares[index] < limit:
                below.append(index)
            else:
                rest += shares[index] - limit
                shares[index] = limit
        active = below
    return shares


def _share_out(total: int, active: list[int], weights: list[int], limits: list[int | None], rule: _Rule) -> list[int]:
    whole = sum(weights[index] for index in active)
    exact = [divmod(total * weights[index], whole) for index in active]
    room = [limits[index] for index in active]
    places = range(len(active))
    if rule.remainder is Remainder.LAST_LINE:
        return _last_takes_rest(total, [_rounded(each, whole, rule.mode) for each in exact], room)
    if rule.remainder is Remainder.HALF_DOWN_FIRST:
        shares = [_rounded(each, whole, RoundingMode.HALF_DOWN) for each in exact]
        return _one_each(total, shares, room, list(places))
    shares = [share for share, _fraction in exact]
    if rule.remainder is Remainder.FIRST_LINES:
        return _one_each(total, shares, room, list(places))
    if rule.remainder is Remainder.REVERSED:
        return _one_each(total, shares, room, list(reversed(places)))
    by_fraction = sorted(places, key=lambda place: (-exact[place][1], rule.order[active[place]]))
    return _one_each(total, shares, room, by_fraction)


def _one_each(total: int, shares: list[int], room: list[int | None], places: list[int]) -> list[int]:
    missing = total - sum(shares)
    step = 1 if missing > 0 else -1
    while missing:
        for place in places:
            limit = room[place]
            after = shares[place] + step
            if missing and after >= 0 and (limit is None or after <= limit):
                shares[place] = after
                missing -= step
    return shares


def _last_takes_rest(total: int, rounded: list[int], room: list[int | None]) -> list[int]:
    shares = []
    rest = total
    for share in rounded[:-1]:
        shares.append(min(share, rest))
        rest -= shares[-1]
    shares.append(0)
    for place in reversed(range(len(shares))):
        limit = room[place]
        more = rest if limit is None else min(rest, limit - shares[place])
        shares[place] += more
        rest -= more
    return shares


def _rounded(share: tuple[int, int], whole: int, mode: RoundingMode) -> int:
    below, fraction = share
    if mode in {RoundingMode.UP, RoundingMode.CEILING}:
        return below + (fraction > 0)
    if mode in {RoundingMode.DOWN, RoundingMode.FLOOR}:
        return below
    half = 2 * fraction - whole
    if half == 0:
        return below + (mode is RoundingMode.HALF_UP or (mode is RoundingMode.HALF_EVEN and below % 2))
    return below + (half > 0)
