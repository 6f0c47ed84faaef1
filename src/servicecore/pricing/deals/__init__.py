"""Deals: promotions that count units, sets and tiers, and how they stand beside each other."""

from servicecore.pricing.deals.advertise import marginal_discount
from servicecore.pricing.deals.apply_deals import DealOutcome, apply_deals
from servicecore.pricing.deals.basket import Basket, BasketCustomer, BasketLine, Scope
from servicecore.pricing.deals.bench import AddedItem, Share
from servicecore.pricing.deals.codes import DealCode, PastOrder
from servicecore.pricing.deals.combination import (
    BudgetCheck,
    CodeMatch,
    Combination,
    DealBase,
    DealOrder,
    DealSelection,
    Rounded,
    RoundingLevel,
    SplitBy,
    Tie,
    UnitPick,
    UnitUse,
    ValueSeen,
)
from servicecore.pricing.deals.deal import Deal, DealExclusivity, DealTrigger, Stacking
from servicecore.pricing.deals.history import CustomerHistory
from servicecore.pricing.deals.limits import Budget, DealLimits, Measure
from servicecore.pricing.deals.programme import DealProgramme
from servicecore.pricing.deals.selection.run import Application
from servicecore.pricing.deals.target import EVERY_LINE, DealTarget, Operator, PathTest, of_items

__all__ = [
    "EVERY_LINE",
    "AddedItem",
    "Application",
    "Basket",
    "BasketCustomer",
    "BasketLine",
    "Budget",
    "BudgetCheck",
    "CodeMatch",
    "Combination",
    "CustomerHistory",
    "Deal",
    "DealBase",
    "DealCode",
    "DealExclusivity",
    "DealLimits",
    "DealOrder",
    "DealOutcome",
    "DealProgramme",
    "DealSelection",
    "DealTarget",
    "DealTrigger",
    "Measure",
    "Operator",
    "PastOrder",
    "PathTest",
    "Rounded",
    "RoundingLevel",
    "Scope",
    "Share",
    "SplitBy",
    "Stacking",
    "Tie",
    "UnitPick",
    "UnitUse",
    "ValueSeen",
    "apply_deals",
    "marginal_discount",
    "of_items",
]
