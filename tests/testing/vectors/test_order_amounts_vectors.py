"""The vectors of what orders come to, carried over as data, with the runner of each group: totals, splits, refunds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servicecore.testing.vectors import run_content
from servicecore.testing.vectors.order_desk import Desk, money
from servicecore.testing.vectors.verdict import NotSupported
from servicecore.testing.vectors.waivers import load_waivers

CONTENT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "vectors" / "order_amounts.json").read_text(encoding="utf-8")
)


def test_every_vector_is_met_but_what_orders_do_not_have() -> None:
    """Left are exchanges, prepaid orders, versions, charges below 0 and a choice of policies; one loses a cent."""
    report = run_content(CONTENT, "orders")
    assert report.failures == ()
    assert (report.passed, report.refused, report.not_supported) == (30, 1, 9)
    counts = {each.kind: (each.passed, each.refused, each.not_supported) for each in report.kinds}
    assert counts == {
        "cancel_amounts": (3, 0, 1),
        "order_changes": (5, 0, 4),
        "order_totals": (2, 0, 0),
        "proration": (7, 0, 0),
        "refund_amounts": (9, 1, 3),
        "return_quantities": (4, 0, 1),
    }


@pytest.mark.parametrize("group", ["cancel_amounts", "order_totals", "refund_amounts"])
def test_a_wrong_figure_fails(group: str) -> None:
    """The runner compares every figure: with a cent more on each, every vector that passes fails."""
    turned = json.loads(json.dumps(CONTENT))
    kept = [each for each in turned["vectors"] if each["group"] == group and each["id"] not in load_waivers()["orders"]]
    turned["vectors"] = kept
    before = run_content(turned, "orders")
    for vector in kept:
        vector["expected"] = _a_cent_more(vector["expected"])
    after = run_content(turned, "orders")
    assert (after.passed, after.failed) == (0, before.passed)


@pytest.mark.parametrize("group", ["order_changes", "return_quantities"])
def test_a_wrong_outcome_fails(group: str) -> None:
    turned = json.loads(json.dumps(CONTENT))
    kept = [each for each in turned["vectors"] if each["group"] == group and "outcome" in each["expected"]]
    turned["vectors"] = kept
    before = run_content(turned, "orders")
    for vector in kept:
        vector["expected"]["outcome"] = "something else"
    assert run_content(turned, "orders").failed == before.passed


def test_another_share_fails() -> None:
    """Ten cents over two weights of 0 are five each; any other split of the same sum is a failure."""
    vector = {"id": "own", "group": "proration", "input": {"weights": [0, 0], "total_minor": 10}}
    for shares, passed in (([5, 5], 1), ([6, 4], 0), ([10, 0], 0)):
        content = {**CONTENT, "vectors": [{**vector, "expected": {"shares": shares}}]}
        assert run_content(content, "orders").passed == passed


def test_an_order_that_was_not_placed_is_not_supported() -> None:
    with pytest.raises(NotSupported, match="not placed"):
        _ = Desk().order


def _a_cent_more(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _a_cent_more(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_a_cent_more(each) for each in value]
    try:
        return str(money(value).amount + money("0.01").amount)
    except ValueError:
        return value
    except ArithmeticError:
        return value


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        # two at 25: one fewer, then at 20
        ({"line": "b", "qty": 1}, {"difference": "-25", "new_line_total": "25"}),
        ({"line": "b", "qty": 1, "unit": "20"}, {"difference": "-30", "new_line_total": "20"}),
        ({"line": "b", "unit": "20"}, {"difference": "-10", "new_line_total": "40"}),
    ],
)
def test_a_line_is_set_to_fewer_units_and_another_price(action: dict[str, Any], expected: dict[str, str]) -> None:
    lines = [{"id": "a", "qty": 1, "unit": "5"}, {"id": "b", "qty": 2, "unit": "25"}]
    given = {"lines": lines, "actions": [{"op": "set_line", **action}]}
    vector = {"id": "v", "group": "order_changes", "input": given, "expected": expected}
    report = run_content({"schema": "servicecore.anchor-vectors/1", "vectors": [vector]}, "orders")
    assert (report.passed, report.failures) == (1, ())
    more = {**vector, "input": {"lines": lines, "actions": [{"op": "set_line", "line": "b", "qty": 3}]}}
    assert run_content({"schema": "servicecore.anchor-vectors/1", "vectors": [more]}, "orders").not_supported == 1


def test_each_way_of_shipping_is_charged_and_taxed_at_its_own_rate() -> None:
    """Goods of 60 and 6 of tax; 5 and 0.50, 10 and 2 for shipping."""
    given: dict[str, Any] = {
        "lines": [{"qty": 2, "unit": "30", "tax_rate": "10"}],
        "shipping": [{"amount": "5", "tax_rate": "10"}, {"amount": "10", "tax_rate": "20"}],
    }
    expected = {"subtotal": "75", "tax": "8.50", "total": "83.50", "shipping_total": "17.50", "line_total": "66"}
    vector = {"id": "v", "group": "order_totals", "input": given, "expected": expected}
    report = run_content({"schema": "servicecore.anchor-vectors/1", "vectors": [vector]}, "orders")
    assert (report.passed, report.failures) == (1, ())
    given["shipping"][0]["discount"] = "1"
    assert run_content({"schema": "servicecore.anchor-vectors/1", "vectors": [vector]}, "orders").not_supported == 1
