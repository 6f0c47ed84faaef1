"""The selection that applies every deal, one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from servicecore.pricing.deals.basket import Scope
from servicecore.pricing.deals.bench import Share
from servicecore.pricing.deals.combination import UnitUse
from servicecore.pricing.deals.deal import Deal
from servicecore.pricing.deals.selection.run import Run


def apply_in_order(run: Run, deals: Iterable[Deal]) -> None:
    """Apply ``deals`` in order; conditions of each are tested on what those before left.

    A deal is applied again while its conditions hold where the settings repeat, and once where it skips conditions.
    """
    for deal in deals:
        closed = run.closed(deal)
        if closed is not None:
            run.refuse(deal, closed)
            continue
        _apply(run, deal)


def _apply(run: Run, deal: Deal) -> None:
    again = run.bench.settings.repeat and not deal.skip_conditions
    while run.applications_left(deal):
        if not deal.skip_conditions:
            problem = deal.problem(run.view(deal))
            if problem is not None:
                if not run.times.get(deal.id):
                    run.refuse(deal, problem)
                return
        if not _once(run, deal):
            return
        if not again or _is_shipping(deal):
            return


def _once(run: Run, deal: Deal) -> bool:
    spent: list[Share] = []
    spends = False
    gave = False
    refused = len(run.lost)
    for benefit in deal.benefits:
        proposal = run.within_budget(deal, benefit.propose(run.view(deal)))
        if proposal.gives:
            run.apply(deal, proposal)
            spent.extend(proposal.shares)
            gave = True
        spends = spends or benefit.spends_condition or benefit.scope is Scope.SHIPPING
    if not gave and not _is_shipping(deal):
        if not run.times.get(deal.id) and len(run.lost) == refused:
            run.gives_nothing(deal)
        return False
    run.count(deal)
    if spends and run.bench.settings.unit_use is UnitUse.SPENT:
        run.spend_condition(deal, tuple(spent))
    return True


def _is_shipping(deal: Deal) -> bool:
    return bool(deal.benefits) and all(benefit.scope is Scope.SHIPPING for benefit in deal.benefits)
