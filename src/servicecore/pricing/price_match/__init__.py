"""Price matches: competitors' prices as records, and what following them gives."""

from servicecore.pricing.price_match.competitor_price import CompetitorPrice
from servicecore.pricing.price_match.kind import PRICE_MATCH
from servicecore.pricing.price_match.operations.approve_price_match import ApprovePriceMatch, PriceMatchApproved
from servicecore.pricing.price_match.operations.change_price_match import ChangePriceMatch, PriceMatchChanged
from servicecore.pricing.price_match.operations.create_price_match import CreatePriceMatch, PriceMatchCreated
from servicecore.pricing.price_match.operations.expire_price_match import ExpirePriceMatch, PriceMatchExpired
from servicecore.pricing.price_match.operations.reject_price_match import PriceMatchRejected, RejectPriceMatch
from servicecore.pricing.price_match.policy import Competitor, PriceMatchPolicy
from servicecore.pricing.price_match.price_match import PriceMatch, PriceMatchStatus
from servicecore.pricing.price_match.terms import PriceMatchFacts
from servicecore.pricing.price_match.worksheet import Worksheet, worksheet

__all__ = [
    "PRICE_MATCH",
    "ApprovePriceMatch",
    "ChangePriceMatch",
    "Competitor",
    "CompetitorPrice",
    "CreatePriceMatch",
    "ExpirePriceMatch",
    "PriceMatch",
    "PriceMatchApproved",
    "PriceMatchChanged",
    "PriceMatchCreated",
    "PriceMatchExpired",
    "PriceMatchFacts",
    "PriceMatchPolicy",
    "PriceMatchRejected",
    "PriceMatchStatus",
    "RejectPriceMatch",
    "Worksheet",
    "worksheet",
]
