"""Every benefit of a deal, as a type."""

from __future__ import annotations

from typing import TypeAlias

from servicecore.pricing.deals.benefits.add_item import AddItem
from servicecore.pricing.deals.benefits.amount_off import DealAmount
from servicecore.pricing.deals.benefits.bundle import Bundle
from servicecore.pricing.deals.benefits.buy_get import BuyGet
from servicecore.pricing.deals.benefits.cheapest_free import CheapestFree
from servicecore.pricing.deals.benefits.first_then_additional import FirstThenAdditional
from servicecore.pricing.deals.benefits.full_groups import FullGroups
from servicecore.pricing.deals.benefits.percent_off import DealPercent
from servicecore.pricing.deals.benefits.set_price import SetPrice
from servicecore.pricing.deals.benefits.tiered import Tiered
from servicecore.pricing.deals.benefits.unit_price_factor import UnitPriceFactor

AnyDealBenefit: TypeAlias = (
    DealPercent
    | DealAmount
    | SetPrice
    | UnitPriceFactor
    | CheapestFree
    | BuyGet
    | Bundle
    | Tiered
    | FirstThenAdditional
    | FullGroups
    | AddItem
)
"""Every benefit of a deal that can stand in a file."""
