"""Vectors of charges, modes and overrides: ours in the neutral form pass, and with another answer they fail."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors.runner import run_content

VECTORS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "charges.tier": (
        {
            "tiers": [{"from_": "0", "to": "20", "fixed": "3"}, {"from_": "20", "to": None, "percent": "10"}],
            "orders": ["19.99", "20.00"],
        },
        {"charges": ["3.00", "2.00"]},
        {"charges": ["3.00", "3.00"]},
    ),
    "delivery.mode": (
        {
            "header": "BOAT",
            "lines": [{"id": 1, "mode": None, "ship_to": "CO"}],
            "modes": {"BOAT": {"exclude_states": ["CO"]}},
        },
        {"errors": [{"line": 1, "code": "delivery.mode_not_allowed_for_address"}], "line_modes": {"1": "BOAT"}},
        {"errors": [], "line_modes": {"1": "BOAT"}},
    ),
    "margin.alert": (
        {"basis": "margin_on_price", "price": "50", "rebate": "10", "cost": "30"},
        {"net_price": "40", "percent": "25.00"},
        {"net_price": "40", "percent": "40.00"},
    ),
    "override.charges": (
        {
            "original": "10.00",
            "permissions": {"clerk": {"increase": "0", "decrease": "50"}},
            "attempts": [["clerk", "5.00"], ["clerk", "4.99"], ["clerk", "10.01"]],
        },
        {"allowed": [True, False, False]},
        {"allowed": [True, True, False]},
    ),
    "override.discount": (
        {"total": "80.00", "max_percent": "25", "attempts": ["60.00", "59.99"]},
        {"allowed": [True, False]},
        {"allowed": [True, True]},
    ),
    "override.price": (
        {"cost": "50.00", "cost_markup_percent": "10", "attempts": ["55.00", "54.99"]},
        {"floor": "55.00", "allowed": [True, False]},
        {"floor": "54.00", "allowed": [True, False]},
    ),
    "tax_group": (
        {
            "rules": [{"priority": 1, "elements": ["zip"]}],
            "groups": [{"code": "A", "zip": "1"}, {"code": "B", "zip": "1"}],
            "addresses": [{"city": "X", "zip": "1"}, {"city": "X", "zip": "2"}],
        },
        {"assigned": ["A", None], "warnings": ["tax_group.ambiguous", "tax_group.not_found"]},
        {"assigned": ["A", None], "warnings": [None, "tax_group.not_found"]},
    ),
    "override.returns": (
        {"credit": "50.00", "increase_percent": "10", "decrease_percent": "0", "attempts": ["55.00", "55.01", "1.00"]},
        {"allowed": [True, False, True]},
        {"allowed": [True, True, True]},
    ),
}


def _run(feature: str, expected: dict[str, Any]) -> tuple[int, int]:
    vector = {"id": feature, "feature": feature, "input": VECTORS[feature][0], "expected": expected}
    report = run_content({"schema": "callcenter-vectors/1", "vectors": [vector]}, "own", {})
    return report.passed, report.failed


@pytest.mark.parametrize("feature", sorted(VECTORS))
def test_a_vector_passes_with_its_answer_and_fails_with_another(feature: str) -> None:
    assert _run(feature, VECTORS[feature][1]) == (1, 0)
    assert _run(feature, VECTORS[feature][2]) == (0, 1)


@pytest.mark.parametrize(
    ("feature", "given", "expected"),
    [
        # a gap charges nothing, and tiers do not overlap
        (
            "charges.tier",
            {
                "tiers": [{"from_": "0", "to": "50", "fixed": "5"}, {"from_": "60", "to": None, "fixed": "1"}],
                "orders": ["49.99", "50", "59.99", "60"],
            },
            {"charges": ["5.00", "0.00", "0.00", "1.00"]},
        ),
        (
            "charges.tier",
            {"tiers": [{"from_": "0", "to": "50", "fixed": "5"}, {"from_": "49", "to": None, "fixed": "1"}]},
            {"error": "config.tier_overlap"},
        ),
        # 40 on 100 is 40 % of the cost and 28.57 % of the price
        (
            "margin.alert",
            {"basis": "markup_on_cost", "acceptable": "40", "questionable": "20", "percents": ["40", "39.5", "19.9"]},
            {"status": ["ok", "warning", "error"]},
        ),
        (
            "margin.alert",
            {"acceptable": "40", "questionable": "20", "price": "140", "cost": "100"},
            {
                "markup_on_cost": {"percent": "40.00", "status": "ok"},
                "margin_on_price": {"percent": "28.57", "status": "warning"},
            },
        ),
        ("margin.alert", {"price": "100", "cost": None}, {"status": "unknown"}),
        (
            "margin.alert",
            {"acceptable": "5", "questionable": "6"},
            {"error": "config.questionable_not_below_acceptable"},
        ),
        # the highest tier that is reached
        (
            "coupon",
            {
                "tiers": [
                    {"min_amount": "50", "value": "5", "attribute": "amount_fixed"},
                    {"min_amount": "80", "value": "9", "attribute": "amount_fixed"},
                ],
                "orders": ["49.99", "50", "79.99", "80"],
            },
            {"discounts": ["0", "5", "5", "9"]},
        ),
        # 25 of 30 are credited already: 5 more fit, 6 do not
        (
            "price_match",
            {
                "cases": [
                    {
                        "status": "invoiced",
                        "unit_price": "50",
                        "new_price": price,
                        "max_order_credit": "30",
                        "order_credit_used": "25",
                    }
                    for price in ("45", "44")
                ]
            },
            {"errors": ["none", "credit.max_exceeded"]},
        ),
    ],
)
def test_other_figures_and_other_fields_of_a_feature_are_read(
    feature: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    vector = {"id": "v", "feature": feature, "input": given, "expected": expected}
    report = run_content({"schema": "callcenter-vectors/1", "vectors": [vector]}, "call_center.json")
    assert (report.passed, report.failures) == (1, ())
