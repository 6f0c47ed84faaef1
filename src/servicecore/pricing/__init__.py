"""Pricing: from a cart to a quote in which every cent is explained."""

from servicecore.pricing.advertise_price import AdvertisedPrice, advertise_price
from servicecore.pricing.agreements import Agreement
from servicecore.pricing.book import PriceBook, TaxSettings
from servicecore.pricing.cart import Cart, CartLine, PriceOverride
from servicecore.pricing.catalogue_promotions import CataloguePromotion, CatalogueSelection
from servicecore.pricing.change_book import with_offer, with_price_row, without_offer
from servicecore.pricing.charge_category import ChargeCategory
from servicecore.pricing.charge_overrides import AddedCharge, ChargeOverride
from servicecore.pricing.charges import AutoCharge, ChargeKind, ChargeLevel, ChargeTier
from servicecore.pricing.check_book import book_problems
from servicecore.pricing.compare_prices import PriceComparison, compare_prices
from servicecore.pricing.compile import compile_book
from servicecore.pricing.compiled_book import CompiledBook
from servicecore.pricing.costs import CostRow
from servicecore.pricing.coupon_limits import CouponBudget, LimitScope, OverBudget
from servicecore.pricing.coupon_usage import CouponUsage, UsageCount
from servicecore.pricing.coupons import Coupon, CouponState, CouponTier, CouponValue
from servicecore.pricing.customer_taxes import CustomerTaxes
from servicecore.pricing.deductions import DeductionKind, MarginDeduction
from servicecore.pricing.delivery_modes import DeliveryMode
from servicecore.pricing.draft import DraftQuote, QuoteWork
from servicecore.pricing.expected_sales_price import (
    ExpectedSalesPrice,
    SalesOutlook,
    expected_sales_price,
    judge_purchase,
)
from servicecore.pricing.finish_quote import finish_quote
from servicecore.pricing.issued_coupons import IssuedCoupons
from servicecore.pricing.margin import MarginBasis, MarginEnforcement, MarginPolicy
from servicecore.pricing.offer_use import OfferUse
from servicecore.pricing.override_permission import FloorCost, OverridePermission
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.page_space import (
    CataloguePage,
    PageSpace,
    SpaceAnalysis,
    SpaceResult,
    analyse_space,
)
from servicecore.pricing.past_prices import PastPrice
from servicecore.pricing.personalisation import Personalisation
from servicecore.pricing.potential_discounts import PotentialDiscount, potential_discounts
from servicecore.pricing.price_cart import price_cart
from servicecore.pricing.price_details import LineDeduction, PriceDetails, price_details
from servicecore.pricing.price_lists import (
    FormulaBasis,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
)
from servicecore.pricing.promised_reward import PromisedReward, RewardedLine, RewardKind
from servicecore.pricing.promotions import (
    Budget,
    Combination,
    ConcurrencyControl,
    CustomerHistory,
    Exclusivity,
    Keep,
    Measure,
    Offer,
    OfferCode,
    OfferCount,
    OfferGroup,
    OfferLimits,
    OfferOrder,
    OfferTrigger,
    OfferUsage,
    Operator,
    PastOrder,
    PathTest,
    Selection,
    Stacking,
    Target,
)
from servicecore.pricing.promotions.benefits import (
    AddItem,
    AmountOff,
    Bundle,
    BuyGet,
    CheapestFree,
    FirstThenAdditional,
    FullGroups,
    MixAndMatch,
    PercentOff,
    PluginBenefit,
    PromiseReward,
    SetPrice,
    Slot,
    Spread,
    Tier,
    Tiered,
    UnitCaps,
    UnitPriceFactor,
)
from servicecore.pricing.promotions.conditions import (
    AllOf,
    AnyOf,
    AttributeOf,
    CartContains,
    Counted,
    DistinctItems,
    HasAttribute,
    HasFlag,
    InChannel,
    InCustomerGroup,
    IsCustomer,
    Not,
    NthOrder,
    PluginCondition,
    QuantityBetween,
    ShippedBy,
    UsesPerCustomer,
    ValueAtLeast,
)
from servicecore.pricing.promotions.offer_parts import OfferParts
from servicecore.pricing.promotions.plugin_selection import PluginSelection
from servicecore.pricing.quantity_breaks import BreakPricing, BreakQuantity
from servicecore.pricing.quote import Discount, Margin, MarginLevel, OrderMargin, Quote, QuoteCharge, QuoteLine
from servicecore.pricing.quote_many import quote_many
from servicecore.pricing.rate_categories import rate_categories
from servicecore.pricing.replay_quote import replay_quote
from servicecore.pricing.rounding_policy import RoundingPolicy, SubtotalFrom
from servicecore.pricing.selectable_source_codes import selectable_source_codes
from servicecore.pricing.source_code_results import (
    SourceCodePlan,
    SourceCodeResult,
    SourceCodeSale,
    source_code_results,
)
from servicecore.pricing.sources import Catalogue, ExchangePolicy, ExchangeSource, FreeProduct, SourceCode
from servicecore.pricing.tax_rates import TaxRates
from servicecore.pricing.taxes import TaxableLine, TaxLine, TaxQuote, TaxRequest, TaxRounding
from servicecore.pricing.total_override import TotalOverride
from servicecore.pricing.waterfall import WaterfallStep

__all__ = [
    "AddItem",
    "AddedCharge",
    "AdvertisedPrice",
    "Agreement",
    "AllOf",
    "AmountOff",
    "AnyOf",
    "AttributeOf",
    "AutoCharge",
    "BreakPricing",
    "BreakQuantity",
    "Budget",
    "Bundle",
    "BuyGet",
    "Cart",
    "CartContains",
    "CartLine",
    "Catalogue",
    "CataloguePage",
    "CataloguePromotion",
    "CatalogueSelection",
    "ChargeCategory",
    "ChargeKind",
    "ChargeLevel",
    "ChargeOverride",
    "ChargeTier",
    "CheapestFree",
    "Combination",
    "CompiledBook",
    "ConcurrencyControl",
    "CostRow",
    "Counted",
    "Coupon",
    "CouponBudget",
    "CouponState",
    "CouponTier",
    "CouponUsage",
    "CouponValue",
    "CustomerHistory",
    "CustomerTaxes",
    "DeductionKind",
    "DeliveryMode",
    "Discount",
    "DistinctItems",
    "DraftQuote",
    "ExchangePolicy",
    "ExchangeSource",
    "Exclusivity",
    "ExpectedSalesPrice",
    "FirstThenAdditional",
    "FloorCost",
    "FormulaBasis",
    "FreeProduct",
    "FullGroups",
    "HasAttribute",
    "HasFlag",
    "InChannel",
    "InCustomerGroup",
    "IsCustomer",
    "IssuedCoupons",
    "Keep",
    "LimitScope",
    "LineDeduction",
    "Margin",
    "MarginBasis",
    "MarginDeduction",
    "MarginEnforcement",
    "MarginLevel",
    "MarginPolicy",
    "Measure",
    "MixAndMatch",
    "Not",
    "NthOrder",
    "Offer",
    "OfferCode",
    "OfferCount",
    "OfferGroup",
    "OfferLimits",
    "OfferOrder",
    "OfferParts",
    "OfferTrigger",
    "OfferUsage",
    "OfferUse",
    "Operator",
    "OrderMargin",
    "OverBudget",
    "OverridePermission",
    "OverridePolicy",
    "PageSpace",
    "PastOrder",
    "PastPrice",
    "PathTest",
    "PercentOff",
    "Personalisation",
    "PluginBenefit",
    "PluginCondition",
    "PluginSelection",
    "PotentialDiscount",
    "PriceBook",
    "PriceComparison",
    "PriceDetails",
    "PriceFormula",
    "PriceList",
    "PriceListType",
    "PriceMode",
    "PriceOverride",
    "PriceRow",
    "PromiseReward",
    "PromisedReward",
    "QuantityBetween",
    "Quote",
    "QuoteCharge",
    "QuoteLine",
    "QuoteWork",
    "RewardKind",
    "RewardedLine",
    "RoundingPolicy",
    "SalesOutlook",
    "Selection",
    "SetPrice",
    "ShippedBy",
    "Slot",
    "SourceCode",
    "SourceCodePlan",
    "SourceCodeResult",
    "SourceCodeSale",
    "SpaceAnalysis",
    "SpaceResult",
    "Spread",
    "Stacking",
    "SubtotalFrom",
    "Target",
    "TaxLine",
    "TaxQuote",
    "TaxRates",
    "TaxRequest",
    "TaxRounding",
    "TaxSettings",
    "TaxableLine",
    "Tier",
    "Tiered",
    "TotalOverride",
    "UnitCaps",
    "UnitPriceFactor",
    "UsageCount",
    "UsesPerCustomer",
    "ValueAtLeast",
    "WaterfallStep",
    "advertise_price",
    "analyse_space",
    "book_problems",
    "compare_prices",
    "compile_book",
    "expected_sales_price",
    "finish_quote",
    "judge_purchase",
    "potential_discounts",
    "price_cart",
    "price_details",
    "quote_many",
    "rate_categories",
    "replay_quote",
    "selectable_source_codes",
    "source_code_results",
    "with_offer",
    "with_price_row",
    "without_offer",
]
