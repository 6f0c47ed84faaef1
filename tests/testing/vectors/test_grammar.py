"""Every condition, benefit, limit and operator that pricing vectors can name, each by a cart worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors.pricing_carts import KINDS

SEMANTICS = {"profile": "saleor", "rounding": {"mode": "half_up", "digits": 2, "level": "line"}}
ALL = {"all": True}
# Three pens at 4.00, two books at 10.00 and a lamp at 25.00: six units for 57.00.
LINES = [
    {"id": "pen", "sku": "pen", "quantity": "3", "unit_price": "4", "attrs": {"taxons": ["office", "all"]}},
    {"id": "book", "sku": "book", "quantity": "2", "unit_price": "10", "attrs": {"taxons": ["paper", "all"]}},
    {"id": "lamp", "sku": "lamp", "quantity": "1", "unit_price": "25", "attrs": {"taxons": ["home"], "colour": "red"}},
]
SHIPPING = [{"id": "post", "price": "6", "attrs": {"option": {"id": "slow"}}}, {"id": "van", "price": "9"}]


def where(path: str, op: str, *values: str) -> dict[str, Any]:
    return {"where": [{"path": path, "op": op, "values": list(values)}]}


def off(kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "scope": "lines", "allocation": "each_line", "target": ALL, **more}


def differences(promotions: list[dict[str, Any]], expected: dict[str, Any], **more: Any) -> list[str]:
    switches = {**SEMANTICS, **more.pop("semantics", {})}
    offers = [
        {"id": f"p{place}", "trigger": "automatic", "conditions": [], **each} for place, each in enumerate(promotions)
    ]
    given = {"currency": "EUR", "lines": LINES, "shipping": SHIPPING, "promotions": offers, **more}
    vector = {"input": given, "semantics": switches, "expected": expected}
    return [str(each) for each in KINDS["cart_promotions"](vector)]


@pytest.mark.parametrize(
    ("benefit", "discounts"),
    [
        # 10 % of 12, 20 and 25
        (off("percent", "10"), {"pen": "1.2", "book": "2", "lamp": "2.5"}),
        (off("percent", "10", allocation="each_unit"), {"pen": "1.2", "book": "2", "lamp": "2.5"}),
        # 5.70 in proportion to 12, 20 and 25
        (off("percent", "10", allocation="across"), {"pen": "1.2", "book": "2", "lamp": "2.5"}),
        (off("percent", "10", level="order", allocation="across"), {"pen": "1.2", "book": "2", "lamp": "2.5"}),
        # two units at most of each line: 8, 20 and 25
        (off("percent", "10", cap_units_per_line=2), {"pen": "0.8", "book": "2", "lamp": "2.5"}),
        # the four priciest units: the lamp, both books and a pen
        (off("percent", "10", cap_units=4, unit_pick="priciest_first"), {"pen": "0.4", "book": "2", "lamp": "2.5"}),
        # 10 at most instead of 28.50, split over 57: 2.105, 3.509 and the rest
        (
            off("percent", "50", cap_amount="10", cap_allocation="across"),
            {"pen": "2.11", "book": "3.51", "lamp": "4.38"},
        ),
        # 3 off each line, off each unit, and 3 in all: 0.63, 1.05 and 1.32
        (off("amount", "3"), {"pen": "3", "book": "3", "lamp": "3"}),
        (off("amount", "3", allocation="each_unit"), {"pen": "9", "book": "6", "lamp": "3"}),
        (off("amount", "3", allocation="across"), {"pen": "0.63", "book": "1.05", "lamp": "1.32"}),
        (off("amount", "30"), {"pen": "12", "book": "20", "lamp": "25"}),
        (off("amount", "3", currency="USD"), {"pen": "0", "book": "0", "lamp": "0"}),
        (off("set_price", "11", target=where("sku", "in", "pen"), allocation="across"), {"pen": "1", "book": "0"}),
        (off("set_price", "3", target=where("sku", "in", "pen"), allocation="each_unit"), {"pen": "3", "book": "0"}),
        (off("set_price", "7", allocation="each_line"), {"pen": "5", "book": "13", "lamp": "18"}),
        ({"type": "unit_price_formula", "factor": "0.75", "target": ALL}, {"pen": "3", "book": "5", "lamp": "6.25"}),
        ({"type": "unit_price_formula", "factor": "1.1", "target": ALL}, {"pen": "0", "book": "0", "lamp": "0"}),
        ({"type": "cheapest_free", "count": 2, "target": ALL}, {"pen": "8", "book": "0", "lamp": "0"}),
        # buy the lamp, get two books at half
        (
            {
                "type": "buy_get",
                "buy": {"target": where("sku", "in", "lamp"), "quantity": 1},
                "get": {"target": where("sku", "in", "book"), "quantity": 2, "pick": "cheapest"},
                "percent_off": "50",
                "repeat": None,
            },
            {"book": "10", "lamp": "0"},
        ),
        # two units bought bring one of the cheapest, twice among six
        (
            {
                "type": "buy_get",
                "buy": {"target": ALL, "min_quantity": 2},
                "get": {"target": ALL, "quantity": 1, "pick": "cheapest_first"},
                "repeat": 2,
            },
            {"pen": "8", "book": "0", "lamp": "0"},
        ),
        # the priciest three for 40 instead of 45: over 25 and 20
        ({"type": "bundle_price", "set_size": 3, "price": "40", "target": ALL}, {"book": "2.22", "lamp": "2.78"}),
        ({"type": "bundle_percent", "set_size": 3, "percent_off": "20", "target": ALL}, {"book": "4", "lamp": "5"}),
        # one unit of each line: 10 % of 4, 10 and 25
        (
            {"type": "distinct_set_percent", "set_size": 3, "percent_off": "10", "target": ALL},
            {"pen": "0.4", "book": "1", "lamp": "2.5"},
        ),
        # from 20 a line on 10 %, below it 5 %
        (
            {
                "type": "tiered_percent",
                "base": "5",
                "tiers": [{"from": "20", "value": "10"}],
                "measure": "target_value",
            },
            {"pen": "0.6", "book": "2", "lamp": "2.5"},
        ),
        # all goods are 57 before offers
        (
            {
                "type": "tiered_amount",
                "base": "1",
                "tiers": [{"from": "57", "value": "2"}, {"from": "58", "value": "3"}],
                "measure": "items_total_undiscounted",
                "target": where("sku", "in", "book", "lamp"),
            },
            {"pen": "0", "book": "2", "lamp": "2"},
        ),
        # five units of pens and books
        (
            {
                "type": "tiered_percent",
                "base": "0",
                "tiers": [{"from": "5", "value": "10"}, {"from": "6", "value": "90"}],
                "measure": "eligible_quantity",
                "eligible": where("sku", "in", "pen", "book"),
                "target": where("sku", "in", "lamp"),
            },
            {"pen": "0", "lamp": "2.5"},
        ),
        # 2 off the first unit, 1 off each further one, three units at most
        (
            {"type": "first_then_additional", "first": "2", "additional": "1", "max_units": 2, "target": ALL},
            {"pen": "3", "book": "3", "lamp": "2"},
        ),
        (
            {"type": "first_then_additional", "first": "2", "additional": "1", "max_units": 0, "target": ALL},
            {"pen": "4", "book": "3", "lamp": "2"},
        ),
        # six units are one full group of four: three pens and a book
        (
            {"type": "per_unit_in_full_groups", "group_size": 4, "amount_per_unit": "1", "target": ALL},
            {"pen": "3", "book": "1", "lamp": "0"},
        ),
        (
            {"type": "per_unit_in_full_groups", "group_size": 4, "percent_per_unit": "50", "target": ALL},
            {"pen": "6", "book": "5", "lamp": "0"},
        ),
        (off("percent", "50", scope="shipping", target=None), {"post": "3", "van": "4.5", "pen": "0"}),
        (off("amount", "7", scope="shipping"), {"post": "6", "van": "7", "pen": "0"}),
        (off("set_price", "2", scope="shipping", allocation=None), {"post": "4", "van": "7"}),
        # 7.20 over 57 of goods and 15 of shipping, a tenth of each
        (
            off("amount", "7.2", scope="lines_and_shipping", level="order", allocation="across"),
            {"pen": "1.2", "book": "2", "lamp": "2.5", "post": "0.6", "van": "0.9"},
        ),
    ],
)
def test_every_benefit_takes_off_what_it_says(benefit: dict[str, Any], discounts: dict[str, str]) -> None:
    benefit = {name: value for name, value in benefit.items() if value is not None or name == "repeat"}
    once = {"limits": {"max_applications_per_cart": 1}}
    expected = {"lines": {name: {"discount": amount} for name, amount in discounts.items()}}
    sets = {"semantics": {"repeat": "until_condition_unmet_or_limit", "consumption": "per_offer"}}
    spent = "set_size" in benefit
    assert differences([{"benefit": benefit, **once}], expected, **(sets if spent else {})) == []


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        (ALL, {"pen", "book", "lamp"}),
        (where("sku", "in", "pen", "lamp"), {"pen", "lamp"}),
        (where("sku", "ne", "pen"), {"book", "lamp"}),
        (where("unit_price", "gt", "4"), {"book", "lamp"}),
        (where("unit_price", "gte", "4"), {"pen", "book", "lamp"}),
        (where("unit_price", "lt", "10"), {"pen"}),
        (where("unit_price", "lte", "10"), {"pen", "book"}),
        (where("taxons", "contains_any", "paper", "home"), {"book", "lamp"}),
        (where("colour", "in", "red"), {"lamp"}),
        ({"where": [*where("taxons", "in", "all")["where"], *where("sku", "ne", "pen")["where"]]}, {"book"}),
        ({"any_of": [where("sku", "in", "pen"), where("colour", "in", "red")]}, {"pen", "lamp"}),
        (where("sku", "in"), set()),
    ],
)
def test_a_target_means_the_lines_that_pass(target: dict[str, Any], lines: set[str]) -> None:
    wanted = [{"promotion": "p0", "line": name, "amount": "1"} for name in sorted(lines)]
    assert differences([{"benefit": off("amount", "1", target=target)}], {"adjustments": wanted}) == []


CUSTOMER = {"id": "ann", "groups": ["trade"], "flags": ["staff"], "completed_orders": 2}


@pytest.mark.parametrize(
    ("condition", "other"),
    [
        ({"type": "min_quantity", "min": "6", "target": ALL}, {"min": "7"}),
        ({"type": "min_quantity", "min": "3", "target": where("sku", "in", "pen")}, {"min": "4"}),
        ({"type": "min_value", "min": "57", "target": ALL}, {"min": "57.01"}),
        ({"type": "min_value", "min": "56.99", "target": ALL, "strict": True}, {"min": "57"}),
        ({"type": "min_value", "min": "57", "target": ALL, "currency": "EUR"}, {"currency": "USD"}),
        ({"type": "min_value", "min": "57", "target": ALL, "channels": ["web"]}, {"channels": ["shop"]}),
        ({"type": "distinct_products", "min": "2", "target": where("sku", "ne", "pen")}, {"min": "3"}),
        ({"type": "any_line_min_quantity", "min": 3}, {"min": 4}),
        ({"type": "contains", "target": where("sku", "in", "lamp")}, {"target": where("sku", "in", "chair")}),
        ({"type": "nth_order", "n": 3}, {"n": 1}),
        ({"type": "customer_group", "groups": ["guild", "trade"]}, {"groups": ["guild"]}),
        ({"type": "customer_flag", "flag": "staff"}, {"flag": "press"}),
        ({"type": "uses_per_customer", "max": 1}, {"max": 0}),
        ({"type": "shipping_method", "in": ["van"]}, {"in": ["bike"]}),
        (
            {"type": "attribute", "on": "cart", "path": "source.name", "op": "in", "values": ["mail"]},
            {"values": ["tv"]},
        ),
        ({"type": "attribute", "on": "cart", "path": "age", "op": "gte", "values": ["18"]}, {"op": "gt"}),
        ({"type": "attribute", "on": "cart", "path": "age", "op": "ne", "values": ["19"]}, {"values": ["18"]}),
        (
            {"type": "all_of", "of": [{"type": "min_quantity", "min": "6", "target": ALL}]},
            {"of": [{"type": "min_quantity", "min": "7", "target": ALL}]},
        ),
    ],
)
def test_a_condition_holds_or_does_not(condition: dict[str, Any], other: dict[str, Any]) -> None:
    cart = {"customer": CUSTOMER, "channel": "web", "cart_attrs": {"source": {"name": "mail"}, "age": 18}}
    for tried, discount in ((condition, "1"), ({**condition, **other}, "0")):
        benefit = off("amount", "1", allocation="across")
        promotion = {"benefit": benefit, "conditions": [tried]}
        assert differences([promotion], {"totals": {"discount": discount}}, **cart) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"codes": [{"code": "GO", "valid": {"to": "2026-01-14"}}]}, "code_expired"),
        ({"codes": [{"code": "GO", "valid": {"from": "2026-01-16"}}]}, "not_started"),
        ({"valid": {"to": "2026-01-14"}}, "promotion_expired"),
        ({"valid": {"from": "2026-01-16"}}, "not_started"),
        ({"channels": ["shop"]}, "not_in_channel"),
        ({"codes": [{"code": "GO", "limits": {"uses_total": 2, "used": 2}}]}, "code_limit_reached"),
        ({"limits": {"uses_total": 2, "used": 2}}, "promotion_limit_reached"),
        ({"limits": {"max_applications_total": 2, "used_applications": 2}}, "limit_reached"),
        ({"codes": [{"code": "GO", "limits": {"uses_per_customer": 1}}]}, "customer_limit_reached"),
        ({"limits": {"uses_per_customer": 1}}, "customer_limit_reached"),
        ({"limits": {"max_applications_per_customer": 1}}, "customer_limit_reached"),
        ({"limits": {"budget": {"measure": "amount", "limit": "5", "used": "4.5"}}}, "budget_exceeded"),
        ({"limits": {"budget": {"measure": "count", "limit": "5", "used": "5"}}}, "budget_exceeded"),
        ({"conditions": [{"type": "min_value", "min": "60", "target": ALL}]}, "below_minimum"),
        (
            {"conditions": [{"type": "min_value", "min": "57", "target": ALL, "strict": True}]},
            "below_or_equal_minimum",
        ),
        ({"conditions": [{"type": "nth_order", "n": 1}]}, "not_first_order"),
        ({"conditions": [{"type": "contains", "target": where("sku", "in", "chair")}]}, "conditions_not_met"),
    ],
)
def test_a_code_that_takes_no_effect_is_rejected_with_its_reason(change: dict[str, Any], reason: str) -> None:
    promotion = {
        "trigger": "code",
        "codes": [{"code": "GO"}],
        "benefit": off("amount", "1", allocation="across"),
        **change,
    }
    cart = {
        "codes": ["GO"],
        "at": "2026-01-15T12:00:00Z",
        "channel": "web",
        "customer": {"id": "ann"},
        "history": [{"state": "placed", "codes": ["GO"]}],
    }
    expected = {"rejected": [{"code": "GO", "reason": reason}], "totals": {"discount": "0"}}
    assert differences([promotion], expected, **cart) == []


def test_codes_are_refused_that_are_unknown_typed_twice_or_need_a_customer() -> None:
    promotion = {"trigger": "code", "code": "GO", "benefit": off("amount", "1", allocation="across")}
    twice = {"accepted": ["GO"], "rejected": [{"code": "GO", "reason": "already_applied"}]}
    assert differences([promotion], twice, codes=["GO", "GO"]) == []
    unknown = {"accepted": [], "rejected": [{"code": "NO", "reason": "unknown_code"}]}
    assert differences([promotion], unknown, codes=["NO"]) == []
    limited = {**promotion, "codes": [{"code": "GO", "limits": {"uses_per_customer": 1}}]}
    login = {"accepted": [], "rejected": [{"code": "GO", "reason": "login_required"}]}
    assert differences([limited], login, codes=["GO"]) == []


def test_offers_of_a_cart_may_be_codes_only_and_charges_beside_the_goods_take_no_part() -> None:
    """57 of goods less 1; 3 beside them, and 15 of shipping."""
    automatic = {"benefit": off("amount", "2", allocation="across")}
    coded = {"benefit": off("amount", "1", allocation="across"), "trigger": "code", "code": "GO"}
    cart: dict[str, Any] = {"codes": ["GO"], "options": {"ignore_automatic": True}}
    promotions: list[dict[str, Any]] = [automatic, coded]
    totals = {"items": "57", "discount": "1", "total": "71"}
    assert differences(promotions, {"totals": totals}, **cart) == []
    beside = {"surcharges": [{"id": "box", "price": "3"}]}
    assert differences(promotions, {"totals": {"discount": "1", "items_net": "59"}}, **cart, **beside) == []


def test_a_cancelled_order_gives_a_use_of_its_code_back_or_keeps_it() -> None:
    history = [{"state": "cancelled", "codes": ["GO"]}]
    for released, discount in ((True, "1"), (False, "0")):
        code = {"code": "GO", "limits": {"uses_per_customer": 1}, "cancel_releases_use": released}
        promotion = {"trigger": "code", "codes": [code], "benefit": off("amount", "1", allocation="across")}
        cart = {"codes": ["GO"], "customer": {"id": "ann"}, "history": history}
        assert differences([promotion], {"totals": {"discount": discount}}, **cart) == []


@pytest.mark.parametrize(
    ("switches", "discount"),
    [
        # 10 % and then 20 % of 57: of what is left, or of the price before
        ({"selection": "all", "base": "remaining"}, "15.96"),
        ({"selection": "all", "base": "original"}, "17.1"),
        ({"selection": "best_single_per_target"}, "11.4"),
        ({"selection": "first_applicable_exclusive_else_all", "order": "priority_desc_then_input"}, "11.4"),
        ({"selection": "concurrency_modes", "base": "original"}, "11.4"),
    ],
)
def test_a_selection_says_which_offers_stand_beside_each_other(switches: dict[str, str], discount: str) -> None:
    first = {"benefit": off("percent", "10"), "priority": 1, "stacking": "best_price"}
    second = {"benefit": off("percent", "20"), "priority": 1, "stacking": "best_price"}
    if switches["selection"].startswith("first"):
        second["exclusive"] = "cart"
    assert differences([first, second], {"totals": {"discount": discount}}, semantics=switches) == []


def test_an_offer_may_be_stated_with_no_application() -> None:
    given, kept = {"benefit": off("amount", "1")}, {"benefit": off("amount", "1", target=where("sku", "in", "chair"))}
    applied = {"p0": {"times": 1, "amount": "3"}}
    assert differences([given, kept], {"applications": {**applied, "p1": {"times": 0, "amount": "0"}}}) == []
    assert differences([given, kept], {"applications": {**applied, "p1": {"times": 1}}}) != []
    assert differences([given, kept], {"applications": {"p0": {"times": 0}}}) != []
