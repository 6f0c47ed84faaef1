"""Offers whose conditions contradict each other: no cart can satisfy them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.pricing.book import PriceBook
from servicecore.pricing.promotions.conditions import (
    AllOf,
    AnyOf,
    AttributeOf,
    CartContains,
    Counted,
    DistinctItems,
    HasAttribute,
    InChannel,
    IsCustomer,
    Not,
    NthOrder,
    QuantityBetween,
    UsesPerCustomer,
    ValueAtLeast,
)
from servicecore.pricing.promotions.offer import Offer
from servicecore.pricing.promotions.path_test import Operator
from servicecore.pricing.promotions.target import Target

OFFER_IMPOSSIBLE: Final = ProblemKind(
    "lint.offer_impossible",
    en="no cart can satisfy the offer {value}: {reason}; accepted: {accepted}",
    it="nessun carrello può soddisfare l'offerta {value}: {reason}; valori ammessi: {accepted}",
    de="kein Warenkorb kann das Angebot {value} erfüllen: {reason}; zulässig: {accepted}",
)


def impossible_offers(book: PriceBook) -> Iterator[Problem]:
    """Return the offers with conditions that cannot hold together, or hold for nothing that the book sells."""
    for number, offer in enumerate(book.offers):
        conditions = tuple(_flat(offer.conditions))
        for reason in _contradictions(book, offer, conditions):
            path, accepted = f"offers[{number}].conditions", "conditions that some cart meets"
            yield OFFER_IMPOSSIBLE.at(path, value=offer.id, reason=reason, accepted=accepted)


def _flat(conditions: Iterable[object]) -> Iterator[object]:
    for each in conditions:
        if isinstance(each, AllOf):
            yield from _flat(each.conditions)
        else:
            yield each


def _contradictions(book: PriceBook, offer: Offer, conditions: tuple[object, ...]) -> Iterator[str]:
    yield from _of_visit(conditions)
    yield from _of_quantities([each for each in conditions if isinstance(each, QuantityBetween)])
    currencies = {each.minimum.currency for each in conditions if isinstance(each, ValueAtLeast)}
    currencies |= {each.currency for each in offer.benefits if each.currency}
    if len(currencies) > 1:
        yield f"amounts in {' and '.join(sorted(currencies))}"
    yield from _nothing_sold(book, offer, conditions)
    denied = [each.condition for each in conditions if isinstance(each, Not)]
    if any(each in conditions for each in denied):
        yield "a condition and its opposite"
    for each in conditions:
        if isinstance(each, AnyOf):
            others = tuple([other for other in conditions if other is not each])
            branches = [(*_flat([branch]), *others) for branch in each.conditions]
            reasons = [next(_contradictions(book, offer, branch), "") for branch in branches]
            if all(reasons):
                yield "; ".join(dict.fromkeys(reasons))


def _of_visit(conditions: tuple[object, ...]) -> Iterator[str]:
    yield from _disjoint("channel", [set(each.channels) for each in conditions if isinstance(each, InChannel)])
    yield from _disjoint("customer", [set(each.customers) for each in conditions if isinstance(each, IsCustomer)])
    yield from _disjoint("number of an order", [{str(each.n)} for each in conditions if isinstance(each, NthOrder)])
    if any(each.most <= 0 for each in conditions if isinstance(each, UsesPerCustomer)):
        yield "fewer uses than none"


def _of_quantities(quantities: list[QuantityBetween]) -> Iterator[str]:
    for counted, target in dict.fromkeys((each.counted, each.target) for each in quantities):
        if counted is Counted.ANY_LINE:
            continue
        ranges = [each for each in quantities if (each.counted, each.target) == (counted, target)]
        least = max((each.minimum for each in ranges), default=None)
        most = min((each.maximum for each in ranges if each.maximum is not None), default=None)
        if most is not None and (not most or (least is not None and most < least)):
            yield f"a quantity of {least} or more and of {most} or less"


def _disjoint(what: str, sets: list[set[str]]) -> Iterator[str]:
    if sets and not set.intersection(*sets):
        yield f"no {what} is in each of {'; '.join(', '.join(sorted(each)) for each in sets)}"


def _nothing_sold(book: PriceBook, offer: Offer, conditions: tuple[object, ...]) -> Iterator[str]:
    sold = [item for item in book.items if item.active]
    for each in conditions:
        wanted_goods = _wanted(each)
        if wanted_goods is not None and not any(wanted_goods.includes(item) for item in sold):
            yield f"no item on sale is {wanted_goods}"
        elif isinstance(each, DistinctItems):
            goods = offer.target if each.target is None else each.target
            count = sum(1 for item in sold if goods.includes(item))
            if count < each.minimum:
                yield f"{each.minimum} different items of {count}"
        if isinstance(each, HasAttribute) and each.of is AttributeOf.ITEM and each.op is Operator.IN:
            wanted = {(each.name, value) for value in each.values}
            if not any(wanted.intersection(item.attributes) for item in sold if offer.target.includes(item)):
                yield f"no item of it has {each.name} {', '.join(each.values)}"


def _wanted(condition: object) -> Target | None:
    """Return of what ``condition`` asks for more than nothing, where it names goods of its own."""
    if isinstance(condition, CartContains):
        return condition.target
    if isinstance(condition, QuantityBetween | ValueAtLeast | DistinctItems) and condition.minimum:
        return condition.target
    return None
