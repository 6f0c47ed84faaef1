"""Best price, exact: the combination of offers that takes most off a cart, and the proof of it (F01)."""

from servicecore.pricing.best_price.answer import (
    BestPrice,
    Certificate,
    ComponentProof,
    Method,
    OfferApplication,
    UnitUse,
    Use,
    nothing_to_choose,
)
from servicecore.pricing.best_price.cuts import AmountCut, Cut, PercentCut, PriceCut
from servicecore.pricing.best_price.integer_program import (
    BestPriceSolver,
    Column,
    IntegerAnswer,
    IntegerProgram,
    IntegerSolver,
    Row,
)
from servicecore.pricing.best_price.marginal_value import MarginalValue, marginal_values, rank_by_marginal_value
from servicecore.pricing.best_price.offers import (
    Bundle,
    BuyGet,
    DistinctSet,
    EachUnit,
    MixAndMatch,
    OrderThreshold,
    Reach,
    Slot,
    ThresholdBasis,
    UnitOffer,
)
from servicecore.pricing.best_price.problem import BestPriceLine, BestPriceProblem, DiscountRounding
from servicecore.pricing.best_price.solve import NODES, find_best_price

__all__ = [
    "NODES",
    "AmountCut",
    "BestPrice",
    "BestPriceLine",
    "BestPriceProblem",
    "BestPriceSolver",
    "Bundle",
    "BuyGet",
    "Certificate",
    "Column",
    "ComponentProof",
    "Cut",
    "DiscountRounding",
    "DistinctSet",
    "EachUnit",
    "IntegerAnswer",
    "IntegerProgram",
    "IntegerSolver",
    "MarginalValue",
    "Method",
    "MixAndMatch",
    "OfferApplication",
    "OrderThreshold",
    "PercentCut",
    "PriceCut",
    "Reach",
    "Row",
    "Slot",
    "ThresholdBasis",
    "UnitOffer",
    "UnitUse",
    "Use",
    "find_best_price",
    "marginal_values",
    "nothing_to_choose",
    "rank_by_marginal_value",
]
