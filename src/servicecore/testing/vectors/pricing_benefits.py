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
from servicecore.testing.vectors.verdict import NotSupported

_AsMoney: TypeAlias = Callable[[object], Any]


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
        "scope": Scope(benefit.get("scope", "lines")),
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
        common = {**common, "target": EVERYTHING}
    tiers = tuple(benefits.Tier(tier["from"], tier["value"]) for tier in benefit["tiers"])
    return benefits.Tiered(benefit["base"], tiers, measures[benefit["measure"]], kind, counted, **common)


_GET_PICKS: Final = MappingProxyType(
    {
        "cheapest": UnitPick.CHEAPEST,
        "cheapest_first": UnitPick.CHEAPEST,
        "priciest": UnitPick.PRICIEST,
        "priciest_first": UnitPick.PRICIEST,
        "line_order": UnitPick.BASKET,
    }
)


def _set_percent(benefit: Mapping[str, Any]) -> Any:
    return benefit["percent_off"] if "percent_off" in benefit else benefit["value"]


def _buy_get(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, _money_of: _AsMoney
) -> benefits.BuyGet:
    buy, get = benefit["buy"], benefit["get"]
    common["target"] = target_of(get["target"])
    return benefits.BuyGet(
        buy.get("min_quantity", buy.get("quantity")),
        get["quantity"],
        Decimal(benefit.get("percent_off", "100")),
        target_of(buy["target"]),
        get_pick=_GET_PICKS.get(get.get("pick"), UnitPick.DEAREST_LINE),
        repeat=benefit.get("repeat"),
        **common,
    )


def _full_groups(
    benefit: Mapping[str, Any], common: dict[str, Any], _settings: Combination, money: _AsMoney
) -> benefits.FullGroups:
    tiers = benefit.get("tiered_percent_per_unit")
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


_Make = Callable[[Mapping[str, Any], dict[str, Any], Combination, _AsMoney], benefits.AnyBenefit]
_BENEFITS: Final[Mapping[str, _Make]] = MappingProxyType(
    {
        "percent": lambda each, common, _settings, money: benefits.PercentOff(
            each["value"],
            _caps(each),
            money(each.get("cap_amount")),
            spread=_spread(each),
            on_order=each.get("level") == "order",
            **common,
        ),
        "amount": lambda each, common, _settings, money: benefits.AmountOff(
            money(each["value"]), _caps(each), spread=_spread(each), on_order=each.get("level") == "order", **common
        ),
        "set_price": lambda each, common, _settings, money: benefits.SetPrice(
            money(each["value"]), spread=benefits.Spread.ACROSS, on_order=each.get("level") == "order", **common
        ),
        "unit_price_formula": lambda each, common, _settings, _money: benefits.UnitPriceFactor(
            each["factor"], **common
        ),
        "cheapest_free": lambda each, common, settings, _money: benefits.CheapestFree(
            int(each.get("count", 1)), settings.unit_use is UnitUse.SPENT, **common
        ),
        "buy_get": _buy_get,
        "bundle_percent": lambda each, common, _settings, _money: benefits.Bundle(
            int(each["set_size"]), _set_percent(each), **common
        ),
        "bundle_price": lambda each, common, _settings, money: benefits.Bundle(
            int(each["set_size"]), None, money(each["price"]), **common
        ),
        "distinct_set_percent": lambda each, common, _settings, _money: benefits.Bundle(
            int(each["set_size"]), _set_percent(each), distinct=True, **common
        ),
        "tiered_percent": lambda each, common, _settings, _money: _tiered(each, common, benefits.TierValue.PERCENT),
        "tiered_amount": lambda each, common, _settings, _money: _tiered(each, common, benefits.TierValue.AMOUNT),
        "first_then_additional": lambda each, common, _settings, money: benefits.FirstThenAdditional(
            money(each["first"]), money(each["additional"]), int(each.get("max_units", 0)), **common
        ),
        "per_unit_in_full_groups": _full_groups,
        "add_item": _add_item,
    }
)
