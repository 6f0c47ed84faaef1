"""Benefits of offers: one part a file."""

from typing import TypeAlias

from servicecore.pricing.promotions.benefits.amounts import AmountOff, OrderAmountOff, Per
from servicecore.pricing.promotions.benefits.benefit import Benefit, LineBenefit, OrderBenefit
from servicecore.pricing.promotions.benefits.fixed_price import FixedPrice
from servicecore.pricing.promotions.benefits.percents import OrderPercentOff, PercentOff

AnyBenefit: TypeAlias = PercentOff | AmountOff | FixedPrice | OrderPercentOff | OrderAmountOff
"""Every benefit that can stand in a file."""

__all__ = [
    "AmountOff",
    "AnyBenefit",
    "Benefit",
    "FixedPrice",
    "LineBenefit",
    "OrderAmountOff",
    "OrderBenefit",
    "OrderPercentOff",
    "Per",
    "PercentOff",
]
