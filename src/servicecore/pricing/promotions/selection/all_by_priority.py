"""The selection that applies every offer, one after the other, each on what the ones before it left."""

from __future__ import annotations

from collections.abc import Iterable

from servicecore.kernel.explain import NotApplied
from servicecore.pricing.promotions.benefits import Benefit, LineBenefit
from servicecore.pricing.promotions.offers import Exclusivity
from servicecore.pricing.promotions.scene import Lines
from servicecore.pricing.promotions.selection.candidate import NOTHING, OFFER_APPLIED, Candidate


def apply_all_by_priority(candidates: Iterable[Candidate]) -> list[NotApplied]:
    """Apply the line offers ``candidates``, given in the order of application; return those that touched no line.

    Percentages compound on what is left (pricing property 29). An offer that is exclusive on its lines takes only
    lines that no other has touched, and closes them to the others.
    """
    losers: list[NotApplied] = []
    for candidate in candidates:
        offer = candidate.offer
        benefit: Benefit = offer.benefit
        if not isinstance(benefit, LineBenefit):
            continue
        lines = free_lines(candidate)
        if not lines:
            losers.append(candidate.not_beside(holder(candidate.lines)))
            continue
        applied = False
        closes = offer.exclusive is Exclusivity.LINE
        for line in lines:
            off = benefit.off(line)
            if off > NOTHING:
                applied = True
                line.take_off(
                    off, offer.id, candidate.code, OFFER_APPLIED, offer=offer.id, name=offer.name, terms=benefit
                )
                line.taken = closes
        if not applied:
            losers.append(candidate.gives_nothing())
    return losers


def free_lines(candidate: Candidate) -> Lines:
    """Return the candidate's lines that the offers before it leave to it."""
    offer = candidate.offer
    alone = offer.exclusive is Exclusivity.LINE or not offer.applies_to_discounted
    return tuple([line for line in candidate.lines if not line.taken and not (alone and line.discounts)])


def holder(lines: Lines) -> str:
    """Return the ids of the offers that lowered ``lines``."""
    return ", ".join(dict.fromkeys(each.offer for line in lines for each in line.discounts))
