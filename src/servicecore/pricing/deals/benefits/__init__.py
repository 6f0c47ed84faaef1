"""Benefits of deals: one part a file."""

from servicecore.pricing.deals.benefits.add_item import AddItem
from servicecore.pricing.deals.benefits.amount_off import DealAmount
from servicecore.pricing.deals.benefits.any_benefit import AnyDealBenefit
from servicecore.pricing.deals.benefits.benefit import DealBenefit, Proposal, Spread
from servicecore.pricing.deals.benefits.bundle import Bundle
from servicecore.pricing.deals.benefits.buy_get import BuyGet
from servicecore.pricing.deals.benefits.cheapest_free import CheapestFree
from servicecore.pricing.deals.benefits.first_then_additional import FirstThenAdditional
from servicecore.pricing.deals.benefits.full_groups import FullGroups
from servicecore.pricing.deals.benefits.percent_off import DealPercent
from servicecore.pricing.deals.benefits.set_price import SetPrice
from servicecore.pricing.deals.benefits.tiered import Tier, Tiered, TierMeasure, TierValue
from servicecore.pricing.deals.benefits.unit_price_factor import UnitPriceFactor

__all__ = [
    "AddItem",
    "AnyDealBenefit",
    "Bundle",
    "BuyGet",
    "CheapestFree",
    "DealAmount",
    "DealBenefit",
    "DealPercent",
    "FirstThenAdditional",
    "FullGroups",
    "Proposal",
    "SetPrice",
    "Spread",
    "Tier",
    "TierMeasure",
    "TierValue",
    "Tiered",
    "UnitPriceFactor",
]
