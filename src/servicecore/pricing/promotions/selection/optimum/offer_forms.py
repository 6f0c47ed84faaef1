"""The forms of an offer in a best-price problem: those of its benefits, within its limits and budget."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from servicecore.kernel.currencies import currency_digits
from servicecore.kernel.rounding import EXACT, RoundingMode, round_decimal
from servicecore.pricing.promotions.basket import BasketLine, Scope
from servicecore.pricing.promotions.bench import NOTHING
from servicecore.pricing.promotions.benefits import AnyBenefit, BuyGet
from servicecore.pricing.promotions.limits import MOST_APPLICATIONS, Measure
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.selection.optimum.stock import Batch
from servicecore.pricing.promotions.selection.optimum.unit_forms import UnitForm, UnitTerms, state_forms
from servicecore.pricing.promotions.selection.optimum.way import Way
from servicecore.pricing.promotions.target import Target

Bans: TypeAlias = frozenset[tuple[str, str]]
"""Pairs of offer and line that are kept apart."""


def competes(benefit: AnyBenefit) -> bool:
    """Return whether ``benefit`` takes something off goods, rather than off shipping or by putting an item in."""
    return benefit.scope is Scope.LINES and benefit.takes_off


def has_unit_form(way: Way, offer: Offer) -> bool:
    """Return whether every benefit of ``offer`` has an exact form by units, and they share no bound that has not."""
    return forms_of(way, offer, frozenset()) is not None


def forms_of(way: Way, offer: Offer, bans: Bans) -> list[UnitForm] | None:
    """Return the unit forms of ``offer``; None where it has no exact ones."""
    view = way.run.view(offer)
    times, cap = _limit(way, offer), _money_left(way, offer)
    made: list[UnitForm] = []
    touched: set[str] = set()

    def usable(lines: Iterable[BasketLine]) -> list[tuple[BasketLine, list[Batch]]]:
        return [(each, way.stock.free(offer, each.id)) for each in lines if (offer.id, each.id) not in bans]

    for benefit in offer.benefits:
        if not competes(benefit) or benefit.currency not in ("", way.basket.currency):
            continue
        bought = usable(view.lines(_bought(offer, benefit))) if isinstance(benefit, BuyGet) else []
        counted = [batch.id for _line, batches in bought for batch in batches if batch.is_counted]
        terms = UnitTerms(view, usable(benefit.lines(view)), counted, times, cap, way.digits)
        lines = {line.id for line, _batches in (*terms.lines, *bought)}
        # Benefits of one offer share the units that it takes, which no problem of single units says.
        if benefit.on_order or touched & lines or not state_forms(terms, benefit):
            return None
        touched |= lines
        made.extend(terms.forms)
    shared = cap is not None or offer.exclusive is Exclusivity.LINE
    return None if shared and len(made) > 1 else made


def _limit(way: Way, offer: Offer) -> int | None:
    """Return how often sets of ``offer`` may be applied; None is as often as units suffice."""
    left, budget = way.run.applications_left(offer), offer.limits.budget
    if budget is not None and budget.measure is Measure.COUNT:
        left = min(left, int(budget.limit - budget.used))
    if not way.run.bench.settings.repeat:
        return min(left, 1)
    return None if left == MOST_APPLICATIONS else left


def _money_left(way: Way, offer: Offer) -> Decimal | None:
    """Return what is left of the budget of ``offer`` in steps of money; None where it has none."""
    budget = offer.limits.budget
    if budget is None or budget.measure is not Measure.AMOUNT:
        return None
    left = max(NOTHING, EXACT.subtract(budget.limit, budget.used))
    rounding = way.settings.rounding
    step = Decimal(1).scaleb(-currency_digits(way.basket.currency)) if rounding is None else rounding.step
    return left if step is None else round_decimal(left, step, RoundingMode.FLOOR)


def _bought(offer: Offer, benefit: BuyGet) -> Target:
    return offer.target if benefit.bought is None else benefit.bought
