"""The vectors of price matches, carried over as data, with the runner that says what each comes to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servicecore.testing.vectors import run_content

CONTENT: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "vectors" / "price_match.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("name", "passed", "left"), [("orders", 4, 0), ("call_center", 2, 0)])
def test_every_vector_is_met(name: str, passed: int, left: int) -> None:
    report = run_content(CONTENT[name], name)
    assert report.failures == ()
    assert (report.passed, report.not_supported) == (passed, left)


def test_a_wrong_expectation_fails() -> None:
    """The runner finds differences: with every expectation turned, every supported vector fails."""
    turned = json.loads(json.dumps(CONTENT["orders"]))
    for vector in turned["vectors"]:
        vector["expected"]["outcome"] = "something else"
    assert run_content(turned, "orders").failed == 4


def test_the_line_of_a_bundle_can_be_matched_and_other_lines_are_not_known() -> None:
    vectors = [
        {"id": str(place), "group": "price_match", "input": given, "expected": {"outcome": "ok"}}
        for place, given in enumerate(
            [
                {"line": "bundle_parent", "attempt": "price_match"},
                {"line": "bundle_component", "attempt": "override"},
                {"line": "gift", "attempt": "price_match"},
            ]
        )
    ]
    report = run_content({**CONTENT["orders"], "vectors": vectors}, "orders")
    assert (report.passed, report.not_supported, report.failed) == (1, 2, 0)
