"""Conditions of deals: one part a file."""

from servicecore.pricing.deals.conditions.any_line_quantity import AnyLineQuantity
from servicecore.pricing.deals.conditions.basket_attribute import BasketAttribute
from servicecore.pricing.deals.conditions.basket_value import BasketValue
from servicecore.pricing.deals.conditions.combined import AnyDealCondition, EveryOf
from servicecore.pricing.deals.conditions.condition import DealCondition, Progress
from servicecore.pricing.deals.conditions.contains_line import ContainsLine
from servicecore.pricing.deals.conditions.customer_marks import CustomerFlag, CustomerGroup
from servicecore.pricing.deals.conditions.distinct_items import DistinctItems
from servicecore.pricing.deals.conditions.in_channels import InChannels
from servicecore.pricing.deals.conditions.nth_order import NthOrder
from servicecore.pricing.deals.conditions.shipped_by import ShippedBy
from servicecore.pricing.deals.conditions.unit_count import UnitCount
from servicecore.pricing.deals.conditions.uses_per_customer import UsesPerCustomer

__all__ = [
    "AnyDealCondition",
    "AnyLineQuantity",
    "BasketAttribute",
    "BasketValue",
    "ContainsLine",
    "CustomerFlag",
    "CustomerGroup",
    "DealCondition",
    "DistinctItems",
    "EveryOf",
    "InChannels",
    "NthOrder",
    "Progress",
    "ShippedBy",
    "UnitCount",
    "UsesPerCustomer",
]
