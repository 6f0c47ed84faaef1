"""Take an offer off the order: its amount is computed once, rounded once, and split over its lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import ROUND_FLOOR, Decimal

from servicecore.kernel.allocation import allocate
from servicecore.kernel.explain import StepKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.offer import Exclusivity, Offer
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


def alone_in_cart(lines: Lines, offers: Mapping[str, Offer], exclusive: Collection[str] = ()) -> str:
    """Return what lowered ``lines`` and tolerates nothing beside itself in the cart; empty for nothing.

    Args:
        lines: after offers and coupons.
        offers: by id; one of them is alone where it is exclusive in the cart.
        exclusive: ids of exclusive coupons.

    """
    for line in lines:
        for each in line.discounts:
            offer = offers.get(each.offer)
            if each.offer in exclusive or (offer is not None and offer.exclusive is Exclusivity.CART):
                return each.offer
    return ""
