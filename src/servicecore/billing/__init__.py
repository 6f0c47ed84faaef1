"""Billing: tenders, payments and their ledger, invoices."""

from servicecore.billing.invoice import Invoice, InvoiceCharge, InvoiceKind, InvoiceLine, InvoicePayment, InvoiceStatus
from servicecore.billing.kind import INVOICE
from servicecore.billing.ledger import PaymentLedger
from servicecore.billing.operations.issue_invoice import InvoiceIssued, IssueInvoice
from servicecore.billing.operations.record_payment import PaymentRecorded, RecordPayment
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

__all__ = [
    "CHARGING_SEQUENCE",
    "INVOICE",
    "Card",
    "Decline",
    "Invoice",
    "InvoiceCharge",
    "InvoiceIssued",
    "InvoiceKind",
    "InvoiceLine",
    "InvoicePayment",
    "InvoiceStatus",
    "IssueInvoice",
    "OnAccount",
    "PaymentLedger",
    "PaymentOperation",
    "PaymentOutcome",
    "PaymentPlan",
    "PaymentRecorded",
    "PaymentRequest",
    "PaymentResult",
    "PaymentStatus",
    "PaymentTransaction",
    "Purse",
    "RecordPayment",
    "Tender",
    "TenderKind",
]
