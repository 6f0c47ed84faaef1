"""Conditions of offers: one part a file; each narrows the lines that an offer is about."""

from servicecore.pricing.promotions.conditions.cart_contains import CartContains
from servicecore.pricing.promotions.conditions.combinations import AllOf, AnyCondition, AnyOf, Not
from servicecore.pricing.promotions.conditions.condition import Condition
from servicecore.pricing.promotions.conditions.has_attribute import AttributeOf, HasAttribute
from servicecore.pricing.promotions.conditions.membership import InChannel, InCustomerGroup, IsCustomer
from servicecore.pricing.promotions.conditions.quantity_between import Counted, QuantityBetween
from servicecore.pricing.promotions.conditions.value_at_least import ValueAtLeast

__all__ = [
    "AllOf",
    "AnyCondition",
    "AnyOf",
    "AttributeOf",
    "CartContains",
    "Condition",
    "Counted",
    "HasAttribute",
    "InChannel",
    "InCustomerGroup",
    "IsCustomer",
    "Not",
    "QuantityBetween",
    "ValueAtLeast",
]
