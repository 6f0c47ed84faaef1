"""The typed tree: what its constructors refuse, and how big it may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from servicecore.errors import InvalidValue
from servicecore.kernel.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Compiled,
    Condition,
    Measure,
    Measured,
    Not,
    Operator,
    Quantified,
    Quantifier,
    compile_condition,
)
from servicecore.kernel.conditions.tree import describe, walk
from servicecore.kernel.operations import Refusal

LEAF = Compare("a", Operator.EXISTS)


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda: Compare("a", Operator.EQ), "values"),
        (lambda: Compare("a", Operator.EQ, [1, 2]), "values"),
        (lambda: Compare("a", Operator.IN), "values"),
        (lambda: Compare("a", Operator.EXISTS, [1]), "values"),
        (lambda: Compare("a", Operator.EQ, [1.5]), "values[0]"),
        (lambda: Compare("a", Operator.EQ, [None]), "values[0]"),
        (lambda: Compare("a", Operator.EQ, [Decimal("NaN")]), "values[0]"),
        (lambda: Compare("a", Operator.EQ, [datetime(2026, 1, 1)]), "values[0]"),  # noqa: DTZ001 - naive on purpose
        (lambda: Compare("", Operator.EXISTS), "path"),
        (lambda: Compare("a..b", Operator.EXISTS), "path"),
        (lambda: Compare("a. b", Operator.EXISTS), "path"),
        (lambda: Compare(7, Operator.EXISTS), "path"),
        (lambda: Quantified("", Quantifier.ANY, LEAF), "collection"),
        (lambda: Measure("lines", Measured.COUNT, Operator.IN, 1), "op"),
        (lambda: Measure("lines", Measured.COUNT, Operator.EQ, "1"), "value"),
        (lambda: Measure("lines", Measured.COUNT, Operator.EQ, True), "value"),
        (lambda: Measure("lines", Measured.COUNT, Operator.EQ, 1, of="quantity"), "of"),
        (lambda: Measure("lines", Measured.SUM, Operator.EQ, 1), "of"),
        (lambda: Measure("lines", Measured.SUM, Operator.EQ, 1, of="a."), "of"),
    ],
)
def test_a_node_that_makes_no_sense_is_refused(build: Callable[[], object], path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        build()
    assert refused.value.problem.path == path
    assert refused.value.problem.param("accepted")


def nested(depth: int) -> Condition:
    condition: Condition = LEAF
    for _level in range(depth - 1):
        condition = Not(condition)
    return condition


def code(condition: Condition) -> str | None:
    made = compile_condition(condition)
    return made.problems[0].code if isinstance(made, Refusal) else None


def test_a_condition_of_the_greatest_size_compiles_and_one_more_is_refused() -> None:
    assert code(nested(32)) is None
    assert code(nested(33)) == "condition.too_deep"
    assert code(nested(5000)) == "condition.too_deep"
    assert code(AllOf([LEAF] * 999)) is None
    assert code(AllOf([LEAF] * 1000)) == "condition.too_large"
    assert code(Compare("a", Operator.IN, range(10_000))) is None
    assert code(Compare("a", Operator.IN, range(10_001))) == "condition.too_large"


def test_what_doubles_at_every_level_is_refused_without_being_walked_to_its_end() -> None:
    condition: Condition = LEAF
    for _level in range(30):
        condition = AllOf([condition, condition])
    assert code(condition) == "condition.too_large"


def test_walking_names_the_place_of_each_node() -> None:
    tree = AllOf([Not(LEAF), AnyOf([LEAF]), Quantified("lines", Quantifier.ANY, LEAF)])
    assert [path for path, _depth, _node in walk(tree)] == [
        "",
        "all[0]",
        "all[0].not",
        "all[1]",
        "all[1].any[0]",
        "all[2]",
        "all[2].where",
    ]


def test_a_condition_reads_on_one_line() -> None:
    tree = AllOf(
        [
            Compare("customer.group", Operator.IN, ["vip", "gold"]),
            Not(AnyOf([Compare("guest", Operator.EQ, [True]), LEAF])),
            Quantified("lines", Quantifier.ANY, LEAF),
            Measure("lines", Measured.COUNT, Operator.GTE, 3),
            Measure("lines", Measured.SUM, Operator.LT, 9, of="quantity", where=LEAF),
        ]
    )
    assert describe(tree) == (
        "all of (customer.group in vip, gold; not (any of (guest eq true; a exists)); any of lines where (a exists); "
        "count of lines gte 3; sum of lines.quantity where (a exists) lt 9)"
    )


def test_equal_trees_compile_to_equal_conditions() -> None:
    made = [compile_condition(AllOf([LEAF])) for _each in range(2)]
    assert made[0] == made[1]
    assert isinstance(made[0], Compiled)
    assert made[0].condition == AllOf([LEAF])
