"""The contract room's vector checks pass every acceptance vector of their kinds, and notice a wrong one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from servicecore.testing.vectors.contract_billing import KINDS
from servicecore.testing.vectors.contracts import KINDS as DATE_KINDS

MONTH = {"unit": "month", "count": 1}
OWN: list[dict[str, Any]] = [
    {
        # 10 to 24 February are 14 of the 28 days to 10 March.
        "kind": "billed_cycles",
        "switches": {"timing": "advance", "alignment": "billing_day"},
        "input": {
            "start": "2026-02-10",
            "end_exclusive": "2026-02-24",
            "as_of": "2026-03-06",
            "billing_day": 10,
            "interval": MONTH,
        },
        "expect": {
            "cycles": "0.500000000",
            "items": [{"start": "2026-02-10", "end_exclusive": "2026-02-24", "cycles": "1/2"}],
        },
    },
    {
        # One month, then 15 of the 31 days of March at 100 a month.
        "kind": "period_price",
        "switches": {"month_end": "naive_clip"},
        "input": {
            "price_per_base_period": "100",
            "base_period": MONTH,
            "billing_rhythm": MONTH,
            "contract_start": "2026-02-01",
            "billed_from": "2026-02-01",
            "billed_through": "2026-03-15",
        },
        "expect": {"unit_price": "148.387", "unit_price_scale": 3},
    },
    {
        "kind": "schedule",
        "switches": {"timing": "arrears"},
        "input": {"start": "2026-01-31", "last_day": "2026-03-05", "interval": MONTH},
        "expect": {
            "periods": [
                {"start": "2026-01-31", "last_day": "2026-02-27", "invoice_on": "2026-02-28"},
                {"start": "2026-02-28", "last_day": "2026-03-05", "invoice_on": "2026-03-06"},
            ]
        },
    },
    {
        "kind": "term_dates",
        "switches": {"notice_month_end": "stick_to_month_end"},
        "input": {"start": "2026-03-01", "initial_term_months": 12, "extension_term_months": 0, "notice_months": 0},
        "expect": {"fixed_end": "2027-02-28", "term_until": "2027-02-28", "cancel_until": None, "auto_renews": False},
    },
    {
        "kind": "notice_deadline",
        "switches": {"notice_month_end": "literal|stick_to_month_end|shift_exclusive_end"},
        "input": {"term_until": "2026-02-28", "notice": {"unit": "day", "count": 60}},
        "expect": {
            "by_switch": {
                "literal": "2025-12-30",
                "stick_to_month_end": "2025-12-30",
                "shift_exclusive_end": "2025-12-30",
            }
        },
    },
    {
        # (110 / 100 - 1) * 50 % = 5 %, held at 4 %.
        "kind": "indexed_renewal_price",
        "switches": {},
        "input": {
            "price": "250.00",
            "index_base": "100",
            "index_now": "110",
            "cap_percent": "4",
            "floor_percent": None,
            "share_percent": "50",
        },
        "expect": {"change_percent": "4.000000", "new_price": "260.00"},
    },
    {
        "kind": "monthly_value",
        "switches": {},
        "input": {"amount": "7.00", "interval": {"unit": "week", "count": 1}},
        "expect": {"monthly_value": "30.42"},
    },
]


def _spoilt(value: Any) -> Any:
    """Return the value with every text, number and truth below it changed."""
    if isinstance(value, Mapping):
        return {name: _spoilt(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_spoilt(each) for each in value]
    if value is None or isinstance(value, bool):
        return not value
    return f"not {value}" if isinstance(value, str) else value + 1


@pytest.mark.parametrize("vector", OWN, ids=lambda each: str(each["kind"]))
def test_a_right_vector_passes_and_a_wrong_one_is_told(vector: dict[str, Any]) -> None:
    check = KINDS[vector["kind"]]
    assert check(vector) == ()
    spoilt = {name: _spoilt(value) for name, value in vector["expect"].items() if name != "unit_price_scale"}
    assert check(vector | {"expect": vector["expect"] | spoilt})


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    given = OWN[0]["input"] | {"end_exclusive": "2026-01-01"}
    assert KINDS["billed_cycles"](OWN[0] | {"input": given, "expect": {"error": "invalid_date_sequence"}}) == ()


def test_every_acceptance_vector_of_these_kinds_passes() -> None:
    shared = os.environ.get("SERVICECORE_ACCEPTANCE")
    if not shared:
        pytest.skip("SERVICECORE_ACCEPTANCE is not set")
    document = json.loads((Path(shared) / "vectors" / "contracts.json").read_text(encoding="utf-8"))
    mine = [vector for vector in document["vectors"] if vector["kind"] in KINDS]
    assert {vector["kind"] for vector in mine} == set(KINDS)
    assert {vector["id"]: found for vector in mine if (found := KINDS[vector["kind"]](vector))} == {}


def test_no_kind_is_answered_twice() -> None:
    assert not set(KINDS) & set(DATE_KINDS)
