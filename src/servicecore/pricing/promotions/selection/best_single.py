"""The selection that gives each line the one offer that takes most off it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from servicecore.kernel.explain import NotApplied
from servicecore.pricing.line_in_progress import LineInProgress
from servicecore.pricing.promotions.benefits import LineBenefit
from servicecore.pricing.promotions.offers import Exclusivity
from servicecore.pricing.promotions.scene import Scene
from servicecore.pricing.promotions.selection.candidate import NOTHING, OFFER_APPLIED, Candidate


def apply_best_single(candidates: Iterable[Candidate], scene: Scene) -> list[NotApplied]:
    """Apply to each line the best of ``candidates``, given in the order of application, which decides between equals.

    An offer that loses on a line is named there with the offer that it lost to; one that touched no line is
    returned.
    """
    given = [candidate for candidate in candidates if isinstance(candidate.benefit, LineBenefit)]
    rivals: dict[int, list[tuple[Decimal, Candidate]]] = {}
    for candidate in given:
        benefit = candidate.benefit
        if isinstance(benefit, LineBenefit):
            for line in candidate.lines:
                rivals.setdefault(line.number, []).append((benefit.off(line), candidate))
    winners: set[str] = set()
    lost: dict[str, NotApplied] = {}
    for line in scene.lines:
        if line.number in rivals:
            winner = _settle(line, rivals[line.number], scene, lost)
            if winner is not None:
                winners.add(winner)
    return [
        lost.get(candidate.name) or candidate.gives_nothing()
        for candidate in given
        if candidate.offer.id not in winners
    ]


def _settle(
    line: LineInProgress, rivals: list[tuple[Decimal, Candidate]], scene: Scene, lost: dict[str, NotApplied]
) -> str | None:
    off, winner = max(rivals, key=lambda rival: rival[0])
    if off <= NOTHING:
        return None
    offer = winner.offer
    line.take_off(off, offer.id, winner.code, OFFER_APPLIED, offer=offer.id, name=offer.name, terms=winner.benefit)
    line.taken = offer.exclusive is Exclusivity.LINE
    for less, loser in rivals:
        if loser is not winner:
            reason = loser.lost(less, scene, winner, off)
            line.trail.not_applied.append(reason)
            lost[loser.name] = reason
    return offer.id
