"""The kind ``best_price`` of pricing vectors: overlapping offers, and the proven maximum."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.errors import ServiceCoreError
from servicecore.kernel.money import Money
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
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare

_REACHES: Final = MappingProxyType({"unit": Reach.UNIT, "line": Reach.LINE, "cart": Reach.CART})
_LEVELS: Final = MappingProxyType({"unit": DiscountRounding.UNIT, "application": DiscountRounding.APPLICATION})


class UnreadableOffer(ServiceCoreError):
    """Raised when a vector has an offer, a target or a rule that best-price problems do not have."""

    code = "vectors.unreadable_offer"


def check_best_price(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the total discount, what is left, and the applications where the vector states them."""
    given, semantics, expected = vector["input"], vector["semantics"], vector["expected"]
    problem = _problem(given, semantics.get("rounding", {}))
    answer = find_best_price(problem)
    mismatches: tuple[Mismatch, ...] = ()
    if not answer.certificate.is_exact:
        mismatches += compare("certificate.gap", Money.zero(problem.currency), answer.certificate.gap)
    totals = expected.get("totals", {})
    items = sum((line.unit_price * line.quantity for line in problem.lines), Decimal(0))
    got = {"discount": answer.discount.amount, "items": items, "items_after_discount": items - answer.discount.amount}
    for name, amount in got.items():
        if name in totals:
            mismatches += compare(f"totals.{name}", Decimal(totals[name]), amount)
    applied = answer.by_offer()
    for offer, stated in expected.get("applications", {}).items():
        times, amount = applied.get(offer, (0, Decimal(0)))
        mismatches += compare(f"applications.{offer}.times", stated.get("times", times), times)
        mismatches += compare(f"applications.{offer}.amount", Decimal(stated.get("amount", amount)), amount)
    return mismatches


def _problem(given: Mapping[str, Any], rounding: Mapping[str, Any]) -> BestPriceProblem:
    offers = [_offer(promotion, given["lines"]) for promotion in given["promotions"]]
    return BestPriceProblem(
        currency=given["currency"],
        lines=[
            BestPriceLine(id=line["id"], quantity=int(Decimal(line["quantity"])), unit_price=line["unit_price"])
            for line in given["lines"]
        ],
        offers=offers,
        rounding=Rounding(RoundingMode(rounding.get("mode", "half_up")), rounding.get("digits")),
        rounded_at=_LEVELS[rounding.get("level", "application")],
    )


def _offer(promotion: Mapping[str, Any], lines: list[Mapping[str, Any]]) -> UnitOffer:
    benefit = promotion["benefit"]
    if promotion.get("conditions"):
        raise UnreadableOffer(f"the offer {promotion['id']} has conditions", hint="accepted: offers without conditions")
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
        "reach": _REACHES[promotion.get("exclusive", "unit")],
    }
    kind = benefit["type"]
    if kind == "buy_get":
        return BuyGet(
            buy_lines=_lines(benefit["buy"]["target"], lines),
            buy_quantity=int(benefit["buy"]["quantity"]),
            get_lines=_lines(benefit["get"]["target"], lines),
            get_quantity=int(benefit["get"]["quantity"]),
            cut=PercentCut(benefit["percent_off"]),
            **common,
        )
    targeted = _lines(benefit["target"], lines)
    if kind in ("percent", "amount") and benefit.get("allocation", "each_unit") == "each_unit":
        cut = PercentCut(benefit["value"]) if kind == "percent" else AmountCut(benefit["value"])
        return EachUnit(lines=targeted, cut=cut, **common)
    size = int(benefit.get("set_size", 0))
    if kind == "bundle_percent":
        return Bundle(lines=targeted, size=size, cut=PercentCut(benefit["percent_off"]), **common)
    if kind == "bundle_price":
        return Bundle(lines=targeted, size=size, cut=PriceCut(benefit["price"]), **common)
    if kind == "distinct_set_percent":
        return DistinctSet(lines=targeted, size=size, cut=PercentCut(benefit["percent_off"]), **common)
    raise UnreadableOffer(f"the benefit {kind} of the offer {promotion['id']} is not known")


def _lines(target: Mapping[str, Any], lines: list[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(line["id"] for line in lines if _fits(target, line))


def _fits(target: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    if target.get("all"):
        return True
    if "any_of" in target:
        return any(_fits(each, line) for each in target["any_of"])
    for test in target["where"]:
        value: Any = line
        for part in test["path"].split("."):
            value = value.get(part, {}) if isinstance(value, Mapping) else {}
        if test["op"] == "in":
            if value not in test["values"]:
                return False
        elif test["op"] == "ne":
            if value in test["values"]:
                return False
        else:
            raise UnreadableOffer(f"the test {test['op']} of a target is not known", hint="accepted: in, ne")
    return True


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"best_price": check_best_price})
"""Vector kind to its check."""
