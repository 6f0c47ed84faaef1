"""The JSON form: there and back, and every mistake with its place."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Measure,
    Measured,
    Not,
    Operator,
    Quantified,
    Quantifier,
    Vocabulary,
    read_condition,
    write_condition,
)
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal

values = (
    st.text(max_size=3)
    | st.booleans()
    | st.integers(-5, 5)
    | st.decimals(-5, 5, places=1)
    | st.dates()
    | st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - a bound
    | st.integers(-5, 5).map(lambda amount: Money(amount, "EUR"))
)
paths = st.sampled_from(["a", "b", "customer.group"])
single = [Operator.EQ, Operator.NE, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE]
leaves = st.one_of(
    st.builds(Compare, paths, st.sampled_from(single), st.lists(values, min_size=1, max_size=1)),
    st.builds(
        Compare,
        paths,
        st.sampled_from([Operator.IN, Operator.NOT_IN, Operator.CONTAINS_ANY]),
        st.lists(values, min_size=1, max_size=3),
    ),
    st.builds(Compare, paths, st.just(Operator.EXISTS)),
)


def wider(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    ops = st.sampled_from(single)
    return st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3)),
        st.builds(AnyOf, st.lists(inner, max_size=3)),
        st.builds(Not, inner),
        st.builds(Quantified, st.just("lines"), st.sampled_from(Quantifier), inner),
        st.builds(Measure, st.just("lines"), st.just(Measured.COUNT), ops, st.integers(0, 3), where=st.none() | inner),
        st.builds(
            Measure,
            st.just("lines"),
            st.just(Measured.SUM),
            ops,
            st.integers(-3, 3) | st.integers(-3, 3).map(lambda amount: Money(amount, "EUR")),
            of=paths,
            where=st.none() | inner,
        ),
    )


conditions = st.recursive(leaves, wider, max_leaves=8)


@given(conditions)
def test_the_json_form_reads_back_as_the_same_condition(condition: Condition) -> None:
    assert read_condition(json.loads(json.dumps(write_condition(condition)))) == condition


def test_the_json_form_is_what_a_person_writes() -> None:
    plain = {
        "all": [
            {"path": "customer.group", "op": "in", "values": ["vip", "gold"]},
            {"not": {"path": "total", "op": "lt", "value": {"money": {"amount": "50.00", "currency": "EUR"}}}},
            {"any": [{"path": "day", "op": "gte", "value": {"date": "2026-07-01"}}, {"path": "b", "op": "exists"}]},
            {"for_all": "lines", "where": {"path": "weight", "op": "lte", "value": {"decimal": "2.50"}}},
            {"count": "lines", "op": "gte", "value": 3},
            {
                "sum": "lines",
                "of": "quantity",
                "where": {"path": "sku", "op": "eq", "value": "A"},
                "op": "gt",
                "value": 9,
            },
            {"path": "at", "op": "gt", "value": {"instant": "2026-07-01T12:00:00+02:00"}},
        ]
    }
    assert read_condition(plain) == AllOf(
        [
            Compare("customer.group", Operator.IN, ["vip", "gold"]),
            Not(Compare("total", Operator.LT, [Money(50, "EUR")])),
            AnyOf([Compare("day", Operator.GTE, [date(2026, 7, 1)]), Compare("b", Operator.EXISTS)]),
            Quantified("lines", Quantifier.ALL, Compare("weight", Operator.LTE, [Decimal("2.5")])),
            Measure("lines", Measured.COUNT, Operator.GTE, 3),
            Measure("lines", Measured.SUM, Operator.GT, 9, "quantity", Compare("sku", Operator.EQ, ["A"])),
            Compare("at", Operator.GT, [datetime(2026, 7, 1, 10, tzinfo=UTC)]),
        ]
    )


def problems(plain: object, vocabulary: Vocabulary | None = None) -> list[tuple[str, str]]:
    read = read_condition(plain, vocabulary)
    assert isinstance(read, Refusal)
    return [(problem.code, problem.path) for problem in read.problems]


def leaf(**change: object) -> dict[str, object]:
    return {"path": "a", "op": "eq", "value": 1, **change}


@pytest.mark.parametrize(
    ("plain", "code", "path"),
    [
        ([], "value.wrong_type", ""),
        ("all", "value.wrong_type", ""),
        ({}, "condition.unknown_node", ""),
        ({"none": []}, "condition.unknown_node", ""),
        ({"all": [], "any": []}, "condition.unknown_node", ""),
        ({"all": {}}, "value.wrong_type", "all"),
        ({"all": [7]}, "value.wrong_type", "all[0]"),
        ({"not": leaf(extra=1)}, "condition.unknown_node", "not"),
        ({"not": leaf(values=[1])}, "condition.unknown_node", "not"),
        ({"not": leaf(op="like")}, "condition.unknown_operator", "not.op"),
        ({"not": leaf(op=["eq"])}, "condition.unknown_operator", "not.op"),
        ({"not": leaf(path=".a")}, "value.not_accepted", "not.path"),
        ({"not": leaf(path=None)}, "value.wrong_type", "not.path"),
        ({"not": leaf(value=1.5)}, "value.wrong_type", "not.value"),
        ({"not": leaf(value=None)}, "value.wrong_type", "not.value"),
        ({"not": leaf(value={"decimal": "x"})}, "value.not_accepted", "not.value.decimal"),
        ({"not": leaf(value={"date": "2026-02-30"})}, "value.not_accepted", "not.value.date"),
        ({"not": leaf(value={"date": 7})}, "value.not_accepted", "not.value.date"),
        ({"not": leaf(value={"instant": "2026-01-01T00:00:00"})}, "time.naive_instant", "not.value.instant"),
        ({"not": leaf(value={"money": {"amount": "1"}})}, "value.not_accepted", "not.value.money"),
        ({"not": leaf(value={"float": 1})}, "value.not_accepted", "not.value"),
        ({"not": leaf(value={})}, "value.not_accepted", "not.value"),
        ({"not": {"path": "a", "op": "in", "values": "x"}}, "value.wrong_type", "not.values"),
        ({"not": {"path": "a", "op": "in", "values": [1, 1.5]}}, "value.wrong_type", "not.values[1]"),
        ({"not": {"path": "a", "op": "eq"}}, "value.not_accepted", "not.values"),
        ({"count": "lines", "op": "in", "value": 1}, "value.not_accepted", "op"),
        ({"count": "lines", "of": "a", "op": "eq", "value": 1}, "condition.unknown_node", ""),
        ({"sum": "lines", "op": "eq", "value": 1}, "condition.unknown_node", ""),
        ({"sum": "lines", "of": 7, "op": "eq", "value": 1}, "value.wrong_type", "of"),
        ({"for_any": "lines", "where": 7}, "value.wrong_type", "where"),
    ],
)
def test_a_mistake_is_told_with_its_place(plain: object, code: str, path: str) -> None:
    assert problems(plain) == [(code, path)]


def test_all_mistakes_are_told_at_once() -> None:
    assert problems({"all": [leaf(op="like"), {"any": [leaf(value=0.5)]}, leaf()]}) == [
        ("condition.unknown_operator", "all[0].op"),
        ("value.wrong_type", "all[1].any[0].value"),
    ]


def test_structures_without_end_are_refused() -> None:
    loop: dict[str, Any] = {}
    loop["not"] = {"all": [leaf(), loop]}
    assert problems(loop) == [("condition.cyclic", "not.all[1]")]
    listed: list[Any] = []
    listed.append(listed)
    assert problems({"all": listed}) == [("value.wrong_type", "all[0]")]


def test_the_same_part_in_two_places_is_no_cycle() -> None:
    part = leaf()
    assert read_condition({"all": [part, part]}) == AllOf([Compare("a", Operator.EQ, [1])] * 2)


def test_what_is_too_deep_or_too_large_is_refused_at_its_bound() -> None:
    deep: dict[str, Any] = leaf()
    for _level in range(31):
        deep = {"not": deep}
    assert not isinstance(read_condition(deep), Refusal)
    assert problems({"not": deep})[0][0] == "condition.too_deep"
    for _level in range(3000):
        deep = {"not": deep}
    assert problems(deep)[0][0] == "condition.too_deep"
    assert not isinstance(read_condition({"all": [leaf()] * 999}), Refusal)
    assert problems({"all": [leaf()] * 1000}) == [("condition.too_large", "all[999]")]
    doubling: dict[str, Any] = leaf()
    for _level in range(30):
        doubling = {"all": [doubling, doubling]}
    assert problems(doubling)[0][0] == "condition.too_large"
    many = {"path": "a", "op": "in", "values": list(range(6000))}
    assert problems({"all": [many, many]}) == [("condition.too_large", "all[1].values")]


VOCABULARY = Vocabulary(
    fields=("customer.group", "attributes.*"),
    collections=(("lines", Vocabulary(fields=("sku", "quantity"))),),
)


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (leaf(path="customer.group"), []),
        (leaf(path="attributes.colour.dark"), []),
        (leaf(path="attributes"), [("condition.unknown_field", "path")]),
        (leaf(path="sku"), [("condition.unknown_field", "path")]),
        ({"for_any": "lines", "where": leaf(path="sku")}, []),
        ({"for_any": "lines", "where": leaf(path="customer.group")}, [("condition.unknown_field", "where.path")]),
        ({"for_all": "rows", "where": leaf(path="sku")}, [("condition.unknown_collection", "for_all")]),
        ({"not": {"count": "rows", "op": "eq", "value": 1}}, [("condition.unknown_collection", "not.count")]),
        (
            {"sum": "lines", "of": "weight", "where": leaf(path="x"), "op": "eq", "value": 1},
            [("condition.unknown_field", "of"), ("condition.unknown_field", "where.path")],
        ),
    ],
)
def test_a_vocabulary_refuses_words_that_the_subject_has_not(plain: object, expected: list[tuple[str, str]]) -> None:
    if expected:
        assert problems(plain, VOCABULARY) == expected
    else:
        assert not isinstance(read_condition(plain, VOCABULARY), Refusal)
