"""Explanations of conditions, and the closures against an interpreter written differently."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

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
    Vocabulary,
    compile_condition,
)
from servicecore.kernel.operations import Refusal

numbers = st.integers(0, 3)
paths = st.sampled_from(["a", "b"])
lines = st.dictionaries(paths, numbers, max_size=2)
subjects = st.fixed_dictionaries(
    {"lines": st.lists(lines, max_size=3).map(tuple)}, optional={"a": numbers, "b": numbers}
)
ops = st.sampled_from([Operator.EQ, Operator.NE, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE])
leaves = st.builds(lambda path, op, value: Compare(path, op, [value]), paths, ops, numbers)


def wider(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    where = st.none() | leaves
    return st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3)),
        st.builds(AnyOf, st.lists(inner, max_size=3)),
        st.builds(Not, inner),
        st.builds(Quantified, st.just("lines"), st.sampled_from(Quantifier), leaves),
        st.builds(Measure, st.just("lines"), st.just(Measured.COUNT), ops, numbers, where=where),
        st.builds(Measure, st.just("lines"), st.just(Measured.SUM), ops, numbers, of=paths, where=where),
    )


conditions = st.recursive(leaves, wider, max_leaves=8)


def python(condition: Condition) -> str:
    """Write the condition as an expression of Python over a subject called s."""
    signs = {"eq": "==", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    match condition:
        case AllOf(of):
            return f"({' and '.join(map(python, of)) or 'True'})"
        case AnyOf(of):
            return f"({' or '.join(map(python, of)) or 'False'})"
        case Not(inner):
            return f"(not {python(inner)})"
        case Compare(path, op, (value,)):
            missing = "True" if op is Operator.NE else "False"
            return f"(s[{path!r}] {signs[op.value]} {value} if {path!r} in s else {missing})"
        case Quantified(_, quantifier, where):
            return f"{quantifier.value}({python(where)} for s in s['lines'])"
        case Measure(_, measured, op, value, of, where):
            each = "1" if measured is Measured.COUNT else f"s.get({of!r}, 0)"
            some = "True" if where is None else python(where)
            return f"(sum({each} for s in s['lines'] if {some}) {signs[op.value]} {value})"
    raise AssertionError(condition)


@given(conditions, subjects)
def test_closure_explanation_and_python_itself_agree(condition: Condition, subject: dict[str, Any]) -> None:
    compiled = compile_condition(condition)
    assert isinstance(compiled, Compiled)
    expected = eval(python(condition), {"s": subject})  # noqa: S307 - our own expression
    assert compiled.holds(subject) is expected
    verdict = compiled.explain(subject)
    assert verdict.holds is expected
    failing = verdict.first_failing()
    assert (failing is None) is expected
    assert failing is None or not failing.holds
    assert (verdict.problem() is None) is expected


TREE = AllOf(
    [
        Compare("a", Operator.EQ, [1]),
        AllOf([Not(Compare("b", Operator.EQ, [9])), Compare("b", Operator.IN, [2, 3])]),
        Measure("lines", Measured.SUM, Operator.GTE, 5, of="a", where=Compare("a", Operator.GT, [0])),
    ]
)


def verdict_of(subject: dict[str, Any]) -> Any:
    compiled = compile_condition(TREE)
    assert isinstance(compiled, Compiled)
    return compiled.explain(subject)


def test_every_node_says_what_it_found() -> None:
    subject = {"a": 1, "b": Decimal(2), "lines": ({"a": 4}, {"a": 0})}
    assert verdict_of(subject).lines() == (
        "no  all of (a eq 1; all of (not (b eq 9); b in 2, 3); sum of lines.a where (a gt 0) gte 5)",
        "  yes a eq 1 [1]",
        "  yes all of (not (b eq 9); b in 2, 3)",
        "    yes not (b eq 9)",
        "      no  b eq 9 [2]",
        "    yes b in 2, 3 [2]",
        "  no  sum of lines.a where (a gt 0) gte 5 [4]",
        "    yes a gt 0 [4]",
        "    no  a gt 0 [0]",
    )


def test_the_first_failing_condition_is_the_innermost_of_the_first_that_fails() -> None:
    problem = verdict_of({"a": 1, "b": 7}).problem()
    assert (problem.code, problem.path) == ("condition.not_met", "all[1].all[1]")
    assert problem.text() == "all[1].all[1]: 7 does not meet the condition; accepted: b in 2, 3"
    missing = verdict_of({"a": 1}).problem()
    assert missing.param("value") == "nothing found"
    summed = verdict_of({"a": 1, "b": 2, "lines": ({"a": 4},)})
    assert summed.problem().path == "all[2]"
    assert summed.children[2].children[0].path == "all[2].where[0]"


def test_compiling_with_a_vocabulary_refuses_unknown_words() -> None:
    refused = compile_condition(TREE, Vocabulary(("a", "b"), (("lines", Vocabulary()),)))
    assert isinstance(refused, Refusal)
    assert [problem.path for problem in refused.problems] == ["all[2].of", "all[2].where.path"]
