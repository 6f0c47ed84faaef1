"""How a benefit of a pricing vector becomes that of a deal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from servicecore.pricing.deals import benefits
from servicecore.pricing.deals.basket import Scope
from servicecore.pricing.deals.benefits.caps import UnitCaps
from servicecore.pricing.deals.combination import Combination, UnitPick, UnitUse
from servicecore.pricing.deals.target import EVERY_LINE
from servicecore.testing.vectors.pricing_conditions import target_of
from servicecore.testing.vectors.verdict import NotSupported

_UNKNOWN_CURRENCY: Final = "none"


def benefit_of(
    benefit: Mapping[str, Any], asked: Iterable[Mapping[str, Any]], settings: Combination
) -> benefits.AnyDealBenefit:
    """Return the benefit of a promotion; ``asked`` are its conditions, for a set that they define."""
    build = _BENEFITS.get(benefit["type"])
    if build is None:
        raise NotSupported(f"the benefit {benefit['type']}")
    common: dict[str, Any] = {
        "target": target_of(benefit.get("target")),
        "scope": Scope(benefit.get("scope", "lines")),
    }
    if "currency" in benefit:
        common["currency"] = benefit["currency"] or _UNKNOWN_CURRENCY
    if benefit.get("target_from") == "condition":
        first = next(iter(asked), {})
        common["target"] = target_of(first.get("target"))
        common["units"] = first.get("min")
        common["one_per_line"] = first.get("type") == "distinct_products"
    return build(benefit, common, settings)


def _spread(benefit: Mapping[str, Any]) -> benefits.Spread:
    return benefits.Spread(benefit.get("allocation", "each_line"))


def _caps(benefit: Mapping[str, Any]) -> UnitCaps:
    return UnitCaps(benefit.get("cap_units"), benefit.get("cap_units_per_line"))


def _tiered(benefit: Mapping[str, Any], common: dict[str, Any], kind: benefits.TierValue) -> benefits.Tiered:
    measures = {
        "target_value": benefits.TierMeasure.LINE_VALUE,
        "items_total_undiscounted": benefits.TierMeasure.GOODS_VALUE,
        "eligible_quantity": benefits.TierMeasure.UNITS,
    }
    counted = target_of(benefit.get("eligible"))
    if common.get("scope") is Scope.SHIPPING:
        common = {**common, "target": EVERY_LINE}
    tiers = tuple(benefits.Tier(tier["from"], tier["value"]) for tier in benefit["tiers"])
    return benefits.Tiered(benefit["base"], tiers, measures[benefit["measure"]], kind, counted, **common)


def _buy_get(benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination) -> benefits.BuyGet:
    buy, get = benefit["buy"], benefit["get"]
    picks = {"cheapest_first": UnitPick.CHEAPEST, "priciest_first": UnitPick.PRICIEST}
    common["target"] = target_of(get["target"])
    return benefits.BuyGet(
        buy.get("min_quantity", buy.get("quantity")),
        get["quantity"],
        Decimal(benefit.get("percent_off", "100")),
        target_of(buy["target"]),
        get_pick=picks.get(get.get("pick"), UnitPick.DEAREST_LINE),
        repeat=benefit.get("repeat"),
        **common,
    )


def _full_groups(benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination) -> benefits.FullGroups:
    tiers = benefit.get("tiered_percent_per_unit")
    return benefits.FullGroups(
        int(benefit["group_size"]),
        benefit.get("amount_per_unit"),
        benefit.get("percent_per_unit"),
        None if tiers is None else _tiered(tiers, {}, benefits.TierValue.PERCENT),
        **common,
    )


def _add_item(benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination) -> benefits.AddItem:
    common["target"] = target_of(benefit["of"])
    return benefits.AddItem(
        benefit["sku"],
        benefit["unit_price"],
        benefit.get("quantity", 1),
        benefit.get("per_units", 1),
        benefit.get("percent_off", 100),
        **common,
    )


_Make = Callable[[Mapping[str, Any], dict[str, Any], Combination], benefits.AnyDealBenefit]
_BENEFITS: Final[Mapping[str, _Make]] = MappingProxyType(
    {
        "percent": lambda each, common, _settings: benefits.DealPercent(
            each["value"], _spread(each), each.get("level") == "order", _caps(each), each.get("cap_amount"), **common
        ),
        "amount": lambda each, common, _settings: benefits.DealAmount(
            each["value"], _spread(each), each.get("level") == "order", _caps(each), **common
        ),
        "set_price": lambda each, common, _settings: benefits.SetPrice(
            each["value"], on_order=each.get("level") == "order", **common
        ),
        "unit_price_formula": lambda each, common, _settings: benefits.UnitPriceFactor(each["factor"], **common),
        "cheapest_free": lambda each, common, settings: benefits.CheapestFree(
            int(each.get("count", 1)), settings.unit_use is UnitUse.SPENT, **common
        ),
        "buy_get": _buy_get,
        "bundle_percent": lambda each, common, _settings: benefits.Bundle(
            int(each["set_size"]), each["value"], **common
        ),
        "bundle_price": lambda each, common, _settings: benefits.Bundle(
            int(each["set_size"]), None, each["price"], **common
        ),
        "distinct_set_percent": lambda each, common, _settings: benefits.Bundle(
            int(each["set_size"]), each["value"], distinct=True, **common
        ),
        "tiered_percent": lambda each, common, _settings: _tiered(each, common, benefits.TierValue.PERCENT),
        "tiered_amount": lambda each, common, _settings: _tiered(each, common, benefits.TierValue.AMOUNT),
        "first_then_additional": lambda each, common, _settings: benefits.FirstThenAdditional(
            each["first"], each["additional"], int(each.get("max_units", 0)), **common
        ),
        "per_unit_in_full_groups": _full_groups,
        "add_item": _add_item,
    }
)
