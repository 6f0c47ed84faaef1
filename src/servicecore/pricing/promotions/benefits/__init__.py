"""Benefits of offers: one part a file."""

from servicecore.pricing.promotions.benefits.add_item import AddItem
from servicecore.pricing.promotions.benefits.amount_off import AmountOff
from servicecore.pricing.promotions.benefits.any_benefit import AnyBenefit
from servicecore.pricing.promotions.benefits.benefit import Benefit, PlainBenefit, Proposal, Spread
from servicecore.pricing.promotions.benefits.bundle import Bundle
from servicecore.pricing.promotions.benefits.buy_get import BuyGet
from servicecore.pricing.promotions.benefits.caps import UnitCaps
from servicecore.pricing.promotions.benefits.cheapest_free import CheapestFree
from servicecore.pricing.promotions.benefits.first_then_additional import FirstThenAdditional
from servicecore.pricing.promotions.benefits.full_groups import FullGroups
from servicecore.pricing.promotions.benefits.mix_and_match import MixAndMatch, Slot
from servicecore.pricing.promotions.benefits.percent_off import PercentOff
from servicecore.pricing.promotions.benefits.plugin_benefit import PluginBenefit
from servicecore.pricing.promotions.benefits.promise_reward import PromiseReward
from servicecore.pricing.promotions.benefits.set_price import SetPrice
from servicecore.pricing.promotions.benefits.tiered import Tier, Tiered, TierMeasure, TierValue
from servicecore.pricing.promotions.benefits.unit_price_factor import UnitPriceFactor

__all__ = [
    "AddItem",
    "AmountOff",
    "AnyBenefit",
    "Benefit",
    "Bundle",
    "BuyGet",
    "CheapestFree",
    "FirstThenAdditional",
    "FullGroups",
    "MixAndMatch",
    "PercentOff",
    "PlainBenefit",
    "PluginBenefit",
    "PromiseReward",
    "Proposal",
    "SetPrice",
    "Slot",
    "Spread",
    "Tier",
    "TierMeasure",
    "TierValue",
    "Tiered",
    "UnitCaps",
    "UnitPriceFactor",
]
