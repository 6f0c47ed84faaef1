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


@pytest.mark.parametrize(("name", "passed", "left"), [("orders", 3, 1), ("call_center", 2, 0)])
def test_every_vector_is_met_but_that_of_components(name: str, passed: int, left: int) -> None:
    """An order line has no components here, so that the rule on them is not supported, and says so."""
    report = run_content(CONTENT[name], name)
    assert report.failures == ()
    assert (report.passed, report.not_supported) == (passed, left)


def test_a_wrong_expectation_fails() -> None:
    """The runner finds differences: with every expectation turned, every supported vector fails."""
    turned = json.loads(json.dumps(CONTENT["orders"]))
    for vector in turned["vectors"]:
        vector["expected"]["outcome"] = "something else"
    assert run_content(turned, "orders").failed == 3
