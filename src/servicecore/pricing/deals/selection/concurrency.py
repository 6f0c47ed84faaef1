"""The selection by concurrency modes: exclusive before best price, best price against all compound ones together."""

from __future__ import annotations

from decimal import Decimal

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.bench import NOTHING, Share
from servicecore.pricing.deals.benefits import Proposal
from servicecore.pricing.deals.deal import Deal, Stacking
from servicecore.pricing.deals.selection.run import LOST_TO, Run


def apply_concurrently(run: Run, deals: tuple[Deal, ...]) -> None:
    """Apply to each line the best exclusive deal; without one the better of best price and compound."""
    offered: dict[str, list[tuple[Deal, Share]]] = {}
    entered: list[Deal] = []
    for deal in deals:
        problem = run.closed(deal) or (None if deal.skip_conditions else deal.problem(run.view(deal)))
        if problem is not None:
            run.refuse(deal, problem)
            continue
        entered.append(deal)
        for benefit in deal.benefits:
            for share in run.within_budget(deal, benefit.propose(run.view(deal))).shares:
                if share.amount:
                    offered.setdefault(share.line, []).append((deal, share))
    won: dict[str, list[Share]] = {}
    for line, rows in offered.items():
        room = max(run.bench.rest[line], NOTHING)
        for deal, share in _chosen(rows):
            amount = min(share.amount, room)
            room = EXACT.subtract(room, amount)
            won.setdefault(deal.id, []).append(Share(share.deal, line, amount, share.units, share.on_order))
    for deal in entered:
        shares = tuple(won.get(deal.id, ()))
        if shares:
            run.apply(deal, Proposal(shares))
            run.count(deal)
        else:
            winner = ", ".join(won) or "no other deal"
            run.refuse(deal, LOST_TO.at("deals", value=deal.id, winner=winner, accepted="what takes most off"))


def _chosen(rows: list[tuple[Deal, Share]]) -> list[tuple[Deal, Share]]:
    exclusive = [row for row in rows if row[0].stacking is Stacking.EXCLUSIVE]
    if exclusive:
        return [max(exclusive, key=_amount)]
    single = [row for row in rows if row[0].stacking is Stacking.BEST_PRICE]
    compound = [row for row in rows if row[0].stacking is Stacking.COMPOUND]
    together = NOTHING
    for row in compound:
        together = EXACT.add(together, _amount(row))
    if single and _amount(max(single, key=_amount)) > together:
        return [max(single, key=_amount)]
    return compound


def _amount(row: tuple[Deal, Share]) -> Decimal:
    return row[1].amount
