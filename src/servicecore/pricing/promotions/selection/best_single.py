"""The selection that gives each line the one offer of a lane that takes most off it."""

from __future__ import annotations

from attrs import frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.money import Money
from servicecore.pricing.promotions.bench import AddedItem, Share
from servicecore.pricing.promotions.benefits import Proposal
from servicecore.pricing.promotions.combination import OfferOrder, Tie
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.outcomes import lost_to
from servicecore.pricing.promotions.selection.one_of_group import one_of_each_group
from servicecore.pricing.promotions.selection.run import Run


@frozen
class _Rival:
    share: Share
    offer: Offer


def apply_best_single(run: Run, offers: tuple[Offer, ...]) -> None:
    """Apply, lane after lane, the best offer to each line; the settings decide between equal ones.

    Every offer of a lane is tested and computed on what the lanes before left. In stages, the offers on the order
    follow, of which the one that takes most off all lines together is applied.
    """
    staged = run.bench.settings.order is OfferOrder.STAGES
    for lane in run.bench.settings.lanes or ("default",):
        of_lane = [offer for offer in offers if (offer.lane or "default") == lane]
        _apply_lane(run, [offer for offer in of_lane if not (staged and offer.on_order)])
        if staged:
            _apply_to_order(run, [offer for offer in of_lane if offer.on_order])


def _apply_lane(run: Run, offers: list[Offer]) -> None:
    rivals: dict[str, list[_Rival]] = {}
    added: dict[str, tuple[AddedItem, ...]] = {offer.id: () for offer in offers}
    entered = one_of_each_group(run, run.enter(offers))
    for offer in entered:
        proposal = run.offered(offer)
        added[offer.id] = proposal.added
        for share in proposal.shares:
            rivals.setdefault(share.line, []).append(_Rival(share, offer))
    won, beaten = _decided(run, rivals)
    for offer in entered:
        shares = tuple(won.get(offer.id, ()))
        if shares or added[offer.id]:
            run.apply(offer, Proposal(shares, added[offer.id]))
            run.count(offer)
        elif offer.id in beaten:
            run.lost.append(beaten[offer.id])
        else:
            run.gives_nothing(offer)


def _decided(run: Run, rivals: dict[str, list[_Rival]]) -> tuple[dict[str, list[Share]], dict[str, NotApplied]]:
    won: dict[str, list[Share]] = {}
    beaten: dict[str, NotApplied] = {}
    last = run.bench.settings.tie is Tie.LAST
    for line, rows in rivals.items():
        best = max(reversed(rows) if last else rows, key=lambda rival: rival.share.amount)
        if not best.share.amount:
            continue
        won.setdefault(best.offer.id, []).append(best.share)
        for rival in rows:
            if rival.offer is not best.offer:
                lost = _lost(run, rival, best)
                beaten[rival.offer.id] = lost
                run.lost_on_line.append((line, lost))
    return won, beaten


def _lost(run: Run, rival: _Rival, best: _Rival) -> NotApplied:
    currency = run.bench.basket.currency
    reason = lost_to(best.offer, Money(rival.share.amount, currency), Money(best.share.amount, currency))
    return NotApplied(run.name(rival.offer), reason)


def _apply_to_order(run: Run, offers: list[Offer]) -> None:
    proposals = [(offer, run.offered(offer)) for offer in one_of_each_group(run, run.enter(offers))]
    if not proposals:
        return
    rows = reversed(proposals) if run.bench.settings.tie is Tie.LAST else proposals
    winner, most = max(rows, key=lambda row: row[1].amount)
    currency = run.bench.basket.currency
    for offer, proposal in proposals:
        if offer is winner and proposal.gives:
            run.apply(offer, proposal)
            run.count(offer)
        elif offer is winner:
            run.gives_nothing(offer)
        else:
            run.refuse(offer, lost_to(winner, Money(proposal.amount, currency), Money(most.amount, currency)))
