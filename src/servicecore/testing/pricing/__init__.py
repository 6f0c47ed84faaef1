"""Property-based checks of prices: strategies for carts and books, and the 45 properties of pricing as tests."""

from servicecore.boundary.price_books import load_price_book
from servicecore.testing.pricing.amounts import amounts, percents
from servicecore.testing.pricing.base import BasePricingProperties
from servicecore.testing.pricing.broken import PropertyBroken, side_by_side
from servicecore.testing.pricing.calendars import days, instants, windows
from servicecore.testing.pricing.carts import carts, visits
from servicecore.testing.pricing.coupons import coupons
from servicecore.testing.pricing.names import PROPERTIES
from servicecore.testing.pricing.offers import benefits, conditions, line_benefits, offers, order_benefits, targets
from servicecore.testing.pricing.price_books import price_books, price_lists
from servicecore.testing.pricing.probe import PricingProbe
from servicecore.testing.pricing.quote_from import quote_from
from servicecore.testing.pricing.run_properties import Outcome, PropertyResult, run_properties
from servicecore.testing.pricing.taste import NothingToSell, Taste, taste_of
from servicecore.testing.pricing.till import Till
from servicecore.testing.pricing.visit import Visit

__all__ = [
    "PROPERTIES",
    "BasePricingProperties",
    "NothingToSell",
    "Outcome",
    "PricingProbe",
    "PropertyBroken",
    "PropertyResult",
    "Taste",
    "Till",
    "Visit",
    "amounts",
    "benefits",
    "carts",
    "conditions",
    "coupons",
    "days",
    "instants",
    "line_benefits",
    "load_price_book",
    "offers",
    "order_benefits",
    "percents",
    "price_books",
    "price_lists",
    "quote_from",
    "run_properties",
    "side_by_side",
    "targets",
    "taste_of",
    "visits",
    "windows",
]
