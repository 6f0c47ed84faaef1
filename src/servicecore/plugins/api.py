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
from servicecore.pricing.taxes import TaxableLine, TaxLine, TaxQuote, TaxRequest, TaxRounding

__all__ = [
    "ENTRY_POINT_GROUP",
    "PLUGIN_API",
    "YES",
    "AssessOrder",
    "AssessedLine",
    "Clock",
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
    "Money",
    "PaymentGateway",
    "PaymentOperation",
    "PaymentOutcome",
    "PaymentRequest",
    "PaymentResult",
    "PaymentStatus",
    "PluginContext",
    "PluginInfo",
    "Problem",
    "ProblemKind",
    "QueryRequest",
    "QueryResult",
    "Support",
    "SupportLevel",
    "TaxEngine",
    "TaxFailure",
    "TaxLine",
    "TaxQuote",
    "TaxRequest",
    "TaxRounding",
    "TaxableLine",
    "TenderSummary",
    "hookimpl",
]
