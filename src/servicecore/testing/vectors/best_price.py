"""The kind ``best_price`` of pricing vectors: overlapping offers, and the proven maximum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.kernel.rounding import Rounding, RoundingMode
from servicecore.pricing.best_price import (
    AmountCut,
    BestPriceLine,
    BestPriceProblem,
    Bundle,
    BuyGet,
    DiscountRounding,
    DistinctSet,
    EachUnit,
    PercentCut,
    PriceCut,
    Reach,
    UnitOffer,
    find_best_price,
)
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.bench import Bench, View
from servicecore.pricing.promotions.combination import Combination
from servicecore.pricing.promotions.offer import Offer
from servicecore.testing.vectors.pricing_baskets import basket_of
from servicecore.testing.vectors.pricing_conditions import condition_of, target_of
from servicecore.testing.vectors.pricing_shapes import refuse_unread
from servicecore.testing.vectors.shapes import named, plain, refuse_unasked, refuse_unknown, word_of
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_REACHES: Final = MappingProxyType({"unit": Reach.UNIT, "line": Reach.LINE, "cart": Reach.CART})
_DEARER: Final = MappingProxyType({"cheapest": False, "cheapest_first": False, "priciest": True})
_LEVELS: Final = MappingProxyType({"unit": DiscountRounding.UNIT, "application": DiscountRounding.APPLICATION})
_TREES: Final = named(
    currency=None,
    lines=named(id=None, sku=None, quantity=None, unit_price=None, attrs=None),
    promotions=named(
        id=None,
        trigger=None,
        conditions=None,
        benefit=None,
        exclusive=None,
        limits=named(max_applications_per_cart=None),
        priority=None,
    ),
)
_SET: Final = frozenset({"set_size", "target", "repeat", "cap_amount"})
_EACH: Final = frozenset({"value", "target", "repeat", "allocation", "cap_amount"})
_BENEFITS: Final = MappingProxyType(
    {
        "buy_get": frozenset({"buy", "get", "percent_off", "repeat", "cap_amount"}),
        "percent": _EACH,
        "amount": _EACH,
        "bundle_percent": _SET | {"percent_off"},
        "bundle_price": _SET | {"price"},
        "distinct_set_percent": _SET | {"percent_off"},
    }
)


def check_best_price(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the total discount, what is left, and the applications where the vector states them."""
    given, semantics, expected = vector["input"], vector["semantics"], vector["expected"]
    refuse_unread("best_price", given)
    refuse_unknown(_TREES, given)
    refuse_unasked(expected, "totals", "applications", "heuristics_reach")
    problem = _problem(given, semantics.get("rounding", {}))
    answer = find_best_price(problem)
    mismatches: tuple[Mismatch, ...] = ()
    if not answer.certificate.is_exact:
        mismatches += compare("certificate.gap", Money.zero(problem.currency), answer.certificate.gap)
    totals = expected.get("totals", {})
    items = sum((line.unit_price * line.quantity for line in problem.lines), Decimal(0))
    got = {"discount": answer.discount.amount, "items": items, "items_after_discount": items - answer.discount.amount}
    refuse_unasked(totals, *got)
    for name, amount in totals.items():
        mismatches += compare(f"totals.{name}", Decimal(amount), got[name])
    applied = answer.by_offer()
    for offer, stated in expected.get("applications", {}).items():
        times, amount = applied.get(offer, (0, Decimal(0)))
        mismatches += compare(f"applications.{offer}.times", stated.get("times", times), times)
        mismatches += compare(f"applications.{offer}.amount", Decimal(stated.get("amount", amount)), amount)
    return mismatches


def _problem(given: Mapping[str, Any], rounding: Mapping[str, Any]) -> BestPriceProblem:
    goods = basket_of(given, {}).lines
    offers = [_offer(promotion, goods) for promotion in given["promotions"] if _holds(promotion, given)]
    return BestPriceProblem(
        currency=given["currency"],
        lines=[
            BestPriceLine(id=line["id"], quantity=int(Decimal(line["quantity"])), unit_price=line["unit_price"])
            for line in given["lines"]
        ],
        offers=offers,
        rounding=Rounding(RoundingMode(rounding.get("mode", "half_up")), rounding.get("digits")),
        rounded_at=word_of(_LEVELS, rounding.get("level", "application"), "rounding level"),
    )


def _holds(promotion: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Return whether the conditions hold for the goods before all offers, as every combination finds them."""
    if promotion.get("trigger", "automatic") != "automatic":
        raise NotSupported(f"the trigger {promotion['trigger']}")
    view = View(Bench(basket_of(given, {}), Combination()), Offer("asked"))
    found = (condition_of(each, given) for each in promotion.get("conditions", ()))
    return not any(isinstance(each.narrow(view.basket.lines, view), Problem) for each in found)


def _offer(promotion: Mapping[str, Any], lines: Sequence[BasketLine]) -> UnitOffer:
    benefit = promotion["benefit"]
    limits = [
        value
        for value in (promotion.get("limits", {}).get("max_applications_per_cart"), benefit.get("repeat"))
        if value is not None
    ]
    common: dict[str, Any] = {
        "id": promotion["id"],
        "max_applications": min((int(limit) for limit in limits), default=None),
        "cap": benefit.get("cap_amount"),
        "priority": int(promotion.get("priority", 0)),
        "reach": word_of(_REACHES, promotion.get("exclusive", "unit"), "exclusive"),
    }
    kind = benefit["type"]
    if benefit.get("buy", {}).get("pick") is not None:
        raise NotSupported(f"the pick {benefit['buy']['pick']} of what is bought")
    known = word_of(_BENEFITS, kind, "benefit")
    refuse_unknown(plain("type", *known, *(("scope",) if benefit.get("scope") == "lines" else ())), benefit, "benefit")
    if kind == "buy_get":
        return BuyGet(
            buy_lines=_lines(benefit["buy"]["target"], lines),
            buy_quantity=int(benefit["buy"]["quantity"]),
            get_lines=_lines(benefit["get"]["target"], lines),
            get_quantity=int(benefit["get"]["quantity"]),
            cut=PercentCut(benefit["percent_off"]),
            dearer=word_of(_DEARER, benefit["get"].get("pick", "cheapest"), "pick"),
            **common,
        )
    targeted = _lines(benefit["target"], lines)
    if kind in ("percent", "amount"):
        if benefit.get("allocation", "each_unit") != "each_unit":
            raise NotSupported(f"the allocation {benefit['allocation']} of the offer {promotion['id']}")
        cut = PercentCut(benefit["value"]) if kind == "percent" else AmountCut(benefit["value"])
        return EachUnit(lines=targeted, cut=cut, **common)
    size = int(benefit.get("set_size", 0))
    if kind == "bundle_percent":
        return Bundle(lines=targeted, size=size, cut=PercentCut(benefit["percent_off"]), **common)
    if kind == "bundle_price":
        return Bundle(lines=targeted, size=size, cut=PriceCut(benefit["price"]), **common)
    return DistinctSet(lines=targeted, size=size, cut=PercentCut(benefit["percent_off"]), **common)


def _lines(target: Mapping[str, Any], lines: Sequence[BasketLine]) -> tuple[str, ...]:
    return tuple([line.id for line in target_of(target).pick(lines)])


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"best_price": check_best_price})
"""Vector kind to its check."""
