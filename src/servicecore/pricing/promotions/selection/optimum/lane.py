"""A lane: its offers on units at their best, priority after priority, and the best of its offers on the order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price import OrderThreshold
from servicecore.pricing.promotions.bench import NOTHING
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.selection.optimum.offer_forms import competes
from servicecore.pricing.promotions.selection.optimum.stage import run_stage
from servicecore.pricing.promotions.selection.optimum.thresholds import thresholds_of
from servicecore.pricing.promotions.selection.optimum.way import Step, Way


def run_lane(way: Way, offers: Sequence[Offer]) -> Way:
    """Return ``way`` continued by the offers of one lane.

    Their conditions are tested on what the lanes before left, those of offers on the order again on what the offers on
    units left. Higher priorities take their units first. Of the offers on the order one is applied: the best of the
    highest priority that gives anything. Offers that put items in or are about shipping compete with none.
    """
    entered = list(way.run.enter(offers))
    competing = [offer for offer in entered if any(competes(each) for each in offer.benefits)]
    on_order = [offer for offer in competing if offer.on_order]
    on_units = [offer for offer in competing if not offer.on_order]
    thresholds = thresholds_of(way, on_units, on_order)
    if thresholds is None:
        way = _with_best_on_order(way, on_units, on_order)
    else:
        way, chosen = _on_units(way, on_units, tuple(thresholds.values()))
        for offer in on_order:
            if chosen and thresholds[offer.id].id == chosen:
                _take_off_order(way, offer, counted=True)
    applied = {step.offer.id for step in way.steps}
    for offer in entered:
        if offer in competing and offer.id not in applied:
            continue
        for benefit in offer.benefits:
            if not competes(benefit):
                way.note(Step(offer, benefit.propose(way.run.view(offer)), 0 if offer.id in applied else 1))
                applied.add(offer.id)
    way.stock.open_again()
    return way


def _on_units(way: Way, offers: Sequence[Offer], thresholds: Sequence[OrderThreshold] = ()) -> tuple[Way, str]:
    chosen = ""
    ranked = sorted(offers, key=lambda offer: -offer.priority)
    stages = [list(stage) for _priority, stage in groupby(ranked, key=lambda offer: offer.priority)]
    if thresholds and not stages:
        stages.append([])
    for stage in stages:
        way, chosen = run_stage(way, stage, thresholds)
    return way, chosen


def _with_best_on_order(way: Way, on_units: Sequence[Offer], on_order: Sequence[Offer]) -> Way:
    """Return the better of two ways: offers on units, then one on the order; or one on the order alone.

    The second counts where the offers on units leave too little for a condition of the order. Whatever lies between
    the two is bounded by what the order's offer would give on top of everything.
    """
    alone = way.fork()
    way, _none = _on_units(way, on_units)
    units_bound = way.bound
    ranked = sorted(on_order, key=lambda offer: (-offer.priority, offer.id))
    for _priority, group in groupby(ranked, key=lambda offer: offer.priority):
        found = [way]
        most = NOTHING
        for offer in group:
            for base in (way, alone):
                trial = base.fork()
                if not trial.run.enter([offer]):
                    way.run.lost.extend(trial.run.lost[-1:] if base is way else ())
                    continue
                _take_off_order(trial, offer)
                found.append(trial)
                most = max(most, EXACT.subtract(trial.value, base.value)) if base is alone else most
        best = min(found, key=lambda each: each.rank)
        best.bound = max(best.value, EXACT.add(units_bound, most))
        if best is not way:
            return best
    return way


def _take_off_order(way: Way, offer: Offer, *, counted: bool = False) -> None:
    """Apply an offer on the order to what is left, once; ``counted`` is whether the way counts its value already."""
    currency = way.basket.currency
    for benefit in offer.benefits:
        if not competes(benefit):
            continue
        given = way.run.within_budget(offer, benefit.propose(way.run.view(offer)))
        if given.amount > NOTHING:
            times = 0 if any(step.offer is offer for step in way.steps) else 1
            way.apply(offer, given.shares, times, NOTHING if counted else None)
            for share in given.shares:
                way.stock.lower(way.stock.of_line(share.line), share.amount, offer, currency, way.digits)
