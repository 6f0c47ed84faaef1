"""The acceptance vectors of time lines, through the clocks that the operations use."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from servicecore.testing.vectors.sla import KINDS


def vectors() -> list[dict[str, Any]]:
    shared = os.environ.get("SERVICECORE_ACCEPTANCE")
    if not shared:
        pytest.skip("SERVICECORE_ACCEPTANCE is not set")
    found: list[dict[str, Any]] = json.loads(Path(shared, "vectors", "cases.json").read_text())["vectors"]
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_acceptance_vector_of_the_kind_comes_out_as_it_says(kind: str) -> None:
    chosen = [vector for vector in vectors() if vector["kind"] == kind]
    assert chosen
    failed = {vector["id"]: found for vector in chosen if (found := KINDS[kind](vector))}
    assert failed == {}


def test_a_wrong_expectation_is_reported_with_its_place() -> None:
    day = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    vector = {
        "calendars": {"main": {"tz": "UTC", "weekly": day}},
        "policy": {"targets": {"normal": {"resolution": 3600}}},
        "events": [{"at": "2026-06-01T08:00:00Z", "type": "opened", "state": "open"}],
        "checks": [{"at": "2026-06-01T08:30:00Z", "metric": "resolution", "expect": {"elapsed": 1801}}],
    }
    (mismatch,) = KINDS["sla_timeline"](vector)
    assert (mismatch.field, mismatch.expected, mismatch.got) == ("checks[0].elapsed", "1801", "1800")
