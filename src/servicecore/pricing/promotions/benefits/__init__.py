"""Benefits of offers: one part a file."""

from servicecore.pricing.promotions.benefits.amounts import AmountOff, OrderAmountOff, Per
from servicecore.pricing.promotions.benefits.any_benefit import AnyBenefit
from servicecore.pricing.promotions.benefits.benefit import Benefit, LineBenefit, OrderBenefit
from servicecore.pricing.promotions.benefits.fixed_price import FixedPrice
from servicecore.pricing.promotions.benefits.percents import OrderPercentOff, PercentOff

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
