"""Every benefit of an offer, as a type."""

from __future__ import annotations

from typing import TypeAlias

from servicecore.pricing.promotions.benefits.amounts import AmountOff, OrderAmountOff
from servicecore.pricing.promotions.benefits.fixed_price import FixedPrice
from servicecore.pricing.promotions.benefits.percents import OrderPercentOff, PercentOff

AnyBenefit: TypeAlias = PercentOff | AmountOff | FixedPrice | OrderPercentOff | OrderAmountOff
"""Every benefit that can stand in a file."""
