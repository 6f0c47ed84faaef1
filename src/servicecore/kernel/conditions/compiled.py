"""Conditions compiled once to closures, and asked of many subjects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from attrs import field, frozen

from servicecore.kernel.conditions.comparison import Subject, comparison, measure, values_at
from servicecore.kernel.conditions.tree import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Measure,
    Not,
    Quantified,
    Quantifier,
    check_bounds,
)
from servicecore.kernel.conditions.verdict import Verdict, explain
from servicecore.kernel.conditions.vocabulary import Vocabulary
from servicecore.kernel.operations import Refusal

Test: TypeAlias = Callable[[Subject], bool]


@frozen
class Compiled:
    """A condition ready to be asked.

    The cost of a question is at most the number of nodes times the number of elements of the subject.

    Attributes:
        condition: the tree that it was made from; two are equal where their trees are.

    """

    condition: Condition
    _test: Test = field(eq=False, repr=False)

    def holds(self, subject: Subject) -> bool:
        """Return whether the condition holds for ``subject``; stops as soon as that is sure."""
        return self._test(subject)

    def explain(self, subject: Subject) -> Verdict:
        """Return the verdict of every node with the values that it found, without stopping early."""
        return explain(self.condition, subject)


def compile_condition(condition: Condition, vocabulary: Vocabulary | None = None) -> Compiled | Refusal:
    """Return ``condition`` compiled, or why it is too big or uses unknown words.

    Problem codes: ``condition.too_deep``, ``condition.too_large``, ``condition.unknown_field``,
    ``condition.unknown_collection``.
    """
    problems = check_bounds(condition)
    if not problems and vocabulary is not None:
        problems = vocabulary.check(condition)
    return Refusal(problems) if problems else Compiled(condition, _closure(condition))


def _closure(condition: Condition) -> Test:
    if isinstance(condition, AllOf):
        return _all_of(tuple(_closure(part) for part in condition.of))
    if isinstance(condition, AnyOf):
        return _any_of(tuple(_closure(part) for part in condition.of))
    if isinstance(condition, Not):
        inner = _closure(condition.condition)
        return lambda subject: not inner(subject)
    if isinstance(condition, Compare):
        test, path = comparison(condition.op, condition.values), condition.path
        return lambda subject: test(values_at(subject, path))
    if isinstance(condition, Quantified):
        where, collection = _closure(condition.where), condition.collection
        if condition.quantifier is Quantifier.ANY:
            return lambda subject: any(where(element) for element in values_at(subject, collection))
        return lambda subject: all(where(element) for element in values_at(subject, collection))
    return _measure(condition)


def _all_of(tests: tuple[Test, ...]) -> Test:
    def test(subject: Subject) -> bool:
        for each in tests:  # noqa: SIM110 - half the time of all() over a generator
            if not each(subject):
                return False
        return True

    return test


def _any_of(tests: tuple[Test, ...]) -> Test:
    def test(subject: Subject) -> bool:
        for each in tests:  # noqa: SIM110 - half the time of any() over a generator
            if each(subject):
                return True
        return False

    return test


def _measure(condition: Measure) -> Test:
    where = None if condition.where is None else _closure(condition.where)
    compare = comparison(condition.op, (condition.value,))

    def test(subject: Subject) -> bool:
        elements = values_at(subject, condition.collection)
        if where is not None:
            elements = tuple(element for element in elements if where(element))
        measured = measure(condition, elements)
        return compare(() if measured is None else (measured,))

    return test
