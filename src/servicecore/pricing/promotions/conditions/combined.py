"""Conditions made of conditions: all of them, any of them, none of them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final, TypeAlias, Union

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.problems import NOT_ACCEPTED, Problem, ProblemKind
from servicecore.pricing.promotions.basket import BasketLine
from servicecore.pricing.promotions.conditions.cart_contains import CartContains
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.conditions.distinct_items import DistinctItems
from servicecore.pricing.promotions.conditions.has_attribute import HasAttribute
from servicecore.pricing.promotions.conditions.nth_order import NthOrder
from servicecore.pricing.promotions.conditions.plugin_condition import PluginCondition
from servicecore.pricing.promotions.conditions.quantity_between import QuantityBetween
from servicecore.pricing.promotions.conditions.shipped_by import ShippedBy
from servicecore.pricing.promotions.conditions.uses_per_customer import UsesPerCustomer
from servicecore.pricing.promotions.conditions.value_at_least import ValueAtLeast
from servicecore.pricing.promotions.conditions.visit import HasFlag, InChannel, InCustomerGroup, IsCustomer
from servicecore.pricing.promotions.situation import L, Situation, Term

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
class _Combined(Condition):
    """What a condition made of others takes over from them."""

    @property
    @abstractmethod
    def parts(self) -> tuple[Condition, ...]:
        """Return what it is made of."""
        raise NotImplementedError

    @property
    def plain(self) -> bool:
        """Return whether every part is."""
        return all(each.plain for each in self.parts)

    @property
    def asks_history(self) -> bool:
        """Return whether a part does."""
        return any(each.asks_history for each in self.parts)

    @property
    def asked_again(self) -> bool:
        """Return whether a part is."""
        return any(each.asked_again for each in self.parts)

    @property
    def order_numbers(self) -> frozenset[int]:
        """Return those of every part."""
        return frozenset().union(*[each.order_numbers for each in self.parts])

    @property
    def use_counts(self) -> frozenset[int]:
        """Return those of every part."""
        return frozenset().union(*[each.use_counts for each in self.parts])


@frozen(field_transformer=checked_fields)
class AllOf(_Combined):
    """Every one of ``conditions`` holds, each on the lines that those before it left.

    Attributes:
        conditions: at least one.

    """

    conditions: tuple[AnyCondition, ...] = field(validator=_not_empty)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """Return the conditions."""
        return self.conditions

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep the lines that every condition keeps; the first problem counts."""
        for condition in self.conditions:
            left = condition.narrow(lines, situation)
            if isinstance(left, Problem):
                return left
            lines = left
        return lines

    def terms(self) -> tuple[Term, ...] | None:
        """Return the shortest list of terms of a condition: each of them is necessary."""
        known = [terms for each in self.conditions if (terms := each.terms()) is not None]
        return min(known, key=len, default=None)

    def allows(self, line: BasketLine) -> bool:
        """Return whether every condition allows ``line``."""
        return all(each.allows(line) for each in self.conditions)


@frozen(field_transformer=checked_fields)
class AnyOf(_Combined):
    """At least one of ``conditions`` holds.

    Attributes:
        conditions: at least one.

    """

    conditions: tuple[AnyCondition, ...] = field(validator=_not_empty)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """Return the conditions."""
        return self.conditions

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep the lines that a condition keeps; where none does, the first condition's problem counts."""
        answers = [each.narrow(lines, situation) for each in self.conditions]
        kept = [answer for answer in answers if not isinstance(answer, Problem)]
        if kept:
            numbers = {id(line) for answer in kept for line in answer}
            return tuple([line for line in lines if id(line) in numbers])
        return next(answer for answer in answers if isinstance(answer, Problem))

    def terms(self) -> tuple[Term, ...] | None:
        """Return the terms of every branch; None where a branch has none."""
        branches = [each.terms() for each in self.conditions]
        if any(branch is None for branch in branches):
            return None
        return tuple(dict.fromkeys(term for branch in branches for term in branch or ()))

    def allows(self, line: BasketLine) -> bool:
        """Return whether a condition allows ``line``."""
        return any(each.allows(line) for each in self.conditions)


@frozen(field_transformer=checked_fields)
class Not(_Combined):
    """``condition`` does not hold: of its lines, those that it would keep are left out.

    Attributes:
        condition: what must not hold.

    """

    condition: AnyCondition

    @property
    def parts(self) -> tuple[Condition, ...]:
        """Return the condition alone."""
        return (self.condition,)

    def narrow(self, lines: tuple[L, ...], situation: Situation[L]) -> tuple[L, ...] | Problem:
        """Keep the lines that the condition does not keep (``pricing.condition_excludes``)."""
        answer = self.condition.narrow(lines, situation)
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
    HasFlag,
    NthOrder,
    UsesPerCustomer,
    DistinctItems,
    ShippedBy,
    CartContains,
    HasAttribute,
    AllOf,
    AnyOf,
    Not,
    PluginCondition,
]
"""Every condition that can stand in a file; `PluginCondition` stands for those that plugins add."""
