"""The check of allocation vectors: each switch by hand, and that a wrong share is noticed."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors.pricing import KINDS
from servicecore.testing.vectors.verdict import NotSupported

check = KINDS["allocation"]


def vector(semantics: dict[str, Any], shares: list[str], **given: object) -> dict[str, Any]:
    return {"input": {"unit": "minor", **given}, "expected": {"shares": shares}, "semantics": semantics}


@pytest.mark.parametrize(
    "right",
    [
        # 10 over 1,1,1: 3.33 each, one left
        vector({"method": "largest_remainder_floor_first"}, ["4", "3", "3"], weights=["1", "1", "1"], amount="10"),
        vector({}, ["4", "3", "3"], weights=["1", "1", "1"], amount="10"),
        vector({"remainder": "last_line_takes_difference"}, ["3", "3", "4"], weights=["1", "1", "1"], amount="10"),
        # -5 over 3,3,4: 1.5 1.5 2 -> half down 1 1 2, one left for the first
        vector(
            {"method": "proportional_half_down_then_first_lines"},
            ["-2", "-1", "-2"],
            weights=["3", "3", "4"],
            amount="-5",
        ),
        # room 10 and 40; 60 over 100 and 100 fills both
        vector(
            {"method": "proportional_with_floor_redistribution"},
            ["-10", "-40"],
            weights=["100", "100"],
            floors=["90", "60"],
            amount="-60",
        ),
        vector(
            {"method": "largest_remainder_floor_first", "zero_weights": "equal split"},
            ["2", "1"],
            weights=["0", "0"],
            amount="3",
        ),
        vector({"method": "largest_remainder_floor_first"}, ["0", "0"], weights=["0", "0"], amount="3"),
        # 10 % of 0.35 is 0.035, rounded 0.04; 0.04 x 2/7 is 0.011
        vector(
            {"method": "proportional_items_then_shipping_difference", "rounding": {"mode": "half_up"}},
            ["0.01", "0.03"],
            weights=["0.10", "0.25"],
            benefit={"type": "percent", "value": "10"},
            unit="major",
            currency="EUR",
        ),
        # no benefit takes more than there is
        vector(
            {"method": "proportional_items_then_shipping_difference"},
            ["3", "0"],
            weights=["3", "0"],
            benefit={"type": "amount", "value": "5"},
            unit="major",
            currency="USD",
        ),
    ],
)
def test_the_switches_split_as_their_systems_do_and_a_wrong_share_is_noticed(right: dict[str, Any]) -> None:
    assert check(right) == ()
    shares = right["expected"]["shares"]
    wrong = {**right, "expected": {"shares": [*shares[:-1], "7.77"]}}
    assert [each.field for each in check(wrong)] == ["shares"]


def test_an_unknown_method_is_no_pass() -> None:
    with pytest.raises(NotSupported):
        check(vector({"method": "unheard_of"}, ["1"], weights=["1"], amount="1"))
