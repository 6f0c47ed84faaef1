"""Every benefit of an offer, as a type."""

from __future__ import annotations

from typing import TypeAlias

from servicecore.pricing.promotions.benefits.add_item import AddItem
from servicecore.pricing.promotions.benefits.amount_off import AmountOff
from servicecore.pricing.promotions.benefits.bundle import Bundle
from servicecore.pricing.promotions.benefits.buy_get import BuyGet
from servicecore.pricing.promotions.benefits.cheapest_free import CheapestFree
from servicecore.pricing.promotions.benefits.first_then_additional import FirstThenAdditional
from servicecore.pricing.promotions.benefits.full_groups import FullGroups
from servicecore.pricing.promotions.benefits.mix_and_match import MixAndMatch
from servicecore.pricing.promotions.benefits.percent_off import PercentOff
from servicecore.pricing.promotions.benefits.plugin_benefit import PluginBenefit
from servicecore.pricing.promotions.benefits.promise_reward import PromiseReward
from servicecore.pricing.promotions.benefits.set_price import SetPrice
from servicecore.pricing.promotions.benefits.tiered import Tiered
from servicecore.pricing.promotions.benefits.unit_price_factor import UnitPriceFactor

AnyBenefit: TypeAlias = (
    PercentOff
    | AmountOff
    | SetPrice
    | UnitPriceFactor
    | CheapestFree
    | BuyGet
    | Bundle
    | MixAndMatch
    | Tiered
    | FirstThenAdditional
    | FullGroups
    | AddItem
    | PromiseReward
    | PluginBenefit
)
"""Every benefit of an offer that can stand in a file; `PluginBenefit` stands for those that plugins add."""
