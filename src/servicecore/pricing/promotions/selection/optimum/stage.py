"""A stage: the offers of one priority in one lane, of which the combination that takes most off is applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price import (
    OrderThreshold,
)
from servicecore.pricing.promotions.bench import NOTHING, Share
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.selection.optimum.offer_forms import competes, has_unit_form
from servicecore.pricing.promotions.selection.optimum.share_units import share_units
from servicecore.pricing.promotions.selection.optimum.stock import sum_of
from servicecore.pricing.promotions.selection.optimum.way import Way

_MOST_WHOLE: Final = 6


def run_stage(way: Way, offers: Sequence[Offer], thresholds: Sequence[OrderThreshold] = ()) -> tuple[Way, str]:
    """Return ``way`` continued by the best combination of ``offers``, and the id of the threshold that is part of it.

    Offers with a unit form share the units of the cart in one best-price problem. Those without one are applied as
    they always are, to the units that are free, or not at all: every selection of them is tried, and the others share
    what it leaves.
    """
    ordered = sorted(offers, key=lambda offer: offer.id)
    formed = [offer for offer in ordered if has_unit_form(way, offer)]
    whole = [offer for offer in ordered if offer not in formed]
    best: tuple[Way, str] | None = None
    bound = NOTHING
    for chosen in _selections(whole):
        trial = way.fork() if whole else way
        if not all(_apply_whole(trial, offer) for offer in chosen):
            continue
        threshold = share_units(trial, formed, thresholds)
        bound = max(bound, trial.bound)
        if best is None or trial.rank < best[0].rank:
            best = (trial, threshold)
    if len(whole) > _MOST_WHOLE:
        way.work.skipped.update(offer.id for offer in whole)
        bound = EXACT.add(way.value, way.stock.value)
    continued, threshold = best or (way, "")
    continued.bound = bound
    return continued, threshold


def _selections(whole: Sequence[Offer]) -> Iterator[tuple[Offer, ...]]:
    """Yield every selection, or of many offers none, each alone, and all."""
    if len(whole) > _MOST_WHOLE:
        yield ()
        yield from ((offer,) for offer in whole)
        yield tuple(whole)
        return
    for size in range(len(whole) + 1):
        yield from combinations(whole, size)


def _apply_whole(way: Way, offer: Offer) -> bool:
    """Apply ``offer`` to the free units as it always is; return whether it gave anything."""
    free = {line.id: way.stock.free(offer, line.id) for line in way.basket.lines}
    values = {
        line: (sum_of([each.quantity for each in batches]), sum_of([each.value for each in batches]))
        for line, batches in free.items()
    }
    view = way.scratch(values, offer)
    shares: list[Share] = []
    for benefit in offer.benefits:
        if not competes(benefit):
            continue
        proposal = way.run.within_budget(offer, benefit.propose(view))
        view.bench.commit(offer, proposal.shares)
        shares.extend(proposal.shares)
    if not any(each.amount for each in shares):
        return False
    amounts: dict[str, Decimal] = {}
    for each in shares:
        amounts[each.line] = EXACT.add(amounts.get(each.line, NOTHING), each.amount)
    for line, amount in amounts.items():
        way.stock.lower(free[line], amount, offer, way.basket.currency, way.digits)
    way.apply(offer, shares, 1)
    way.bound = EXACT.add(way.bound, sum_of(amounts.values()))
    return True
