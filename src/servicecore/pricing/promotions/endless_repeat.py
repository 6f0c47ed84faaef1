"""Offers that a book applies again and again to the same units of one cart, and those of them that nothing ends."""

from __future__ import annotations

from typing import Final

from servicecore.kernel.problems import ProblemKind
from servicecore.pricing.promotions.combination import Combination, Selection, UnitUse, ValueSeen
from servicecore.pricing.promotions.conditions import AllOf, AnyOf, ValueAtLeast
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.plugin_selection import PluginSelection

ENDLESS_REPEAT: Final = ProblemKind(
    "pricing.offer_repeats_endlessly",
    en="the offer {offer} would repeat on the same units until their price is nothing, as its limit is {value};"
    " accepted: {accepted}",
    it="l'offerta {offer} si ripeterebbe sulle stesse unità fino ad azzerarne il prezzo, con limite {value};"
    " valori ammessi: {accepted}",
    de="das Angebot {offer} würde sich an denselben Einheiten wiederholen, bis ihr Preis nichts ist, bei der Grenze"
    " {value}; zulässig: {accepted}",
)
REPEATING: Final = frozenset({Selection.ALL, Selection.FIRST_EXCLUSIVE_ELSE_ALL, Selection.BEST_SIDE})
"""The built-in selections that apply an offer again while its conditions hold, as those of plugins do."""


def repeats_on_units(offer: Offer, rules: Combination) -> bool:
    """Return whether ``offer`` is applied again and again to the same units of one cart, and takes more each time."""
    # Rewards are promised once, after everything that repeats.
    priced = [benefit for benefit in offer.benefits if benefit.takes_off or benefit.adds]
    return (
        rules.repeat
        and rules.unit_use is UnitUse.FREE
        and (rules.selection in REPEATING or isinstance(rules.selection, PluginSelection))
        and offer.limits.per_basket is None
        and not offer.skip_conditions
        and offer.touches_goods
        and all(benefit.takes_off for benefit in priced)
        and not all(benefit.settles(rules) for benefit in priced)
    )


def repeats_endlessly(offer: Offer, rules: Combination) -> bool:
    """Return whether ``offer`` would repeat until nothing is left of its units' price.

    A limit for one cart or for all, a budget, or a value that has to be left ends a repetition; a limit for each
    customer does not: a customer whom nobody knows has none.
    """
    limits = offer.limits
    if limits.total is not None or limits.budget is not None or not repeats_on_units(offer, rules):
        return False
    return not any(_ends(each, rules) for each in offer.conditions)


def check_repeat(offer: Offer, rules: Combination) -> None:
    """Refuse an offer that would repeat until nothing is left.

    Raises:
        InvalidValue: ``pricing.offer_repeats_endlessly``.

    """
    if repeats_endlessly(offer, rules):
        path = f"offers.{offer.id}.limits.per_basket"
        accepted = "1 or more, a total, a budget, or combination.unit_use: spent"
        raise ENDLESS_REPEAT.error(path, offer=offer.id, value="none", accepted=accepted)


def _ends(condition: Condition, rules: Combination) -> bool:
    """Return whether ``condition`` fails before the goods of its offer cost nothing."""
    if isinstance(condition, AllOf):
        return any(_ends(each, rules) for each in condition.conditions)
    if isinstance(condition, AnyOf):
        return all(_ends(each, rules) for each in condition.conditions)
    if not isinstance(condition, ValueAtLeast) or condition.target is not None:
        return False
    remaining = (condition.seen or rules.conditions_see) is ValueSeen.REMAINING
    return remaining and (condition.minimum.amount > 0 or condition.strict)
