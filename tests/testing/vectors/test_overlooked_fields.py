"""What no check reads is never passed over: unknown fields and words, figures that nobody compares."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.testing.vectors import run_content
from servicecore.testing.vectors.reading import ReadTree
from servicecore.testing.vectors.shapes import ByType, named, plain, refuse_unknown
from servicecore.testing.vectors.verdict import NotSupported

ALL = {"all": True}
TENTH = {"type": "percent", "value": "10", "scope": "lines", "allocation": "each_line", "target": ALL}
OFFER = {"id": "p", "trigger": "automatic", "conditions": [], "benefit": TENTH}
LINE = {"id": "a", "sku": "a", "quantity": "2", "unit_price": "10"}
RIGHT = {"totals": {"discount": "2"}}


def outcome(given: dict[str, Any], expected: dict[str, Any], kind: str = "cart_promotions") -> str:
    semantics = {"profile": "solidus_promotions", "rounding": {"mode": "half_up"}}
    vector = {"id": "v", "kind": kind, "input": given, "expected": expected, "semantics": "s"}
    report = run_content({"schema": "promo-vectors/1", "semantics": {"s": semantics}, "vectors": [vector]}, "f")
    return next(name for name in ("passed", "refused", "failed", "not_supported") if getattr(report, name))


def cart(offer: dict[str, Any] = OFFER, line: dict[str, Any] = LINE, **more: Any) -> dict[str, Any]:
    return {"currency": "EUR", "lines": [line], "promotions": [offer], **more}


def test_a_cart_that_is_read_to_the_last_field_passes() -> None:
    assert outcome(cart(), RIGHT) == "passed"


@pytest.mark.parametrize(
    "given",
    [
        cart(loyalty_points=5),
        cart(line={**LINE, "weight": "1"}),
        cart(line={**LINE, "line_value": "21"}),
        cart(line={**LINE, "unit_price_net": "8", "unit_price_gross": "9"}),
        cart({**OFFER, "stackable": True}),
        cart({**OFFER, "trigger": "manual"}),
        cart({**OFFER, "exclusive": "week"}),
        cart({**OFFER, "stacking": "sometimes"}),
        cart({**OFFER, "limits": {"per_week": 1}}),
        cart({**OFFER, "limits": {"budget": {"measure": "points", "limit": "1"}}}),
        cart({**OFFER, "valid": {"from": "2026-01-15T13:00:00Z"}}, at="2026-01-15T12:00:00Z"),
        cart({**OFFER, "conditions": [{"type": "customer_group", "groups": ["a"], "min": 1}]}),
        cart({**OFFER, "conditions": [{"type": "min_value", "min": "1", "target": ALL, "basis": "weight"}]}),
        cart({**OFFER, "conditions": [{"type": "attribute", "on": "line", "path": "a", "op": "in", "values": ["b"]}]}),
        *(
            cart({**OFFER, "benefit": {**TENTH, **change}})
            for change in (
                {"scope": "gifts"},
                {"allocation": "each_week"},
                {"level": "year"},
                {"unit_pick": "random"},
                {"cap_allocation": "each_line"},
                {"type": "amount", "cap_amount": "5"},
                {"type": "amount", "percent_off": "5"},
                {"type": "buy_get", "buy": {"target": ALL, "quantity": 1, "weight": 1}, "get": {"target": ALL}},
                {"type": "bundle_percent", "set_size": 2, "repeat": None},
                {"type": "tiered_percent", "base": "1", "tiers": [], "measure": "weight"},
            )
        ),
    ],
)
def test_a_field_or_a_word_that_nobody_reads_is_no_pass(given: dict[str, Any]) -> None:
    assert outcome(given, RIGHT) == "not_supported"


def test_a_figure_that_is_expected_and_not_compared_is_no_pass() -> None:
    right = [{"promotion": "p", "line": "a", "amount": "2"}]
    assert outcome(cart(), {"adjustments": right}) == "passed"
    assert outcome(cart(), {"adjustments": [{**right[0], "tax": "1"}]}) == "not_supported"
    assert outcome(cart(), {**RIGHT, "points": "5"}) == "not_supported"


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("allocation", {"weights": ["1"], "amount": "1", "unit": "minor"}, {"shares": ["1"], "rest": "0"}),
        ("allocation", {"weights": ["1"], "amount": "1", "unit": "dozen"}, {"shares": ["1"]}),
        ("validity", {"valid": {}, "at": "2026-01-15"}, {"active": True, "reason": "x"}),
        ("validity", {"valid": {}, "at": "2026-01-15", "weekdays": [1]}, {"active": True}),
        ("usage_limits", {"limits": {}, "hard_cap": 3}, {"remaining_applications": 3, "reason": "x"}),
        ("best_price", {"currency": "EUR", "lines": [LINE], "promotions": [], "codes": ["x"]}, {"totals": {}}),
        ("best_price", {"currency": "EUR", "lines": [LINE], "promotions": []}, {"totals": {"shipping": "1"}}),
    ],
)
def test_every_kind_of_pricing_vectors_looks_for_what_it_does_not_read(
    kind: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert outcome(given, expected, kind) == "not_supported"


def test_an_order_vector_with_a_field_that_its_check_does_not_ask_for_is_no_pass() -> None:
    vector = {"id": "v", "group": "proration", "input": {"total_minor": 3, "weights": [1]}, "expected": {"shares": [3]}}

    def passed(**more: Any) -> int:
        content = {"schema": "servicecore.anchor-vectors/1", "vectors": [{**vector, **more}]}
        return run_content(content, "orders").passed

    assert passed() == 1
    assert passed(input={**vector["input"], "by": "name"}) == 0  # type: ignore[dict-item]
    assert passed(expected={"shares": [3], "unused": 1}) == 0


def test_a_vector_without_a_field_that_its_check_asks_for_is_of_another_shape() -> None:
    vector = {"id": "v", "group": "proration", "input": {"total": 3, "weights": [1]}, "expected": {"shares": [3]}}
    report = run_content({"schema": "servicecore.anchor-vectors/1", "vectors": [vector]}, "orders")
    assert (report.not_supported, report.failures) == (1, ())
    assert (ReadTree({}).get("a"), ReadTree({}).get("a", 5)) == (None, 5)


def test_a_tree_knows_what_was_not_read_of_it() -> None:
    tree = ReadTree({"a": 1, "b": {"c": [{"d": 1, "e": 2}], "f": None}, "g": None})
    assert list(tree.unread("t")) == ["t.a", "t.b"]
    assert (tree["b"]["c"][0]["d"], "a" in tree, len(tree), repr(tree)[:4]) == (1, True, 3, "{'a'")
    assert list(tree.unread("t")) == ["t.a", "t.b.c[0].e"]


def test_a_shape_says_which_fields_a_tree_may_have_and_a_type_which_more() -> None:
    shape = named(rows=ByType(plain("id"), {"box": plain("size")}), free=None)
    refuse_unknown(
        shape, {"rows": [{"type": "box", "id": 1, "size": 2}, {"type": "bag", "size": None}], "free": {"x": 1}}
    )
    with pytest.raises(NotSupported, match=r"input\.rows\[1\]\.size"):
        refuse_unknown(shape, {"rows": [{"type": "box", "size": 2}, {"type": "bag", "size": 2}]})


def test_a_vector_whose_figures_contradict_each_other_is_refused_and_another_fails() -> None:
    """Lines of 20: 12 can be left of them after 8, and no line loses 21; 1 is wrong, and no contradiction."""
    assert outcome(cart(), {"totals": {"discount": "8", "items_after_discount": "13"}}) == "refused"
    assert outcome(cart(), {"lines": {"a": {"discount": "21"}}}) == "refused"
    assert outcome(cart(), {"totals": {"discount": "8", "items_after_discount": "12"}}) == "failed"
    assert outcome(cart(), {"lines": {"a": {"discount": "20"}}}) == "failed"
    ship = [{"id": "s", "price": "1"}]
    assert outcome(cart(shipping=ship), {"totals": {"discount": "8", "items_after_discount": "13"}}) == "failed"
