"""How a benefit of a pricing vector becomes that of an offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from servicecore.kernel.money import Money, exact_decimal
from servicecore.pricing.promotions import benefits
from servicecore.pricing.promotions.basket import Scope
from servicecore.pricing.promotions.benefits.caps import UnitCaps
from servicecore.pricing.promotions.combination import Combination, UnitPick, UnitUse
from servicecore.pricing.promotions.target import EVERYTHING
from servicecore.testing.vectors.pricing_conditions import target_of
from servicecore.testing.vectors.shapes import word_of
from servicecore.testing.vectors.verdict import NotSupported

_AsMoney: TypeAlias = Callable[[object], Any]

PICKS: Final = MappingProxyType(
    {
        "cheapest": UnitPick.CHEAPEST,
        "cheapest_first": UnitPick.CHEAPEST,
        "priciest": UnitPick.PRICIEST,
        "priciest_first": UnitPick.PRICIEST,
        "highest_line_value_first": UnitPick.DEAREST_LINE,
        "line_order": UnitPick.BASKET,
    }
)
"""Which units are taken first, by the vectors' words."""

_DEAREST: Final = "highest_line_value_first"
_FILL: Final = "lines by quantity descending then line id"
_SCOPES: Final = MappingProxyType({each.value: each for each in Scope})
_SPREADS: Final = MappingProxyType({each.value: each for each in benefits.Spread})
_LEVELS: Final = MappingProxyType({"line": False, "order": True})


def benefit_of(
    benefit: Mapping[str, Any], asked: Iterable[Mapping[str, Any]], settings: Combination, currency: str
) -> benefits.AnyBenefit:
    """Return the benefit of a promotion; ``asked`` are its conditions, for a set that they define.

    Its amounts are in ``currency`` where it names none; one that names an unknown currency fits no basket.
    """
    build = _BENEFITS.get(benefit["type"])
    if build is None:
        raise NotSupported(f"the benefit {benefit['type']}")
    common: dict[str, Any] = {
        "target": target_of(benefit.get("target")),
        "scope": word_of(_SCOPES, benefit.get("scope", "lines"), "scope"),
    }
    own = str(benefit.get("currency", currency)).upper() or _another(currency)
    money = partial(_money, own)
    if "currency" in benefit and "tiered" in benefit["type"]:
        common["currency"] = own
    if benefit.get("target_from") == "condition":
        first = next(iter(asked), {})
        common["target"] = target_of(first.get("target"))
        common["units"] = first.get("min")
        common["one_per_line"] = first.get("type") == "distinct_products"
        common["first"] = settings.unit_pick
    return build(benefit, common, settings, money)


def _another(currency: str) -> str:
    return "USD" if currency == "EUR" else "EUR"


def _money(currency: str, amount: object) -> Money | None:
    return None if amount is None else Money(exact_decimal(amount), currency)


def _spread(benefit: Mapping[str, Any], default: str = "each_line") -> benefits.Spread:
    spread: benefits.Spread = word_of(_SPREADS, benefit.get("allocation", default), "allocation")
    return spread


def _on_order(benefit: Mapping[str, Any]) -> bool:
    on_order: bool = word_of(_LEVELS, benefit.get("level", "line"), "level")
    return on_order


def _caps(benefit: Mapping[str, Any]) -> UnitCaps:
    if benefit.get("cap_allocation", "across") != "across":
        raise NotSupported(f"the cap_allocation {benefit['cap_allocation']}")
    pick = benefit.get("unit_pick")
    first = None if pick is None else word_of(PICKS, pick, "unit_pick")
    return UnitCaps(benefit.get("cap_units"), benefit.get("cap_units_per_line"), first)


def _uncapped(benefit: Mapping[str, Any]) -> None:
    if benefit.get("cap_amount") is not None:
        raise NotSupported(f"the cap_amount of {benefit['type']} in a cart")


def _line_by_line(benefit: Mapping[str, Any]) -> None:
    if benefit.get("allocation", "each_line") == "across":
        raise NotSupported(f"the allocation across of {benefit['type']}")


def _tiered(benefit: Mapping[str, Any], common: dict[str, Any], kind: benefits.TierValue) -> benefits.Tiered:
    measures = {
        "target_value": benefits.TierMeasure.LINE_VALUE,
        "items_total_undiscounted": benefits.TierMeasure.GOODS_VALUE,
        "eligible_quantity": benefits.TierMeasure.UNITS,
    }
    _line_by_line({"type": "tiers", **benefit})
    counted = target_of(benefit.get("eligible"))
    if common.get("scope") is Scope.SHIPPING:
        common = {**common, "target": EVERYTHING}
    tiers = tuple(benefits.Tier(tier["from"], tier["value"]) for tier in benefit["tiers"])
    measure = word_of(measures, benefit["measure"], "measure")
    return benefits.Tiered(benefit["base"], tiers, measure, kind, counted, **common)


def _set_percent(benefit: Mapping[str, Any]) -> Any:
    return benefit["percent_off"] if "percent_off" in benefit else benefit["value"]


def _buy_get(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, _money_of: _AsMoney
) -> benefits.BuyGet:
    buy, get = benefit["buy"], benefit["get"]
    _uncapped(benefit)
    common["target"] = target_of(get["target"])
    return benefits.BuyGet(
        buy.get("min_quantity", buy.get("quantity")),
        get["quantity"],
        Decimal(benefit.get("percent_off", "100")),
        target_of(buy["target"]),
        buy_pick=word_of(PICKS, buy.get("pick", _DEAREST), "pick"),
        get_pick=word_of(PICKS, get.get("pick", _DEAREST), "pick"),
        repeat=benefit.get("repeat"),
        **common,
    )


def _full_groups(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, money: _AsMoney
) -> benefits.FullGroups:
    tiers = benefit.get("tiered_percent_per_unit")
    if benefit.get("group_fill", _FILL) != _FILL:
        raise NotSupported(f"the group_fill {benefit['group_fill']}")
    return benefits.FullGroups(
        int(benefit["group_size"]),
        money(benefit.get("amount_per_unit")),
        benefit.get("percent_per_unit"),
        None if tiers is None else _tiered(tiers, {}, benefits.TierValue.PERCENT),
        **common,
    )


def _add_item(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, money: _AsMoney
) -> benefits.AddItem:
    common["target"] = target_of(benefit["of"])
    return benefits.AddItem(
        benefit["sku"],
        money(benefit["unit_price"]),
        benefit.get("quantity", 1),
        benefit.get("per_units", 1),
        benefit.get("percent_off", 100),
        **common,
    )


def _first_then_additional(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, money: _AsMoney
) -> benefits.FirstThenAdditional:
    _line_by_line(benefit)
    return benefits.FirstThenAdditional(
        money(benefit["first"]), money(benefit["additional"]), int(benefit.get("max_units", 0)), **common
    )


def _amount(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, money: _AsMoney
) -> benefits.AmountOff:
    _uncapped(benefit)
    return benefits.AmountOff(
        money(benefit["value"]), _caps(benefit), spread=_spread(benefit), on_order=_on_order(benefit), **common
    )


def _bundle(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, money: _AsMoney
) -> benefits.Bundle:
    _uncapped(benefit)
    percent = None if benefit["type"] == "bundle_price" else _set_percent(benefit)
    distinct = benefit["type"] == "distinct_set_percent"
    return benefits.Bundle(int(benefit["set_size"]), percent, money(benefit.get("price")), distinct, **common)


_Make = Callable[[Mapping[str, Any], dict[str, Any], Combination, _AsMoney], benefits.AnyBenefit]
_BENEFITS: Final[Mapping[str, _Make]] = MappingProxyType(
    {
        "percent": lambda each, common, _settings, money: benefits.PercentOff(
            each["value"],
            _caps(each),
            money(each.get("cap_amount")),
            spread=_spread(each),
            on_order=_on_order(each),
            **common,
        ),
        "amount": _amount,
        "set_price": lambda each, common, _settings, money: benefits.SetPrice(
            money(each["value"]), spread=_spread(each, "across"), on_order=_on_order(each), **common
        ),
        "unit_price_formula": lambda each, common, _settings, _money: benefits.UnitPriceFactor(
            each["factor"], **common
        ),
        "cheapest_free": lambda each, common, settings, _money: benefits.CheapestFree(
            int(each.get("count", 1)), settings.unit_use is UnitUse.SPENT, **common
        ),
        "buy_get": _buy_get,
        "bundle_percent": _bundle,
        "bundle_price": _bundle,
        "distinct_set_percent": _bundle,
        "tiered_percent": lambda each, common, _settings, _money: _tiered(each, common, benefits.TierValue.PERCENT),
        "tiered_amount": lambda each, common, _settings, _money: _tiered(each, common, benefits.TierValue.AMOUNT),
        "first_then_additional": _first_then_additional,
        "per_unit_in_full_groups": _full_groups,
        "add_item": _add_item,
    }
)
