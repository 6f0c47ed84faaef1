"""Apply offers to a bench as the book's settings say."""

from __future__ import annotations

from servicecore.pricing.best_price import Certificate, IntegerSolver
from servicecore.pricing.promotions.benefits import BuyGet
from servicecore.pricing.promotions.combination import Combination, OfferOrder, Selection
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.outcomes import not_beside
from servicecore.pricing.promotions.plugin_selection import PluginSelection
from servicecore.pricing.promotions.selection.all_in_order import apply_all
from servicecore.pricing.promotions.selection.best_side import apply_best_side
from servicecore.pricing.promotions.selection.best_single import apply_best_single
from servicecore.pricing.promotions.selection.by_plugin import apply_by_plugin
from servicecore.pricing.promotions.selection.concurrency import apply_concurrently
from servicecore.pricing.promotions.selection.optimum.apply_at_best import apply_at_best
from servicecore.pricing.promotions.selection.run import Run


def select(run: Run, candidates: tuple[Offer, ...], solver: IntegerSolver | None = None) -> Certificate | None:
    """Apply those of ``candidates``, given as they stand in the book, that the settings choose, in their order.

    Return the certificate of the best combination, where the settings ask for it; ``solver`` may help to prove it.
    """
    settings = run.bench.settings
    if settings.selection is Selection.OPTIMAL:
        return apply_at_best(run, ordered(candidates, settings), solver)
    offers = ordered(candidates, settings)
    if isinstance(settings.selection, PluginSelection):
        apply_by_plugin(run, offers, settings.selection)
        return None
    if settings.selection is Selection.BEST_SINGLE:
        apply_best_single(run, offers)
        return None
    if settings.selection is Selection.CONCURRENCY:
        apply_concurrently(run, offers)
        return None
    if settings.selection is Selection.BEST_SIDE:
        apply_best_side(run, offers)
        return None
    if settings.selection is Selection.FIRST_EXCLUSIVE_ELSE_ALL:
        offers = _exclusive_else_all(run, offers)
    apply_all(run, offers)
    return None


def ordered(offers: tuple[Offer, ...], settings: Combination) -> tuple[Offer, ...]:
    """Return ``offers``, given as they stand in the book, in the order of application."""
    if settings.order is OfferOrder.STAGES:
        return tuple(sorted(offers, key=lambda offer: offer.order))
    if settings.order is OfferOrder.PRIORITY:
        return tuple(sorted(offers, key=lambda offer: -offer.priority))
    if settings.order is OfferOrder.BUY_GET_FIRST:
        return tuple(sorted(offers, key=lambda offer: not any(isinstance(each, BuyGet) for each in offer.benefits)))
    return offers


def _exclusive_else_all(run: Run, offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    able = [offer for offer in offers if offer.exclusive is Exclusivity.CART and _can_give(run, offer)]
    if not able:
        return offers
    first = max(able, key=lambda offer: offer.priority)
    for offer in offers:
        if offer is not first:
            run.refuse(offer, not_beside(offer, first.id))
    return (first,)


def _can_give(run: Run, offer: Offer) -> bool:
    if run.problem(offer) is not None:
        return False
    view = run.view(offer)
    return any(benefit.propose(view).gives for benefit in offer.benefits)
