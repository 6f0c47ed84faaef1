"""Offers on the order inside a best-price problem: which of them the problem can weigh against offers on units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from servicecore.kernel.rounding import EXACT
from servicecore.pricing.best_price import AmountCut, OrderThreshold, PercentCut, ThresholdBasis
from servicecore.pricing.promotions.bench import NOTHING, View
from servicecore.pricing.promotions.benefits import AmountOff, PercentOff, Spread
from servicecore.pricing.promotions.benefits.caps import NO_CAPS
from servicecore.pricing.promotions.combination import ValueSeen
from servicecore.pricing.promotions.conditions import AllOf, Condition, ValueAtLeast
from servicecore.pricing.promotions.offer import Exclusivity, Offer
from servicecore.pricing.promotions.selection.optimum.offer_forms import has_unit_form
from servicecore.pricing.promotions.selection.optimum.way import Way


def thresholds_of(way: Way, on_units: Sequence[Offer], on_order: Sequence[Offer]) -> dict[str, OrderThreshold] | None:
    """Return the offers on the order as thresholds, by their ids; None where one of them has no such form.

    They have it where one problem decides everything: all offers on units have a unit form and one priority, as the
    others have, none is exclusive or names partners, and each of the others is a percentage or an amount of all goods.
    """
    if not on_order:
        return {}
    offers = [*on_units, *on_order]
    if any(offer.exclusive is not Exclusivity.NO or offer.names_others for offer in offers):
        return None
    if len({offer.priority for offer in on_units}) > 1 or len({offer.priority for offer in on_order}) > 1:
        return None
    if not all(has_unit_form(way, offer) for offer in on_units):
        return None
    found: dict[str, OrderThreshold] = {}
    for number, offer in enumerate(sorted(on_order, key=lambda offer: offer.id)):
        made = _threshold(way, offer, f"order.{number:05}")
        if made is None:
            return None
        found[offer.id] = made
    return found


def _threshold(way: Way, offer: Offer, name: str) -> OrderThreshold | None:
    view = way.run.view(offer)
    if len(offer.benefits) > 1 or offer.limits.budget is not None or not offer.applies_to_discounted:
        return None
    benefit = offer.benefits[0]
    goods = {batch.line.id for batch in way.stock.batches.values() if batch.price}
    if goods != {line.id for line in benefit.lines(view) if line.value}:
        return None
    cut = _cut(benefit)
    minimum = NOTHING
    for condition in () if offer.skip_conditions else _flat(offer.conditions):
        if isinstance(condition, ValueAtLeast) and _is_remaining(condition, view):
            counted = offer.target if condition.target is None else condition.target
            if goods != {line.id for line in view.counted(counted) if line.value}:
                return None
            least = condition.minimum.amount
            step = Decimal(1).scaleb(-way.digits)
            minimum = max(minimum, EXACT.add(least, step) if condition.strict else least)
    if cut is None:
        return None
    return OrderThreshold(id=name, minimum=minimum, cut=cut, basis=ThresholdBasis.REMAINING)


def _cut(benefit: object) -> PercentCut | AmountCut | None:
    """Return what a benefit takes off all goods, where it is nothing but that."""
    if isinstance(benefit, PercentOff) and benefit.percent and benefit.caps == NO_CAPS and benefit.cap_amount is None:
        return PercentCut(benefit.percent) if benefit.meant_for is Spread.ACROSS else None
    if isinstance(benefit, AmountOff) and benefit.amount.amount and benefit.caps == NO_CAPS:
        return AmountCut(benefit.amount.amount) if benefit.meant_for is Spread.ACROSS else None
    return None


def _flat(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, AllOf):
            yield from _flat(condition.conditions)
        else:
            yield condition


def _is_remaining(condition: ValueAtLeast, view: View) -> bool:
    return (condition.seen or view.settings.conditions_see) is ValueSeen.REMAINING
