"""The one offer of a group that a cart gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from servicecore.pricing.promotions.benefits import Proposal
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.offer_groups import Keep
from servicecore.pricing.promotions.outcomes import not_beside
from servicecore.pricing.promotions.selection.run import Run


def wins_in_group(run: Run, offer: Offer, rivals: Iterable[Offer]) -> bool:
    """Return whether ``offer``, whose turn it is, is the one of its group; one that is not is refused.

    ``rivals`` are the offers that can be applied and come later. Where none of a group gives anything, each may try.
    """
    if not offer.group:
        return True
    if offer.group not in run.winners:
        bids = [(each, _offered(run, each)) for each in (offer, *rivals) if each.group == offer.group]
        giving = [(each, bid) for each, bid in bids if bid.gives]
        if not giving:
            return True
        run.winners[offer.group] = _chosen(run, giving)
    winner = run.winners[offer.group]
    if winner is not offer:
        run.refuse(offer, not_beside(offer, winner.id))
    return winner is offer


def one_of_each_group(run: Run, offers: Sequence[Offer]) -> list[Offer]:
    """Return those of ``offers``, which can all be applied, in order, that are the one of their group or in none."""
    return [offer for place, offer in enumerate(offers) if wins_in_group(run, offer, offers[place + 1 :])]


def _chosen(run: Run, giving: list[tuple[Offer, Proposal]]) -> Offer:
    name = giving[0][0].group
    keep = next((each.keep for each in run.bench.settings.groups if each.name == name), Keep.HIGHEST)
    if keep is Keep.FIRST:
        return giving[0][0]
    best = max if keep is Keep.HIGHEST else min
    return best(giving, key=lambda row: row[1].amount)[0]


def _offered(run: Run, offer: Offer) -> Proposal:
    """Return what ``offer`` would do now; what does not fit its budget is noted only where it is applied."""
    noted = len(run.lost)
    proposal = run.offered(offer)
    del run.lost[noted:]
    return proposal
