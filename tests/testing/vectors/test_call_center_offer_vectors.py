"""Vectors of discounts and list prices: ours in the neutral form pass, and with another answer they fail."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors.runner import run_content

VECTORS: dict[str, tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a third of three at half the price, or a tenth off two": (
        "discount.overlap",
        {
            "prices": ["30", "30", "9", "8"],
            "offers": [
                {"id": "T", "needs": 3, "effect": "half_off_cheapest_of_three"},
                {"id": "P", "needs": 2, "effect": "10_percent_off_both"},
            ],
        },
        # 6.00 and 1.70 off the two pairs; the cheapest of any three is at most 9.00, half of which is 4.50.
        {
            "total_discount": "7.70",
            "total": "69.30",
            "T": "4.50",
            "P": "7.70",
            "tie": False,
            "assignment": [["P", "8", "9"], ["P", "30", "30"]],
        },
        {"total_discount": "7.70", "assignment": [["P", "8", "30"], ["P", "9", "30"]]},
    ),
    "one discount alone": (
        "discount.overlap",
        {"prices": ["12", "8", "6"], "force": "D1 only"},
        {"total_discount": "4.00"},
        {"total_discount": "6.00"},
    ),
    "a price, an amount and a percentage together": (
        "discount.compound",
        {
            "unit_price": "50.00",
            "compound_offers": [
                {"id": "P", "kind": "percent", "value": "5"},
                {"id": "F", "kind": "price", "value": "40"},
                {"id": "A", "kind": "amount", "value": "3.90"},
            ],
        },
        # 40.00, 36.10, and 5 % of it, which is 1.805 and rounded 1.81
        {"apply_order": ["F", "A", "P"], "discount": "15.71", "net": "34.29"},
        {"apply_order": ["F", "A", "P"], "discount": "15.70", "net": "34.30"},
    ),
    "an amount off each of three units, before a percentage of another priority": (
        "discount.concurrency",
        {
            "control_model": "compound_across_priority",
            "rounding": "half_up_2",
            "products": [{"sku": "P", "unit_price": "10", "qty": 3}],
            "offers": [
                {"id": "A", "mode": "best_price", "priority": 2, "kind": "amount", "value": "1", "cls": "line"},
                {"id": "B", "mode": "compound", "priority": 1, "kind": "percent", "value": "10", "cls": "threshold"},
                {"id": "C", "mode": "exclusive", "priority": 1, "kind": "percent", "value": "99", "cls": "line"},
            ],
        },
        {"lines": [{"sku": "P", "net": "24.30", "applied": ["A", "B"]}]},
        {"lines": [{"sku": "P", "net": "24.30", "applied": ["A"]}]},
    ),
    "a third of a page": (
        "catalog.space",
        {"page_cost": "100.00", "percent_of_page": "33.335", "sales": "20.00"},
        {"space_cost": "33.34", "contribution": "-13.34"},
        {"space_cost": "33.33", "contribution": "-13.33"},
    ),
    "gains from units that both want": (
        "discount.marginal_value",
        {
            "discounts": [
                {"id": "A", "total": "10.00", "without_shared": "3.00"},
                {"id": "B", "total": "8.00", "without_shared": "0.00"},
            ],
            "shared_products": 3,
        },
        {"marginal": {"A": "2.33", "B": "2.67"}, "apply_order": ["B", "A"]},
        {"marginal": {"A": "2.33", "B": "2.67"}, "apply_order": ["A", "B"]},
    ),
    "an offer for pieces on a line in pieces": (
        "discount.scope",
        {"offer_unit": "each", "line_unit": "each"},
        {"applies": True},
        {"applies": False},
    ),
    "an even number of purchase prices": (
        "margin.purchase",
        {"base_price": "10.00", "trade_prices": ["9.99"]},
        {"optimistic": "10.00", "pessimistic": "9.99", "average": "10.00"},
        {"optimistic": "10.00", "pessimistic": "10.00", "average": "10.00"},
    ),
    "the largest of three adjustments": (
        "price.adjustment",
        {
            "trade_price": "20.00",
            "adjustments": [
                {"kind": "price", "value": "18.50"},
                {"kind": "percent", "value": "8"},
                {"kind": "amount", "value": "1.75"},
            ],
        },
        {"active_price": "18.25"},
        {"active_price": "18.40"},
    ),
    "a price below its cost": (
        "price.category_rule",
        {"cost": "16.00", "price": "12.00"},
        {"markup_percent": "-25", "margin_percent": "-33.3", "fixed_amount": "-4.00"},
        {"markup_percent": "-25", "margin_percent": "-33.4"},
    ),
    "a price for a dozen": (
        "price.price_unit",
        {"price": "10.00", "price_unit": 12, "qty": 30},
        {"unit_price": "0.8333", "line_amount": "25.00"},
        {"unit_price": "0.84"},
    ),
    "codes of a day": (
        "source_code",
        {"on": "2014-05-10", "codes": [["A", "2014-05-10", "2014-05-10"], ["B", "2014-05-11", None]]},
        {"selectable": ["A"]},
        {"selectable": ["A", "B"]},
    ),
    "the code of an exchange": (
        "source_code",
        {
            "original": "OLD",
            "default": "EX",
            "cases": [{"mode": "original", "allow_expired": False}, {"mode": "default"}],
            "original_expired": False,
        },
        {"code": ["OLD", "EX"]},
        {"code": ["error:source_code.expired", "EX"]},
    ),
    "what is excluded by its category": (
        "discount.scope",
        {
            "lines": [
                {"type": "include", "sku": "A"},
                {"type": "include", "sku": "B"},
                {"type": "exclude", "category": "sale"},
            ],
            "cart": [{"sku": "A", "category": "new"}, {"sku": "B", "category": "sale"}],
        },
        {"discounted": ["A"]},
        {"discounted": ["A", "B"]},
    ),
    "the dearer list of the higher priority": (
        "price.priority",
        {
            "groups": {"all": 0, "city": 7},
            "prices": [
                {"sku": "CUP", "group": "all", "price": "3"},
                {"sku": "CUP", "group": "city", "price": "4"},
            ],
            "channels": {"village": ["all"], "town": ["all", "city"]},
        },
        {"village": {"CUP": "3"}, "town": {"CUP": "4"}},
        {"village": {"CUP": "3"}, "town": {"CUP": "3"}},
    ),
    "an agreement above the base price": (
        "price.trade_agreement",
        {
            "agreements": [{"price": "31.00"}, {"price": "29.50"}, {"price": "30.00"}],
            "find_next_cases": [True, False],
            "base_price": "28.00",
        },
        {"find_next_true": "29.50", "find_next_false": "31.00", "no_agreement": "28.00"},
        {"find_next_true": "28.00"},
    ),
}


def _run(name: str, expected: dict[str, Any]) -> tuple[int, int]:
    feature, given, _right, _wrong = VECTORS[name]
    vector = {"id": name, "feature": feature, "input": given, "expected": expected}
    report = run_content({"schema": "callcenter-vectors/1", "vectors": [vector]}, "own", {})
    return report.passed, report.failed


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_a_vector_passes_with_its_answer_and_fails_with_another(name: str) -> None:
    assert _run(name, VECTORS[name][2]) == (1, 0)
    assert _run(name, VECTORS[name][3]) == (0, 1)


@pytest.mark.parametrize(
    ("feature", "given"),
    [
        ("discount.concurrency", {"products": [], "offers": [], "control_model": "none_at_all"}),
        ("discount.concurrency", {"products": [], "offers": [], "rounding": "half_even_3"}),
        ("discount.compound", {"unit_price": "1", "compound_offers": [{"id": "A", "kind": "wish", "value": "1"}]}),
        ("discount.overlap", {"prices": ["1"], "combinable": True}),
        ("discount.overlap", {"prices": ["1"], "offers": [{"id": "D", "effect": "a_kite"}]}),
        ("discount.scope", {"season": "summer"}),
    ],
)
def test_rules_that_nobody_knows_are_not_supported(feature: str, given: dict[str, Any]) -> None:
    vector = {"id": "own", "feature": feature, "input": given, "expected": {}}
    report = run_content({"schema": "callcenter-vectors/1", "vectors": [vector]}, "own", {})
    assert (report.not_supported, report.failed) == (1, 0)
