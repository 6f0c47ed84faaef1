"""The checks of carts, prices and uses: every figure that is expected is compared, and the unknown is no pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from servicecore.testing.vectors.pricing_carts import KINDS as CARTS
from servicecore.testing.vectors.pricing_catalogue import KINDS as CATALOGUE
from servicecore.testing.vectors.pricing_resolution import KINDS as PRICES
from servicecore.testing.vectors.pricing_usage import KINDS as USES
from servicecore.testing.vectors.verdict import NotSupported

CHECKS = {**CARTS, **CATALOGUE, **PRICES, **USES}
TENTH = {
    "id": "p",
    "trigger": "automatic",
    "conditions": [],
    "benefit": {"type": "percent", "value": "10", "scope": "lines", "allocation": "each_line", "target": {"all": True}},
}
UNKNOWN_OPERATOR = {
    "type": "percent",
    "value": "1",
    "target": {"where": [{"path": "a", "op": "like", "values": []}]},
}
CART = {
    "currency": "EUR",
    "lines": [{"id": "a", "sku": "a", "quantity": "2", "unit_price": "10", "tax_rate": "20"}],
    "shipping": [{"id": "s", "price": "5"}],
    "promotions": [TENTH],
    "codes": ["NONE"],
}


def mismatched(kind: str, given: Mapping[str, Any], expected: Mapping[str, Any], **semantics: Any) -> list[str]:
    vector = {"input": given, "expected": expected, "semantics": {"profile": "solidus_promotions", **semantics}}
    return [each.field for each in CHECKS[kind](vector)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # 10 % of 20 is 2
        ({"adjustments": [{"promotion": "p", "line": "a", "amount": "2"}]}, {"adjustments": []}),
        (
            {"adjustments": [{"promotion": "p", "line": "a", "amount": "2.00"}]},
            {"adjustments": [{"promotion": "p", "line": "a", "amount": "2.01"}]},
        ),
        ({"adjustment_count": 1}, {"adjustment_count": 2}),
        ({"applied": ["p"]}, {"applied": []}),
        ({"applied_promotion_count": 1}, {"applied_promotion_count": 0}),
        ({"applications": {"p": {"times": 1, "amount": "2"}}}, {"applications": {"p": {"times": 2, "amount": "2"}}}),
        ({"applications": {"p": {"amount": "2"}}}, {"applications": {"p": {"affects": "shipping"}}}),
        ({"rejected": [{"code": "NONE", "reason": "unknown_code"}]}, {"rejected": [{"code": "NONE", "reason": "x"}]}),
        ({"accepted": []}, {"accepted": ["NONE"]}),
        ({"removed": []}, {"removed": [{"adjustment": "x", "promotion": "p"}]}),
        ({"added_lines": []}, {"added_lines": [{"sku": "x", "quantity": "1", "discount": "1"}]}),
        ({"line_discounts_multiset": ["2"]}, {"line_discounts_multiset": ["3"]}),
        *(
            ({"totals": {name: value}}, {"totals": {name: "99"}})
            for name, value in {
                "items": "20",
                "items_after_discount": "18",
                "discount": "2",
                "shipping": "5",
                "total": "26.60",
                "items_net": "18",
                "items_gross": "21.60",
                "total_gross": "26.60",
                "tax": "3.60",
            }.items()
        ),
        *(
            ({"lines": {"a": {name: value}}}, {"lines": {"a": {name: wrong}}})
            for name, value, wrong in (
                ("discount", "2", "1"),
                ("item_discount", "2", "1"),
                ("units_used", "2", "1"),
                ("total", "18", "1"),
                ("total_gross", "21.6", "1"),
                ("unit_price_after_item_discounts", "9", "1"),
                ("unit_discounts", ["1", "1"], ["2", "0"]),
            )
        ),
    ],
)
def test_every_figure_of_a_cart_is_compared(right: Mapping[str, Any], wrong: Mapping[str, Any]) -> None:
    assert mismatched("cart_promotions", CART, right) == []
    assert mismatched("cart_promotions", CART, wrong) != []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({**CART, "promotions": [{**TENTH, "benefit": {"type": "unheard_of"}}]}, {}),
        ({**CART, "promotions": [{**TENTH, "conditions": [{"type": "unheard_of"}]}]}, {}),
        ({**CART, "promotions": [{**TENTH, "benefit": UNKNOWN_OPERATOR}]}, {}),
        (CART, {"unheard_of": 1}),
        (CART, {"totals": {"unheard_of": 1}}),
        (CART, {"lines": {"a": {"unheard_of": 1}}}),
    ],
)
def test_what_nobody_mapped_is_not_supported(given: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    with pytest.raises(NotSupported):
        mismatched("cart_promotions", given, expected)


VARIANT = {"variant": "v", "product": "p", "taxons": [], "price": "20"}
SALE = {"id": "s", "scopes": [{"type": "product", "value": "p"}], "benefit": {"type": "percent", "value": "50"}}
LISTS = {
    "price_sets": ["s"],
    "prices": [{"id": "x", "set": "s", "currency": "EUR", "amount": "9", "rules": {}}],
    "price_lists": [],
    "context": {"currency_code": "EUR"},
}
FORMULAS = {"currency": "EUR", "unit_price": "10", "quantity": "2", "unit": "u"}
COUNTED = {"measure": "count", "limit": "1", "used": "0"}


@pytest.mark.parametrize(
    ("kind", "given", "right", "wrong"),
    [
        (
            "catalogue_price",
            {"currency": "EUR", "items": [VARIANT], "catalogue_promotions": [SALE], "ask": {"variant": "v"}},
            {"price": {"amount": "10", "promotions": ["s"], "promotion_count": 1}},
            {"price": {"amount": "20"}},
        ),
        ("price_resolution", LISTS, {"prices": [{"set": "s", "amount": "9", "from_list": False}]}, {"prices": []}),
        ("price_resolution", {**LISTS, "context": {}}, {"error": "a currency"}, {"error": None}),
        (
            "price_resolution",
            {**FORMULAS, "price_list": [{"formula": "unit_price * 0.9 - 1"}]},
            {"amount": "8"},
            {"amount": "9"},
        ),
        (
            "price_resolution",
            # 4 / 0.8 + 1 = 6
            {**FORMULAS, "cost_price": "4", "price_list": [{"formula": "cost_price / 0.8 + 1"}]},
            {"amount": "6"},
            {"amount": "13.5"},
        ),
        (
            "catalogue_price",
            {
                "currency": "EUR",
                "channel": "web",
                "items": [VARIANT],
                "catalogue_promotions": [{**SALE, "benefit": {"type": "amount", "value": "3", "channel": "shop"}}],
                "ask": {"variant": "v"},
            },
            {"price": {"amount": "20", "promotions": []}},
            {"price": {"amount": "17"}},
        ),
        (
            "validity",
            {"valid": {"from": "2026-01-01", "to": "2026-01-31"}, "at": "2026-01-31"},
            {"active": True},
            {"active": False},
        ),
        (
            "eligibility",
            {"currency": "EUR", "items_total": "5", "condition": {"type": "min_value", "min": "7"}},
            {"satisfied": False, "partially_satisfied": True, "reason": "below_minimum"},
            {"reason": "login_required"},
        ),
        (
            "usage_limits",
            {"limits": {"max_applications_total": 5}, "used_applications": 3},
            {"remaining_applications": 2},
            {"remaining_applications": 3},
        ),
        (
            "usage_limits",
            {"code_usage": "once_total", "used_total": 1, "used_by_customer": 0},
            {"available": False, "reason": "limit_reached"},
            {"available": True},
        ),
        (
            "usage_ledger",
            {"ledger": COUNTED, "operations": [{"op": "commit", "uses": [{"promotion": "p"}, {"promotion": "q"}]}]},
            {"ledger": {"used": "1", "limit": "1"}, "accepted_count": 0, "rejected_count": 1},
            {"ledger": {"used": "2", "limit": "1"}},
        ),
        (
            "advertised_price",
            {"currency": "EUR", "unit_price": "20", "in_cart": "0", "wanted": "2", "benefit": TENTH["benefit"]},
            {"unit_discount": "2"},
            {"unit_discount": "4"},
        ),
    ],
)
def test_a_wrong_figure_is_noticed(
    kind: str, given: Mapping[str, Any], right: Mapping[str, Any], wrong: Mapping[str, Any]
) -> None:
    rules = {"catalogue_promotions": {"base": "remaining"}}
    assert mismatched(kind, given, right, **rules) == []
    assert mismatched(kind, given, wrong, **rules) != []
