"""Apply plain offers to the order: the amount is computed once, rounded once, and split over the lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from servicecore.kernel.explain import NotApplied
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.bench import NOTHING
from servicecore.pricing.promotions.outcomes import OFFER_APPLIED, applied, lost_to
from servicecore.pricing.promotions.plain.candidate import Candidate
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.promotions.take_off import rounded_off, split_off, value_of


def apply_to_order(candidates: Iterable[Candidate], digits: int) -> list[NotApplied]:
    """Apply ``candidates``, each on what the ones before left; return those that took nothing off."""
    lost: list[NotApplied] = []
    for candidate in candidates:
        if not candidate.free_lines():
            lost.append(candidate.stands_back())
        elif not _take_off(candidate, digits):
            lost.append(candidate.gives_nothing())
    return lost


def apply_best_to_order(candidates: list[Candidate], scene: Scene, digits: int) -> list[NotApplied]:
    """Apply the one of ``candidates`` that takes most off; of equal ones the first."""
    if len(candidates) < 2:  # noqa: PLR2004 - one has no rival
        return apply_to_order(candidates, digits)
    worth = [(_off(candidate), candidate) for candidate in candidates]
    most, winner = max(worth, key=lambda each: each[0])
    lost = [
        NotApplied(loser.name, lost_to(winner.offer, scene.one * off, scene.one * most))
        for off, loser in worth
        if loser is not winner
    ]
    return [*lost, *apply_to_order([winner], digits)]


def _off(candidate: Candidate) -> Decimal:
    lines = candidate.free_lines()
    value = value_of(lines)
    return rounded_off(candidate.benefit.off_sum(value), value, lines) if lines else NOTHING


def _take_off(candidate: Candidate, digits: int) -> bool:
    off, lines, offer = _off(candidate), candidate.free_lines(), candidate.offer
    if off <= NOTHING:
        return False

    def named(line: LineInProgress) -> Mapping[str, object]:
        return applied(offer, candidate.benefit, line.net, line.quantity)

    split_off(off, lines, digits, offer.id, candidate.code, OFFER_APPLIED, named=named)
    if candidate.alone_on_lines:
        for line in lines:
            line.taken = True
    return True
