"""Settings of offers and lanes that the book's selection never looks at, and offers that it never chooses."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.best_price import NODES
from servicecore.pricing.book import PriceBook
from servicecore.pricing.lint.unreachable_offers import OFFER_UNREACHABLE
from servicecore.pricing.promotions.benefits import AmountOff, PercentOff, Spread
from servicecore.pricing.promotions.combination import Selection
from servicecore.pricing.promotions.limits import NO_LIMITS
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger, Stacking
from servicecore.pricing.promotions.target import EVERYTHING
from servicecore.pricing.validity import first_day, last_day

SETTING_IDLE: Final = ProblemKind(
    "lint.setting_idle",
    en="{value} has no effect under the selection {selection}; accepted: {accepted}",
    it="{value} non ha effetto con la selezione {selection}; valori ammessi: {accepted}",
    de="{value} bewirkt unter der Auswahl {selection} nichts; zulässig: {accepted}",
)
LANE_UNNAMED: Final = ProblemKind(
    "lint.lane_unnamed",
    en="the book's lanes do not name {value}, which comes after all that they name; accepted: {accepted}",
    it="le corsie del listino non nominano {value}, che viene dopo tutte quelle nominate; valori ammessi: {accepted}",
    de="die Spuren des Preisbuchs nennen {value} nicht, das nach allen genannten kommt; zulässig: {accepted}",
)

_WITHOUT_LANES: Final = frozenset(
    (Selection.ALL, Selection.FIRST_EXCLUSIVE_ELSE_ALL, Selection.CONCURRENCY, Selection.BEST_SIDE)
)
_BY_LANE: Final = "best_single, optimal, or a selection of a plugin"


def idle_settings(book: PriceBook) -> Iterator[Problem]:
    """Return the lanes, ways of stacking and work budgets that the selection does not ask for."""
    rules = book.combination
    selection = rules.selection
    name = selection.value if isinstance(selection, Selection) else selection.tag()
    if selection in _WITHOUT_LANES and rules.lanes:
        value = f"lanes: {', '.join(rules.lanes)}"
        yield SETTING_IDLE.at("combination.lanes", value=value, selection=name, accepted=_BY_LANE)
    if selection is not Selection.OPTIMAL and rules.work_budget != NODES:
        value = f"work_budget: {rules.work_budget}"
        yield SETTING_IDLE.at("combination.work_budget", value=value, selection=name, accepted="optimal")
    for number, offer in enumerate(book.offers):
        if offer.lane and selection in _WITHOUT_LANES:
            value = f"lane: {offer.lane}"
            yield SETTING_IDLE.at(f"offers[{number}].lane", value=value, selection=name, accepted=_BY_LANE)
        elif offer.lane and selection is Selection.OPTIMAL and rules.lanes and offer.lane not in rules.lanes:
            yield LANE_UNNAMED.at(f"offers[{number}].lane", value=offer.lane, accepted=", ".join(rules.lanes))
        if offer.stacking is not Stacking.COMPOUND and selection is not Selection.CONCURRENCY:
            value = f"stacking: {offer.stacking.value}"
            yield SETTING_IDLE.at(f"offers[{number}].stacking", value=value, selection=name, accepted="concurrency")


def never_chosen(book: PriceBook) -> Iterator[Problem]:
    """Return the offers that always lose: another one of their lane takes more off the same goods on every cart.

    Looked at are percentages and amounts off each unit, where the book's selection is ``best_single``.
    """
    if book.combination.selection is not Selection.BEST_SINGLE:
        return
    always = [offer for offer in book.offers if _always_applies(offer)]
    for number, offer in enumerate(book.offers):
        winner = next((each for each in always if each is not offer and _beats(each, offer)), None)
        if winner is not None:
            reason = f"{winner.id} takes more off the same goods"
            yield OFFER_UNREACHABLE.at(
                f"offers[{number}]", value=offer.id, reason=reason, accepted="a lane of its own, or more off"
            )


def _always_applies(offer: Offer) -> bool:
    return (
        offer.trigger is OfferTrigger.AUTOMATIC
        and not offer.conditions
        and offer.limits == NO_LIMITS
        and offer.exclusive is Exclusivity.NO
        and offer.applies_to_discounted
        and not offer.names_others
        and not offer.stops
        and _each_unit(offer) is not None
    )


def _each_unit(offer: Offer) -> tuple[str, Decimal] | None:
    """Return what comes off each unit, as its kind and figure; None for every other benefit."""
    benefit = offer.benefits[0] if len(offer.benefits) == 1 else None
    if not isinstance(benefit, PercentOff | AmountOff) or not benefit.plain or benefit.on_order:
        return None
    if benefit.meant_for is not Spread.EACH_UNIT:
        return None
    if isinstance(benefit, PercentOff):
        return "%", benefit.percent
    return benefit.currency, benefit.amount.amount


def _beats(one: Offer, other: Offer) -> bool:
    more, less = _each_unit(one), _each_unit(other)
    return (
        more is not None
        and less is not None
        and more[0] == less[0]
        and more[1] > less[1]
        and (one.lane or "default") == (other.lane or "default")
        and one.target in (EVERYTHING, other.target)
        and first_day(one.valid_from) <= first_day(other.valid_from)
        and last_day(one.valid_until) >= last_day(other.valid_until)
    )
