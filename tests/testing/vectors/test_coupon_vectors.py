"""The coupon vectors of the call centre, carried over, and what their runner says of others."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors.coupons import check_coupon
from servicecore.testing.vectors.verdict import NotSupported

TIER: dict[str, Any] = {
    "input": {
        "tier": {"min_amount": "1000.00", "value": "95.00", "attribute": "amount_fixed"},
        "orders": ["999.99", "1000.00"],
    },
    "expected": {"discounts": ["0.00", "95.00"]},
}
ATTRIBUTES: dict[str, Any] = {
    "input": {
        "lines": [{"qty": "4", "unit_price": "25.00"}],
        "coupons": [
            {"attribute": "percent", "value": "20"},
            {"attribute": "amount_per_unit", "value": "2.00"},
            {"attribute": "amount_fixed", "value": "15.00"},
        ],
    },
    "expected": {"discounts": ["20.00", "8.00", "15.00"]},
}
LIMIT: dict[str, Any] = {
    "input": {"coupon": {"usage_limit": 1, "codes": ["A", "B"]}, "uses": ["A", "A", "B", "B"]},
    "expected": {
        "results": ["ok", "error:coupon.limit_reached", "ok", "error:coupon.limit_reached"],
        "code_status_after": ["active", "active"],
    },
}
LIFE: dict[str, Any] = {
    "input": {"actions": ["create", "activate", "edit", "void", "apply"]},
    "expected": {"results": ["draft", "active", "error:coupon.frozen", "voided", "error:coupon.voided"]},
}
WINDOW: dict[str, Any] = {
    "input": {
        "start": "2014-05-01",
        "end": "2014-05-31",
        "on": ["2014-04-30", "2014-05-01", "2014-05-31", "2014-06-01"],
    },
    "expected": {"valid": [False, True, True, False]},
}


@pytest.mark.parametrize("vector", [TIER, ATTRIBUTES, LIMIT, LIFE, WINDOW])
def test_a_vector_of_the_call_centre_passes(vector: dict[str, Any]) -> None:
    assert check_coupon(vector) == ()


@pytest.mark.parametrize(
    ("vector", "expected", "fields"),
    [
        (TIER, {"discounts": ["95.00", "95.00"]}, ["discounts"]),
        (ATTRIBUTES, {"discounts": ["20.00", "2.00", "15.00"]}, ["discounts"]),
        (LIMIT, {"results": ["ok"] * 4, "code_status_after": ["voided", "active"]}, ["results", "code_status_after"]),
        (LIFE, {"results": ["draft", "active", "active", "voided", "ok"]}, ["results"]),
        (WINDOW, {"valid": [True, True, True, False]}, ["valid"]),
    ],
)
def test_another_expectation_is_a_mismatch(vector: dict[str, Any], expected: dict[str, Any], fields: list[str]) -> None:
    assert [each.field for each in check_coupon({**vector, "expected": expected})] == fields


@pytest.mark.parametrize("given", [{"template": "x"}, {"actions": ["copy"]}])
def test_what_is_asked_of_no_operation_is_not_supported(given: dict[str, Any]) -> None:
    with pytest.raises(NotSupported):
        check_coupon({"input": given, "expected": {"results": []}})
