"""The check of best-price vectors: the acceptance file, and that a wrong figure or an unknown rule is noticed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from servicecore.testing.vectors.best_price import KINDS
from servicecore.testing.vectors.verdict import NotSupported

check = KINDS["best_price"]
SEMANTICS = {"rounding": {"mode": "half_up", "digits": 2, "level": "application"}}


def vector(benefit: dict[str, Any], discount: str, **expected: Any) -> dict[str, Any]:
    promotion = {"id": "p", "conditions": [], "benefit": benefit, "exclusive": "unit"}
    lines = [{"id": "a", "sku": "A", "quantity": "2", "unit_price": "10"}]
    return {
        "input": {"currency": "EUR", "lines": lines, "promotions": [promotion]},
        "semantics": SEMANTICS,
        "expected": {"totals": {"discount": discount}, **expected},
    }


def test_every_vector_of_the_acceptance_file_is_met() -> None:
    folder = os.environ.get("SERVICECORE_ACCEPTANCE")
    if not folder:
        pytest.skip("SERVICECORE_ACCEPTANCE is not set")
    content = json.loads((Path(folder) / "vectors" / "pricing.json").read_text(encoding="utf-8"))
    vectors = [each for each in content["vectors"] if each["kind"] == "best_price"]
    assert len(vectors) == 48
    for each in vectors:
        assert check({**each, "semantics": content["semantics"][each["semantics"]]}) == (), each["id"]


@pytest.mark.parametrize(
    ("benefit", "discount"),
    [
        ({"type": "percent", "value": "10", "allocation": "each_unit", "target": {"all": True}}, "2"),
        ({"type": "amount", "value": "3", "target": {"where": [{"path": "sku", "op": "in", "values": ["A"]}]}}, "6"),
        ({"type": "amount", "value": "3", "target": {"where": [{"path": "sku", "op": "ne", "values": ["A"]}]}}, "0"),
        (
            {
                "type": "amount",
                "value": "3",
                "target": {"where": [{"path": "unit_price", "op": "gte", "values": ["10"]}]},
            },
            "6",
        ),
        ({"type": "bundle_price", "set_size": 2, "price": "15", "target": {"any_of": [{"all": True}]}}, "5"),
        ({"type": "bundle_percent", "set_size": 2, "percent_off": "25", "target": {"all": True}}, "5"),
        ({"type": "distinct_set_percent", "set_size": 2, "percent_off": "25", "target": {"all": True}}, "0"),
    ],
)
def test_each_benefit_is_read(benefit: dict[str, Any], discount: str) -> None:
    """Two units of 10.00 of one line."""
    assert check(vector(benefit, discount)) == ()


def test_a_wrong_total_and_a_wrong_application_are_named() -> None:
    benefit = {"type": "percent", "value": "10", "target": {"all": True}}
    wrong = vector(benefit, "3", applications={"p": {"times": 1, "amount": "2"}})
    assert [each.field for each in check(wrong)] == ["totals.discount", "applications.p.times"]


@pytest.mark.parametrize(
    "change",
    [
        {"trigger": "code", "code": "X"},
        {"exclusive": "no"},
        {"limits": {"uses_total": 1}},
        {"benefit": {"type": "gift", "target": {"all": True}}},
        {
            "benefit": {
                "type": "percent",
                "value": "1",
                "target": {"where": [{"path": "sku", "op": "like", "values": []}]},
            }
        },
    ],
)
def test_what_a_best_price_problem_does_not_have_is_not_supported(change: dict[str, Any]) -> None:
    given = vector({"type": "percent", "value": "10", "target": {"all": True}}, "2")
    given["input"]["promotions"][0].update(change)
    with pytest.raises(NotSupported):
        check(given)


@pytest.mark.parametrize(("least", "discount"), [("20", "2"), ("21", "0")])
def test_an_offer_takes_part_where_its_conditions_hold_for_the_goods_before_all_offers(
    least: str, discount: str
) -> None:
    """10 % off 20, from 20 on."""
    given = vector({"type": "percent", "value": "10", "target": {"all": True}}, discount)
    given["input"]["promotions"][0]["conditions"] = [{"type": "min_value", "min": least, "target": {"all": True}}]
    assert check(given) == ()


@pytest.mark.parametrize(("pick", "discount"), [("cheapest", "10"), ("priciest", "20")])
def test_what_is_got_is_the_cheapest_unit_or_the_priciest_as_the_vector_says(pick: str, discount: str) -> None:
    """Units at 10 and 20, one bought and one free."""
    everything = {"target": {"all": True}, "quantity": 1}
    benefit = {"type": "buy_get", "buy": everything, "get": {**everything, "pick": pick}, "percent_off": "100"}
    given = vector(benefit, discount)
    given["input"]["lines"] = [
        {"id": name, "sku": name, "quantity": "1", "unit_price": price} for name, price in (("a", "10"), ("b", "20"))
    ]
    assert check(given) == ()
