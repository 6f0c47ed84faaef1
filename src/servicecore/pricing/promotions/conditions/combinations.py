"""Conditions made of conditions: all of them, any of them, none of them."""

from __future__ import annotations

from typing import Final, TypeAlias, Union

from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.promotions.conditions.cart_contains import CartContains
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.conditions.has_attribute import HasAttribute
from servicecore.pricing.promotions.conditions.membership import InChannel, InCustomerGroup, IsCustomer
from servicecore.pricing.promotions.conditions.quantity_between import QuantityBetween
from servicecore.pricing.promotions.conditions.value_at_least import ValueAtLeast
from servicecore.pricing.promotions.scene import Lines, Scene, Term

EXCLUDED_BY_CONDITION: Final = ProblemKind(
    "pricing.condition_excludes",
    en="{value} holds; accepted: {accepted}",
    it="{value} è soddisfatta; valori ammessi: {accepted}",
    de="{value} trifft zu; zulässig: {accepted}",
)


def _not_empty(_self: object, _attribute: object, value: tuple[Condition, ...]) -> None:
    if not value:
        raise NOT_ACCEPTED.error("conditions", value="()", accepted="at least one condition")


@frozen
class AllOf(Condition):
    """Every one of ``conditions`` holds, each on the lines that those before it left."""

    conditions: tuple[AnyCondition, ...] = field(validator=_not_empty)

    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Keep the lines that every condition keeps; the first problem counts."""
        for condition in self.conditions:
            left = condition.narrow(lines, scene)
            if isinstance(left, Problem):
                return left
            lines = left
        return lines

    def terms(self) -> tuple[Term, ...] | None:
        """Return the shortest list of terms of a condition: each of them is necessary."""
        known = [terms for each in self.conditions if (terms := each.terms()) is not None]
        return min(known, key=len, default=None)


@frozen
class AnyOf(Condition):
    """At least one of ``conditions`` holds."""

    conditions: tuple[AnyCondition, ...] = field(validator=_not_empty)

    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Keep the lines that a condition keeps; where none does, the first condition's problem counts."""
        answers = [each.narrow(lines, scene) for each in self.conditions]
        kept = {id(line) for answer in answers if not isinstance(answer, Problem) for line in answer}
        if kept:
            return tuple([line for line in lines if id(line) in kept])
        return next(answer for answer in answers if isinstance(answer, Problem))

    def terms(self) -> tuple[Term, ...] | None:
        """Return the terms of every branch; None where a branch has none."""
        branches = [each.terms() for each in self.conditions]
        if any(branch is None for branch in branches):
            return None
        return tuple(dict.fromkeys(term for branch in branches for term in branch or ()))


@frozen
class Not(Condition):
    """``condition`` does not hold: of its lines, those that it would keep are left out."""

    condition: AnyCondition

    def narrow(self, lines: Lines, scene: Scene) -> Lines | Problem:
        """Keep the lines that the condition does not keep (``pricing.condition_excludes``)."""
        answer = self.condition.narrow(lines, scene)
        if isinstance(answer, Problem):
            return lines
        out = {id(line) for line in answer}
        kept = tuple([line for line in lines if id(line) not in out])
        name = type(self.condition).__name__
        return kept or EXCLUDED_BY_CONDITION.at("conditions", value=name, accepted=f"not {name}")


AnyCondition: TypeAlias = Union[  # noqa: UP007 - the classes above refer to it by name, the parts have to exist
    QuantityBetween,
    ValueAtLeast,
    InChannel,
    InCustomerGroup,
    IsCustomer,
    CartContains,
    HasAttribute,
    AllOf,
    AnyOf,
    Not,
]
"""Every condition that can stand in a file."""
