"""The kernel's vector checks pass every acceptance vector of their kinds, and notice a wrong one."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from servicecore.testing.vectors import cases, contracts
from servicecore.testing.vectors.verdict import VectorCheck

TABLES = {"cases": cases.KINDS, "contracts": contracts.KINDS}
CALENDAR = {"tz": "Europe/Rome", "weekly": {"mon": [["09:00", "17:00"]], "sun": [["00:00", "24:00"]]}}
DUE = {
    "kind": "due",
    "calendar": CALENDAR,
    # Sunday of the spring change: 23 hours, so 24 hours end at 10:00 on Monday.
    "input": {"start": "2026-03-28T23:00:00Z", "seconds": 86400},
    "expected": {"due": "2026-03-30T08:00:00Z", "due_next_open": "2026-03-30T08:00:00Z"},
}
CLOSED = {
    "kind": "calendar_error",
    "calendar": {"tz": "UTC", "weekly": {"mon": [["09:00", "25:00"]]}},
    "input": {},
    "expected": {"error": "bad_time"},
}
PERIOD = {
    "kind": "period_at",
    "switches": {"alignment": "calendar", "timing": "arrears", "month_end": "anchored_clip"},
    "input": {
        "anchor": "2026-02-10",
        "started_on": "2026-02-10",
        "interval": {"unit": "month", "count": 1},
        "billing_on": "2026-03-01",
    },
    "expect": {"start": "2026-02-10", "last_day": "2026-02-28"},
}
STICKY = {
    "kind": "boundaries",
    "switches": {"month_end": "sticky|anchored_clip"},
    "input": {"anchor": "2026-01-31", "interval": {"unit": "month", "count": 1}, "count": 3},
    "expect": {
        "by_switch": {
            "sticky": ["2026-01-31", "2026-02-28", "2026-03-28"],
            "anchored_clip": ["2026-01-31", "2026-02-28", "2026-03-31"],
        }
    },
}
LAST_DAYS = {
    "kind": "rrule",
    "switches": {},
    "input": {"freq": "monthly", "dtstart": "2026-01-15", "count": 3, "bymonthday": -1},
    "expect": {"occurrences": ["2026-01-31", "2026-02-28", "2026-03-31"]},
}
CLAMPED = {
    "kind": "rrule",
    "switches": {},
    "input": {"freq": "monthly", "dtstart": "2026-01-30", "count": 3, "bymonthday": [28, 29, 30], "bysetpos": -1},
    "expect": {"occurrences": ["2026-01-30", "2026-02-28", "2026-03-30"]},
}
OWN = [
    (cases.KINDS, DUE),
    (cases.KINDS, CLOSED),
    (contracts.KINDS, PERIOD),
    (contracts.KINDS, STICKY),
    (contracts.KINDS, LAST_DAYS),
    (contracts.KINDS, CLAMPED),
]


def _spoilt(value: Any) -> Any:
    """Return the value with every text and number below it changed."""
    if isinstance(value, Mapping):
        return {name: _spoilt(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_spoilt(each) for each in value]
    return f"not {value}" if isinstance(value, str) else value + 1


@pytest.mark.parametrize(("kinds", "vector"), OWN, ids=lambda each: each.get("kind"))
def test_a_right_vector_passes_and_a_wrong_one_is_told(
    kinds: Mapping[str, VectorCheck], vector: dict[str, Any]
) -> None:
    check = kinds[vector["kind"]]
    assert check(vector) == ()
    name = "expected" if "expected" in vector else "expect"
    wrong = copy.deepcopy(vector)
    wrong[name] = _spoilt(wrong[name])
    assert check(wrong) != ()


def test_a_calendar_that_should_have_been_refused_is_told() -> None:
    accepted = {**CLOSED, "calendar": CALENDAR}
    (mismatch,) = cases.KINDS["calendar_error"](accepted)
    assert (mismatch.expected, mismatch.got) == ("'bad_time'", "None")


@pytest.mark.parametrize("name", TABLES)
def test_every_acceptance_vector_of_these_kinds_passes(name: str) -> None:
    folder = os.environ.get("SERVICECORE_ACCEPTANCE")
    if not folder:
        pytest.skip("SERVICECORE_ACCEPTANCE is not set")
    vectors = json.loads((Path(folder) / "vectors" / f"{name}.json").read_text(encoding="utf-8"))["vectors"]
    mine = [vector for vector in vectors if vector["kind"] in TABLES[name]]
    assert {vector["kind"] for vector in mine} == set(TABLES[name])
    assert {vector["id"]: TABLES[name][vector["kind"]](vector) for vector in mine} == {
        vector["id"]: () for vector in mine
    }
