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
