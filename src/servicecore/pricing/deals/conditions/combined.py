"""Conditions made of conditions."""

from __future__ import annotations

from typing import TypeAlias, Union

from attrs import frozen

from servicecore.kernel.problems import Problem
from servicecore.pricing.deals.basket import BasketLine
from servicecore.pricing.deals.bench import View
from servicecore.pricing.deals.conditions.any_line_quantity import AnyLineQuantity
from servicecore.pricing.deals.conditions.basket_attribute import BasketAttribute
from servicecore.pricing.deals.conditions.basket_value import BasketValue
from servicecore.pricing.deals.conditions.condition import DealCondition
from servicecore.pricing.deals.conditions.contains_line import ContainsLine
from servicecore.pricing.deals.conditions.customer_marks import CustomerFlag, CustomerGroup
from servicecore.pricing.deals.conditions.distinct_items import DistinctItems
from servicecore.pricing.deals.conditions.in_channels import InChannels
from servicecore.pricing.deals.conditions.nth_order import NthOrder
from servicecore.pricing.deals.conditions.shipped_by import ShippedBy
from servicecore.pricing.deals.conditions.unit_count import UnitCount
from servicecore.pricing.deals.conditions.uses_per_customer import UsesPerCustomer


@frozen
class EveryOf(DealCondition):
    """Every one of ``conditions`` holds; the first problem counts."""

    conditions: tuple[AnyDealCondition, ...]

    def problem(self, view: View) -> Problem | None:
        """Return the problem of the first condition that does not hold, or None."""
        found = (condition.problem(view) for condition in self.conditions)
        return next((problem for problem in found if problem is not None), None)

    def allows(self, line: BasketLine) -> bool:
        """Return whether every condition allows ``line``."""
        return all(condition.allows(line) for condition in self.conditions)


AnyDealCondition: TypeAlias = Union[  # noqa: UP007 - the class above refers to it by name
    UnitCount,
    BasketValue,
    DistinctItems,
    AnyLineQuantity,
    ContainsLine,
    NthOrder,
    CustomerGroup,
    CustomerFlag,
    UsesPerCustomer,
    InChannels,
    BasketAttribute,
    ShippedBy,
    EveryOf,
]
"""Every condition of a deal that can stand in a file."""
