"""Why a condition holds or not: the verdict of each node with the values that it found."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

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
    describe,
    parts,
)
from servicecore.kernel.conditions.values import show_value
from servicecore.kernel.problems import Problem, ProblemKind

NOT_MET: Final = ProblemKind(
    "condition.not_met",
    en="{value} does not meet the condition; accepted: {accepted}",
    it="{value} non soddisfa la condizione; valori ammessi: {accepted}",
    de="{value} erfüllt die Bedingung nicht; zulässig: {accepted}",
)


@frozen
class Verdict:
    """What one node of a condition said about a subject.

    Attributes:
        holds: whether it holds.
        path: the node's place in the JSON form: ``all[1].not``; below a quantifier with the number of the element:
            ``where[0]``.
        condition: the node.
        values: what a comparison found, or the one count or sum; empty for the other nodes.
        children: the verdicts of the nodes below; for a quantifier or measure those of each element.

    """

    holds: bool
    path: str
    condition: Condition
    values: tuple[Any, ...] = ()
    children: tuple[Verdict, ...] = ()

    def first_failing(self) -> Verdict | None:
        """Return the innermost verdict that says why it does not hold, the first where there are several; or None.

        Of an ``all`` it is the first that fails, and so on downwards; of ``any``, ``not``, quantifiers and measures it
        is the node itself, since no single part of it is to blame.
        """
        if self.holds:
            return None
        if isinstance(self.condition, AllOf):
            failing = next(child for child in self.children if not child.holds)
            return failing.first_failing()
        return self

    def problem(self) -> Problem | None:
        """Return the first failing condition as a problem (``condition.not_met``), or None where it holds."""
        failing = self.first_failing()
        if failing is None:
            return None
        found = ", ".join(show_value(value) for value in failing.values) or "nothing found"
        return NOT_MET.at(failing.path, value=found, accepted=describe(failing.condition))

    def lines(self) -> tuple[str, ...]:
        """Return one line a node, indented below its parent: yes or no, the condition, and what was found."""
        found = ", ".join(show_value(value) for value in self.values)
        line = f"{'yes' if self.holds else 'no ':<3} {describe(self.condition)}" + (f" [{found}]" if found else "")
        return (line, *(f"  {below}" for child in self.children for below in child.lines()))


def explain(condition: Condition, subject: Subject, path: str = "") -> Verdict:
    """Return the verdict of ``condition`` and of every node below it on ``subject``; it never stops early."""
    below = f"{path}." if path else ""
    if isinstance(condition, Compare):
        found = values_at(subject, condition.path)
        return Verdict(comparison(condition.op, condition.values)(found), path, condition, found)
    if isinstance(condition, Quantified | Measure):
        return _over_elements(condition, subject, path, below)
    children = tuple(explain(part, subject, f"{below}{place}") for place, part in parts(condition))
    holds = [child.holds for child in children]
    if isinstance(condition, Not):
        return Verdict(not holds[0], path, condition, (), children)
    return Verdict(any(holds) if isinstance(condition, AnyOf) else all(holds), path, condition, (), children)


def _over_elements(condition: Quantified | Measure, subject: Subject, path: str, below: str) -> Verdict:
    elements = values_at(subject, condition.collection)
    where = condition.where
    children: tuple[Verdict, ...] = ()
    if where is not None:
        children = tuple(explain(where, each, f"{below}where[{index}]") for index, each in enumerate(elements))
    if isinstance(condition, Quantified):
        holds = [child.holds for child in children]
        verdict = any(holds) if condition.quantifier is Quantifier.ANY else all(holds)
        return Verdict(verdict, path, condition, (), children)
    if where is not None:
        elements = tuple(each for each, child in zip(elements, children, strict=True) if child.holds)
    measured = measure(condition, elements)
    found = () if measured is None else (measured,)
    return Verdict(comparison(condition.op, (condition.value,))(found), path, condition, found, children)
