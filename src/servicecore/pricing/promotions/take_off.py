"""Take an offer off the order: its amount is computed once, rounded once, and split over its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, Decimal

from servicecore.kernel.allocation import allocate
from servicecore.kernel.explain import StepKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.scene import Lines


def value_of(lines: Lines) -> Decimal:
    """Return the sum of the lines' nets so far, rounded as each line is."""
    total = Decimal(0)
    for line in lines:
        total = EXACT.add(total, line.net)
    return total


def rounded_off(off: Decimal, value: Decimal, lines: Lines) -> Decimal:
    """Return ``off`` rounded as a line is; all of ``value`` stays all of it, even between two cash steps."""
    return value if off == value else min(lines[0].round_line(off), value)


def split_off(
    amount: Decimal,
    lines: Lines,
    digits: int,
    offer: str,
    code: str,
    kind: StepKind,
    *,
    named: Callable[[LineInProgress], Mapping[str, object]],
) -> Decimal:
    """Take ``amount``, rounded to ``digits``, off ``lines``, at least one, in proportion to their nets.

    The parts sum to the amount (pricing property 1), less what lowest prices leave no room for, and no line goes below
    0; ties go by the lines' numbers, so that their order does not matter. ``named`` is what the step of a line names.

    Returns:
        What was taken off.

    """
    one = lines[0].one
    step = Decimal(1).scaleb(-digits)
    allocation = allocate(
        one * amount,
        [line.net for line in lines],
        keys=[line.number for line in lines],
        caps=[one * (line.room.quantize(step, ROUND_FLOOR, EXACT) if line.lowest else line.net) for line in lines],
        rounding_digits=digits,
    )
    for line, share in zip(lines, allocation.shares, strict=True):
        if share:
            line.take_off_share(share.amount, offer, code, kind, named(line))
    return EXACT.subtract(amount, allocation.unused.amount)


def holder(lines: Lines) -> str:
    """Return the ids of the offers that lowered ``lines``."""
    return ", ".join(dict.fromkeys(each.offer for line in lines for each in line.discounts))
