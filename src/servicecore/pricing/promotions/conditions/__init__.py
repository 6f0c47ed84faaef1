"""Conditions of offers: one part a file; each narrows the lines that an offer is about."""

from servicecore.pricing.promotions.conditions.cart_contains import CartContains
from servicecore.pricing.promotions.conditions.combined import AllOf, AnyCondition, AnyOf, Not
from servicecore.pricing.promotions.conditions.condition import Condition, Progress
from servicecore.pricing.promotions.conditions.distinct_items import DistinctItems
from servicecore.pricing.promotions.conditions.has_attribute import AttributeOf, HasAttribute
from servicecore.pricing.promotions.conditions.nth_order import NthOrder
from servicecore.pricing.promotions.conditions.plugin_condition import PluginCondition
from servicecore.pricing.promotions.conditions.quantity_between import Counted, QuantityBetween
from servicecore.pricing.promotions.conditions.shipped_by import ShippedBy
from servicecore.pricing.promotions.conditions.uses_per_customer import UsesPerCustomer
from servicecore.pricing.promotions.conditions.value_at_least import ValueAtLeast
from servicecore.pricing.promotions.conditions.visit import HasFlag, InChannel, InCustomerGroup, IsCustomer

__all__ = [
    "AllOf",
    "AnyCondition",
    "AnyOf",
    "AttributeOf",
    "CartContains",
    "Condition",
    "Counted",
    "DistinctItems",
    "HasAttribute",
    "HasFlag",
    "InChannel",
    "InCustomerGroup",
    "IsCustomer",
    "Not",
    "NthOrder",
    "PluginCondition",
    "Progress",
    "QuantityBetween",
    "ShippedBy",
    "UsesPerCustomer",
    "ValueAtLeast",
]
