"""Promotions: offers, the folders of parts that they are made of, and the two ways to apply them."""

from servicecore.pricing.promotions.advertise import marginal_discount
from servicecore.pricing.promotions.apply_to_basket import BasketOutcome, apply_to_basket
from servicecore.pricing.promotions.basket import Basket, BasketCustomer, BasketLine, Scope
from servicecore.pricing.promotions.bench import AddedItem, Share
from servicecore.pricing.promotions.combination import (
    BudgetCheck,
    CappedBase,
    CodeMatch,
    Combination,
    ConcurrencyControl,
    Lowered,
    OfferOrder,
    PercentBase,
    Rounded,
    RoundingLevel,
    Selection,
    SplitBy,
    Tie,
    UnitPick,
    UnitUse,
    ValueSeen,
)
from servicecore.pricing.promotions.customer_history import CustomerHistory
from servicecore.pricing.promotions.limits import Budget, Measure, OfferLimits
from servicecore.pricing.promotions.offer import Exclusivity, Offer, OfferTrigger, Stacking
from servicecore.pricing.promotions.offer_codes import OfferCode, PastOrder
from servicecore.pricing.promotions.offer_groups import Keep, OfferGroup
from servicecore.pricing.promotions.offer_usage import OfferCount, OfferUsage
from servicecore.pricing.promotions.path_test import Operator, PathTest
from servicecore.pricing.promotions.selection import Application
from servicecore.pricing.promotions.target import EVERYTHING, Target

__all__ = [
    "EVERYTHING",
    "AddedItem",
    "Application",
    "Basket",
    "BasketCustomer",
    "BasketLine",
    "BasketOutcome",
    "Budget",
    "BudgetCheck",
    "CappedBase",
    "CodeMatch",
    "Combination",
    "ConcurrencyControl",
    "CustomerHistory",
    "Exclusivity",
    "Keep",
    "Lowered",
    "Measure",
    "Offer",
    "OfferCode",
    "OfferCount",
    "OfferGroup",
    "OfferLimits",
    "OfferOrder",
    "OfferTrigger",
    "OfferUsage",
    "Operator",
    "PastOrder",
    "PathTest",
    "PercentBase",
    "Rounded",
    "RoundingLevel",
    "Scope",
    "Selection",
    "Share",
    "SplitBy",
    "Stacking",
    "Target",
    "Tie",
    "UnitPick",
    "UnitUse",
    "ValueSeen",
    "apply_to_basket",
    "marginal_discount",
]
