"""The fields of every kind of pricing vectors, as their format names them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from servicecore.testing.vectors.shapes import ByType, Shape, named, plain, refuse_unknown

_TARGET: Final[dict[str, Shape]] = {"all": None, "where": plain("path", "op", "values")}
_TARGET["any_of"] = _TARGET
_VALID: Final = plain("from", "to")
_CONDITIONS: Final[dict[str, Mapping[str, Shape]]] = {
    "attribute": plain("on", "path", "op", "values"),
    "min_quantity": named(min=None, target=_TARGET),
    "min_value": named(min=None, target=_TARGET, currency=None, strict=None, basis=None),
    "distinct_products": named(min=None, target=_TARGET),
    "any_line_min_quantity": named(min=None, target=_TARGET),
    "contains": named(target=_TARGET),
    "nth_order": plain("n", "anonymous_counts_as_first"),
    "customer_group": plain("groups"),
    "customer_flag": plain("flag"),
    "uses_per_customer": plain("max"),
    "shipping_method": plain("in"),
}
_CONDITION: Final = ByType(plain("channels"), _CONDITIONS)
_CONDITIONS["all_of"] = named(of=_CONDITION)
_CAPPED: Final = plain(
    "value",
    "allocation",
    "level",
    "cap_units",
    "cap_units_per_line",
    "cap_amount",
    "cap_allocation",
    "unit_pick",
    "currency",
)
_TIERS: Final = named(base=None, tiers=plain("from", "value"), measure=None, eligible=_TARGET, currency=None)
_BENEFIT: Final = ByType(
    named(target=_TARGET, scope=None, channel=None),
    {
        "percent": _CAPPED,
        "amount": _CAPPED,
        "set_price": plain("value", "allocation", "level", "currency", "target_from"),
        "unit_price_formula": plain("factor"),
        "cheapest_free": plain("count"),
        "buy_get": named(
            buy=named(target=_TARGET, quantity=None, min_quantity=None, pick=None),
            get=named(target=_TARGET, quantity=None, pick=None),
            percent_off=None,
            repeat=None,
            cap_amount=None,
        ),
        "bundle_percent": plain("set_size", "percent_off", "value", "repeat", "cap_amount"),
        "bundle_price": plain("set_size", "price", "repeat", "cap_amount", "currency"),
        "distinct_set_percent": plain("set_size", "percent_off", "value", "repeat", "cap_amount"),
        "tiered_percent": {**_TIERS, "allocation": None},
        "tiered_amount": {**_TIERS, "allocation": None},
        "first_then_additional": plain("first", "additional", "max_units", "allocation", "currency"),
        "per_unit_in_full_groups": named(
            group_size=None,
            group_fill=None,
            amount_per_unit=None,
            percent_per_unit=None,
            tiered_percent_per_unit=_TIERS,
            currency=None,
        ),
        "add_item": named(
            sku=None, unit_price=None, quantity=None, per_units=None, of=_TARGET, percent_off=None, currency=None
        ),
    },
)
_LIMITS: Final = named(
    max_applications_per_cart=None,
    max_applications_total=None,
    max_applications_per_customer=None,
    used_applications=None,
    uses_total=None,
    uses_per_customer=None,
    used=None,
    budget=plain("measure", "limit", "used"),
)
_PROMOTION: Final = named(
    id=None,
    trigger=None,
    code=None,
    codes=named(
        code=None, valid=_VALID, limits=plain("uses_total", "uses_per_customer", "used"), cancel_releases_use=None
    ),
    priority=None,
    lane=None,
    exclusive=None,
    combinable_with=None,
    stacking=None,
    applies_to_discounted=None,
    channels=None,
    valid=_VALID,
    conditions=_CONDITION,
    benefit=_BENEFIT,
    benefits=_BENEFIT,
    limits=_LIMITS,
    skip_eligibility=None,
)
_APPLIED: Final = plain("id", "promotion", "amount")
_CART: Final[Mapping[str, Shape]] = {
    "currency": None,
    "at": None,
    "lines": named(
        id=None,
        sku=None,
        variant=None,
        quantity=None,
        unit_price=None,
        line_value=None,
        override_unit_price=None,
        min_unit_price=None,
        tax_rate=None,
        unit_price_net=None,
        unit_price_gross=None,
        discountable=None,
        attrs=None,
        applied=_APPLIED,
    ),
    "shipping": named(id=None, price=None, tax_rate=None, attrs=None, applied=_APPLIED),
    "surcharges": plain("id", "price", "tax_rate", "price_includes_tax"),
    "cart_attrs": None,
    "channel": None,
    "customer": plain("id", "groups", "flags", "guest", "completed_orders"),
    "history": plain("state", "codes"),
    "codes": None,
    "options": plain("ignore_automatic"),
    "promotions": _PROMOTION,
    "catalogue_promotions": named(
        id=None,
        enabled=None,
        priority=None,
        exclusive=None,
        channels=None,
        valid=_VALID,
        scopes=plain("type", "value"),
        benefit=plain("type", "value", "channel"),
    ),
}
_USES: Final = named(op=None, cart=None, uses=plain("promotion", "amount"))
_PRICE: Final = plain("id", "set", "amount", "currency", "min_quantity", "max_quantity", "rules")

_SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "cart_promotions": _CART,
        "best_price": _CART,
        "catalogue_price": named(
            currency=None,
            at=None,
            channel=None,
            items=plain("variant", "product", "taxons", "price", "price_by_channel", "original_price", "min_price"),
            catalogue_promotions=_CART["catalogue_promotions"],
            ask=plain("variant"),
        ),
        "price_resolution": named(
            at=None,
            price_sets=None,
            prices=_PRICE,
            price_lists={**plain("id", "status", "type", "from", "to", "rules"), "prices": _PRICE},
            context=None,
            tax_preferences=plain("attribute", "value", "tax_inclusive"),
            currency=None,
            unit_price=None,
            list_price=None,
            cost_price=None,
            price_list=plain("product", "category", "formula", "min_quantity", "unit"),
            product=None,
            categories=None,
            quantity=None,
            unit=None,
            unit_factors=None,
        ),
        "allocation": named(
            weights=None, amount=None, benefit=plain("type", "value"), floors=None, unit=None, currency=None
        ),
        "eligibility": {
            **_CART,
            "condition": _CONDITION,
            "items_total": None,
            "units_total": None,
            "used_by_customer": None,
        },
        "advertised_price": named(currency=None, unit_price=None, in_cart=None, wanted=None, benefit=_BENEFIT),
        "usage_ledger": named(
            currency=None,
            ledger=plain("promotion", "measure", "limit", "used"),
            operations=_USES,
            concurrent_operations=_USES,
        ),
        "usage_limits": named(
            limits=_LIMITS,
            used_applications=None,
            customer_known=None,
            used_by_customer=None,
            hard_cap=None,
            code_usage=None,
            used_total=None,
            anonymous=None,
        ),
        "validity": named(valid=_VALID, at=None, status=None),
    }
)


def refuse_unread(kind: str, given: Mapping[str, Any]) -> None:
    """Look for fields of the input of a pricing vector of ``kind`` that no check reads.

    Raises:
        NotSupported: there is one.

    """
    refuse_unknown(_SHAPES[kind], given)
