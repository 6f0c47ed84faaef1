"""The selection that gives each line the one deal of a lane that takes most off it."""

from __future__ import annotations

from attrs import frozen

from servicecore.pricing.deals.bench import AddedItem, Share
from servicecore.pricing.deals.benefits import Proposal
from servicecore.pricing.deals.combination import Tie
from servicecore.pricing.deals.deal import Deal
from servicecore.pricing.deals.selection.run import LOST_TO, Run


@frozen
class _Rival:
    share: Share
    deal: Deal


def apply_best_single(run: Run, deals: tuple[Deal, ...]) -> None:
    """Apply, lane after lane, the best deal to each line; the settings decide between equal ones.

    Every deal of a lane is tested and computed on what the lanes before left.
    """
    lanes = run.bench.settings.lanes or ("default",)
    for lane in lanes:
        _apply_lane(run, [deal for deal in deals if (deal.lane or "default") == lane])


def _apply_lane(run: Run, deals: list[Deal]) -> None:
    rivals: dict[str, list[_Rival]] = {}
    added: dict[str, tuple[AddedItem, ...]] = {deal.id: () for deal in deals}
    entered = [deal for deal in deals if _enters(run, deal)]
    for deal in entered:
        for benefit in deal.benefits:
            proposal = run.within_budget(deal, benefit.propose(run.view(deal)))
            added[deal.id] = (*added[deal.id], *proposal.added)
            for share in proposal.shares:
                if share.amount:
                    rivals.setdefault(share.line, []).append(_Rival(share, deal))
    won, beaten = _decided(rivals, last=run.bench.settings.tie is Tie.LAST)
    for deal in entered:
        shares = tuple(won.get(deal.id, ()))
        if shares or added[deal.id]:
            run.apply(deal, Proposal(shares, added[deal.id]))
            run.count(deal)
        elif deal.id in beaten:
            accepted = "the deal that takes most off the line"
            run.refuse(deal, LOST_TO.at("deals", value=deal.id, winner=beaten[deal.id], accepted=accepted))
        else:
            run.gives_nothing(deal)


def _enters(run: Run, deal: Deal) -> bool:
    problem = run.closed(deal) or (None if deal.skip_conditions else deal.problem(run.view(deal)))
    if problem is not None:
        run.refuse(deal, problem)
    return problem is None


def _decided(rivals: dict[str, list[_Rival]], *, last: bool) -> tuple[dict[str, list[Share]], dict[str, str]]:
    won: dict[str, list[Share]] = {}
    beaten: dict[str, str] = {}
    for rows in rivals.values():
        best = max(reversed(rows) if last else rows, key=lambda rival: rival.share.amount)
        won.setdefault(best.deal.id, []).append(best.share)
        beaten.update({rival.deal.id: best.deal.id for rival in rows if rival is not best})
    return won, beaten
