"""Apply the deals of a programme to a basket: the one way from deals to discounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import frozen

from servicecore.kernel.explain import NotApplied
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.deals.basket import Basket
from servicecore.pricing.deals.bench import NOTHING, AddedItem, Bench, Share
from servicecore.pricing.deals.benefits import BuyGet
from servicecore.pricing.deals.codes import PastOrder, released
from servicecore.pricing.deals.combination import Combination, DealOrder, DealSelection
from servicecore.pricing.deals.deal import Deal, DealExclusivity
from servicecore.pricing.deals.programme import DealProgramme
from servicecore.pricing.deals.selection import Run, apply_best_single, apply_concurrently, apply_in_order
from servicecore.pricing.deals.selection.run import Application

NOT_BESIDE: Final = ProblemKind(
    "deal.not_combinable",
    en="{value} does not stand beside {other}; accepted: {accepted}",
    it="{value} non è cumulabile con {other}; valori ammessi: {accepted}",
    de="{value} verträgt sich nicht mit {other}; zulässig: {accepted}",
)


@frozen
class DealOutcome:
    """What deals did to a basket; the shares of a line sum to its discount.

    Attributes:
        shares: what was taken off, in order of application.
        added: items put in.
        applications: deals that were applied.
        codes: typed code by the id of the deal that it released.
        refused: codes and deals that took no effect, with the reason.
        units_used: by line, units that deals used.
        tested: how many deals were looked at.

    """

    shares: tuple[Share, ...]
    added: tuple[AddedItem, ...]
    applications: tuple[Application, ...]
    codes: tuple[tuple[str, str], ...]
    refused: tuple[NotApplied, ...]
    units_used: tuple[tuple[str, Decimal], ...]
    tested: int

    def discount(self, line: str) -> Decimal:
        """Return what was taken off ``line``, exact."""
        total = NOTHING
        for share in self.shares:
            if share.line == line:
                total = EXACT.add(total, share.amount)
        return total


def apply_deals(programme: DealProgramme, basket: Basket, day: int, history: tuple[PastOrder, ...] = ()) -> DealOutcome:
    """Return what the deals of ``programme`` do to ``basket`` on a civil day (a number of days).

    Pure. No line goes below 0. ``history`` are the customer's orders before, for limits of codes.

    """
    settings = programme.settings
    codes, refused = released(programme.coded, basket, history, day, settings.code_match)
    candidates = [deal for deal in programme.candidates(basket, codes) if deal.is_valid_on(day)]
    deals = _ordered(candidates, settings)
    run = Run(Bench(basket, settings), lost=list(refused))
    if settings.selection is DealSelection.BEST_SINGLE:
        apply_best_single(run, deals)
    elif settings.selection is DealSelection.CONCURRENCY:
        apply_concurrently(run, deals)
    elif settings.selection is DealSelection.FIRST_EXCLUSIVE_ELSE_ALL:
        apply_in_order(run, _exclusive_else_all(run, deals))
    else:
        apply_in_order(run, deals)
    return DealOutcome(
        shares=tuple(run.bench.shares),
        added=tuple(run.bench.added),
        applications=run.applications(deals),
        tested=len(candidates),
        codes=tuple(codes.items()),
        refused=tuple(run.lost),
        units_used=tuple(run.bench.spent_by_all.items()),
    )


def _ordered(deals: list[Deal], settings: Combination) -> tuple[Deal, ...]:
    if settings.order is DealOrder.PRIORITY:
        deals = sorted(deals, key=lambda deal: -deal.priority)
    elif settings.order is DealOrder.BUY_GET_FIRST:
        deals = sorted(deals, key=lambda deal: not any(isinstance(each, BuyGet) for each in deal.benefits))
    return tuple(deals)


def _exclusive_else_all(run: Run, deals: tuple[Deal, ...]) -> tuple[Deal, ...]:
    exclusive = [deal for deal in deals if deal.exclusive is DealExclusivity.CART]
    able = [deal for deal in exclusive if _can_give(run, deal)]
    if not able:
        return deals
    first = max(able, key=lambda deal: deal.priority)
    for deal in deals:
        if deal is not first:
            reason = NOT_BESIDE.at("deals", value=deal.id, other=first.id, accepted="one of the two")
            run.refuse(deal, reason)
    return (first,)


def _can_give(run: Run, deal: Deal) -> bool:
    view = run.view(deal)
    if run.closed(deal) is not None or deal.problem(view) is not None:
        return False
    return any(benefit.propose(view).gives for benefit in deal.benefits)
