"""The gift card vectors of the call centre, carried over, and what their runner says of others."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors.gift_cards import check_gift_card
from servicecore.testing.vectors.verdict import NotSupported

REDEEM: dict[str, Any] = {
    "input": {"balance": "30.00", "attempts": ["30.00", "30.01"], "zero_balance_attempt": "1.00"},
    "expected": {"results": ["ok", "error:gift_card.insufficient"], "zero": "error:gift_card.zero_balance"},
}
VOID: dict[str, Any] = {
    "input": {"cases": [{"used": False}, {"used": True}]},
    "expected": {"results": ["voided", "error:gift_card.already_used"]},
}


@pytest.mark.parametrize("vector", [REDEEM, VOID])
def test_a_vector_of_the_call_centre_passes(vector: dict[str, Any]) -> None:
    assert check_gift_card(vector) == ()


@pytest.mark.parametrize(
    ("vector", "expected", "fields"),
    [
        (REDEEM, {"results": ["ok", "ok"], "zero": "ok"}, ["results", "zero"]),
        (VOID, {"results": ["voided", "voided"]}, ["results"]),
    ],
)
def test_another_expectation_is_a_mismatch(vector: dict[str, Any], expected: dict[str, Any], fields: list[str]) -> None:
    assert [each.field for each in check_gift_card({**vector, "expected": expected})] == fields


def test_what_is_asked_of_no_operation_is_not_supported() -> None:
    with pytest.raises(NotSupported, match="template"):
        check_gift_card({"input": {"template": "x"}, "expected": {}})
