"""Billing: tenders, payments and their ledger, invoices."""

from servicecore.billing.ledger import PaymentLedger
from servicecore.billing.payment_plans import PaymentPlan, Purse
from servicecore.billing.payment_requests import (
    Decline,
    PaymentOperation,
    PaymentOutcome,
    PaymentRequest,
    PaymentResult,
    PaymentStatus,
)
from servicecore.billing.tenders import CHARGING_SEQUENCE, Card, OnAccount, Tender, TenderKind
from servicecore.billing.transactions import PaymentTransaction
from servicecore.billing.unit_shares import unit_share

__all__ = [
    "CHARGING_SEQUENCE",
    "Card",
    "Decline",
    "OnAccount",
    "PaymentLedger",
    "PaymentOperation",
    "PaymentOutcome",
    "PaymentPlan",
    "PaymentRequest",
    "PaymentResult",
    "PaymentStatus",
    "PaymentTransaction",
    "Purse",
    "Tender",
    "TenderKind",
    "unit_share",
]
