"""The selection that applies every offer, one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.combination import OfferOrder, UnitUse
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.selection.one_of_group import wins_in_group
from servicecore.pricing.promotions.selection.run import Run


def apply_all(run: Run, offers: Iterable[Offer]) -> None:
    """Apply ``offers``, given in the order of application: where the settings stage them, those on the order last."""
    given = tuple(offers)
    if run.bench.settings.order is OfferOrder.STAGES:
        apply_together(run, [offer for offer in given if not offer.on_order])
        apply_together(run, [offer for offer in given if offer.on_order])
    else:
        apply_in_order(run, given)


def apply_in_order(run: Run, offers: Iterable[Offer]) -> None:
    """Apply ``offers`` in order; conditions of each are tested on what those before left.

    An offer is applied again while its conditions hold where the settings repeat, and once where it skips conditions or
    adds items.
    """
    given = tuple(offers)
    for place, offer in enumerate(given):
        for entered in run.enter([offer]):
            rivals = [each for each in given[place + 1 :] if each.group and run.problem(each) is None]
            if wins_in_group(run, entered, rivals):
                apply_offer(run, entered)


def apply_together(run: Run, offers: Iterable[Offer]) -> None:
    """Apply ``offers`` in order; the conditions of all are tested before the first of them is applied."""
    entered = run.enter(offers)
    for place, offer in enumerate(entered):
        if wins_in_group(run, offer, entered[place + 1 :]):
            apply_offer(run, offer)


def apply_offer(run: Run, offer: Offer) -> None:
    """Apply ``offer``, which can be; again while its conditions hold where the settings repeat."""
    # What adds items counts all units at once, and spends none that would end a repetition.
    takes_off = all(benefit.takes_off for benefit in offer.benefits)
    again = run.bench.settings.repeat and not offer.skip_conditions and takes_off
    while run.applications_left(offer) and _once(run, offer):
        if not again or not offer.touches_goods or run.problem(offer) is not None:
            return


def _once(run: Run, offer: Offer) -> bool:
    spends = False
    gave = False
    refused = len(run.lost)
    for benefit in offer.benefits:
        proposal = run.within_budget(offer, benefit.propose(run.view(offer)))
        if proposal.gives:
            run.apply(offer, proposal)
            gave = True
        spends = spends or benefit.spends_condition or benefit.scope is Scope.SHIPPING
    if not gave and offer.touches_goods:
        if not run.times.get(offer.id) and len(run.lost) == refused:
            run.gives_nothing(offer)
        return False
    in_use = run.bench.units.now_in_use()
    run.count(offer)
    if spends and run.bench.settings.unit_use is UnitUse.SPENT:
        run.spend_condition(offer, in_use)
    return True
