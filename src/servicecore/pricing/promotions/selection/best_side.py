"""The selection of a side: the offers on lines or those on the order, whichever take more off the goods."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from servicecore.kernel.money import Money
from servicecore.kernel.rounding import EXACT
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.outcomes import lost_to
from servicecore.pricing.promotions.selection.all_in_order import apply_all
from servicecore.pricing.promotions.selection.run import Run


def apply_best_side(run: Run, offers: Sequence[Offer]) -> None:
    """Apply those of ``offers``, given in the order of application, that are of the better side.

    Each side is tried on a copy, beside the offers that belong to neither, as if the book had no others. The side on
    the order wins where it takes more off all goods together, as the lines round it, or where nothing of the other can
    be applied. Of the side that lost, what could be applied is told what both sides take off and the first offer of
    the winning one; the rest is told why it could not.
    """
    rivals = [offer for offer in offers if offer.lowers_goods]
    of_lines = [offer for offer in rivals if not offer.lowers_goods_on_order]
    of_order = [offer for offer in rivals if offer.lowers_goods_on_order]
    if not of_lines or not of_order:
        apply_all(run, offers)
        return
    lines, order = _tried(run, offers, of_lines, of_order), _tried(run, offers, of_order, of_lines)
    winner, loser = (lines, order) if lines.applied and lines.off >= order.off else (order, lines)
    apply_all(run, _without(loser.offers, offers))
    _note_lost(run, loser, winner)


@frozen(eq=False)
class _Side:
    """What one side comes to.

    Attributes:
        offers: its own.
        applied: those of them that were, in order.
        off: what comes off all goods together, in the basket's currency.
        trial: the run on which they were tried.

    """

    offers: Sequence[Offer]
    applied: Sequence[Offer]
    off: Decimal
    trial: Run


def _tried(run: Run, offers: Sequence[Offer], own: Sequence[Offer], others: Sequence[Offer]) -> _Side:
    trial = run.trial()
    apply_all(trial, _without(others, offers))
    names = {offer.id for offer in own}
    return _Side(own, [offer for offer in trial.applied if offer.id in names], _off(run, trial), trial)


def _without(left_out: Sequence[Offer], offers: Sequence[Offer]) -> list[Offer]:
    names = {offer.id for offer in left_out}
    return [offer for offer in offers if offer.id not in names]


def _off(run: Run, trial: Run) -> Decimal:
    """Return what the goods cost less after ``trial``; rounded as the lines are, so that it is what the customer saves.

    What is put in, and what comes off shipping, is no part of it.
    """
    total = Decimal(0)
    for line in run.bench.basket.lines:
        if not line.shipping:
            total = EXACT.add(total, EXACT.subtract(run.bench.net[line.id], trial.bench.net[line.id]))
    return total


def _note_lost(run: Run, loser: _Side, winner: _Side) -> None:
    currency = run.bench.basket.currency
    applied = {offer.id for offer in loser.applied}
    for offer in loser.offers:
        if offer.id in applied:
            run.refuse(offer, lost_to(winner.applied[0], Money(loser.off, currency), Money(winner.off, currency)))
        else:
            run.lost.extend([each for each in loser.trial.lost if each.rule == run.name(offer)])
