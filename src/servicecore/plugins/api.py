"""The plugin API: the only module of servicecore that the author of a plugin imports."""

from __future__ import annotations

from servicecore.billing.payment_requests import (
    Decline,
    PaymentOperation,
    PaymentOutcome,
    PaymentRequest,
    PaymentResult,
    PaymentStatus,
)
from servicecore.kernel.clock import Clock
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem, ProblemKind
from servicecore.kernel.rounding import EXACT
from servicecore.orders.fraud import FraudAssessment, FraudSignal
from servicecore.plugins.exceptions import GatewayMisconfigured, GatewayUnavailable
from servicecore.plugins.hookspecs import ENTRY_POINT_GROUP, Hooks, hookimpl
from servicecore.plugins.manifest import PLUGIN_API, YES, GatewayCapability, PluginInfo, Support, SupportLevel
from servicecore.plugins.protocols import FraudRule, GatewayBase, PaymentGateway, PluginContext, TaxEngine
from servicecore.plugins.requests import (
    AssessedLine,
    AssessOrder,
    EventEnvelope,
    QueryRequest,
    QueryResult,
    TaxFailure,
    TenderSummary,
)
from servicecore.pricing.promotions.basket import Basket, BasketLine, Scope
from servicecore.pricing.promotions.bench import Share, View
from servicecore.pricing.promotions.benefits import PluginBenefit, Proposal
from servicecore.pricing.promotions.conditions import PluginCondition
from servicecore.pricing.promotions.money_off import percent_of, share, split
from servicecore.pricing.promotions.offer_parts import PartClass
from servicecore.pricing.promotions.selection import Bid, Contest, Pick, PluginSelection
from servicecore.pricing.promotions.situation import L, Situation
from servicecore.pricing.promotions.target import Target
from servicecore.pricing.taxes import TaxableLine, TaxLine, TaxQuote, TaxRequest, TaxRounding

__all__ = [
    "ENTRY_POINT_GROUP",
    "EXACT",
    "PLUGIN_API",
    "YES",
    "AssessOrder",
    "AssessedLine",
    "Basket",
    "BasketLine",
    "Bid",
    "Clock",
    "Contest",
    "Decline",
    "EventEnvelope",
    "FraudAssessment",
    "FraudRule",
    "FraudSignal",
    "GatewayBase",
    "GatewayCapability",
    "GatewayMisconfigured",
    "GatewayUnavailable",
    "Hooks",
    "L",
    "Money",
    "PartClass",
    "PaymentGateway",
    "PaymentOperation",
    "PaymentOutcome",
    "PaymentRequest",
    "PaymentResult",
    "PaymentStatus",
    "Pick",
    "PluginBenefit",
    "PluginCondition",
    "PluginContext",
    "PluginInfo",
    "PluginSelection",
    "Problem",
    "ProblemKind",
    "Proposal",
    "QueryRequest",
    "QueryResult",
    "Scope",
    "Share",
    "Situation",
    "Support",
    "SupportLevel",
    "Target",
    "TaxEngine",
    "TaxFailure",
    "TaxLine",
    "TaxQuote",
    "TaxRequest",
    "TaxRounding",
    "TaxableLine",
    "TenderSummary",
    "View",
    "hookimpl",
    "percent_of",
    "share",
    "split",
]
