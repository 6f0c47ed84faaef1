"""Lower the total by hand: bring the lines of a cart down to a sub-total, within the limits of a role (CC 8.3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from servicecore.kernel.allocation import allocate
from servicecore.kernel.explain import StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import CURRENCY_MISMATCH, Money, trusted_money
from servicecore.kernel.problems import NOT_ACCEPTED, Problem
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.total_override import TotalOverride

TOTAL_OVERRIDE: Final = "total_override"
"""What the discounts of lines name as their offer where the total was lowered by hand."""
_PATH: Final = "total_override"
TOTAL_LOWERED: Final = StepKind(
    "pricing.total_override",
    en="share of the total lowered from {before} to {after} by {actor}: {reason}",
    it="quota del totale ridotto da {before} a {after} da {actor}: {reason}",
    de="Anteil an der von {actor} von {before} auf {after} gesenkten Summe: {reason}",
)


def lower_total(
    override: TotalOverride,
    before: Money,
    lines: Sequence[LineInProgress],
    digits: int,
    policy: OverridePolicy,
    facts: Facts,
) -> list[Problem]:
    """Spread what the override takes off over ``lines`` by their nets; or return why it may not be made.

    Args:
        override: what was asked.
        before: the sub-total without it, rounded as the book says.
        lines: lines after offers and coupons; they are changed.
        digits: decimals of a line's amounts.
        policy: the limits.
        facts: who asks, who approves, and their roles.

    Returns:
        ``money.currency_mismatch``, ``value.not_accepted`` for a sub-total above ``before``,
        ``override.reason_required``, ``override.approval_required``, ``authority.not_permitted``; empty where it holds.

    """
    if override.subtotal.currency != before.currency:
        return [CURRENCY_MISMATCH.at(f"{_PATH}.subtotal", value=override.subtotal, other=before.currency)]
    if override.subtotal > before:
        return [NOT_ACCEPTED.at(f"{_PATH}.subtotal", value=override.subtotal, accepted=f"{before} or less")]
    problems = policy.total_refusals(before, override.subtotal, override.reason, facts, _PATH)
    taken = before - override.subtotal
    if problems or not taken:
        return problems
    nets = [line.net for line in lines]
    caps = [trusted_money(net, before.currency) for net in nets]
    keys = [line.number for line in lines]
    split = allocate(taken, nets, keys=keys, caps=caps, rounding_digits=digits)
    named = {"before": before, "after": override.subtotal, "actor": facts.actor.id, "reason": override.reason}
    for line, share in zip(lines, split.shares, strict=True):
        if share.amount != Decimal(0):
            line.take_off_share(share.amount, TOTAL_OVERRIDE, "", TOTAL_LOWERED, named)
    return []
