"""Billing: tenders, payments and their ledger, invoices, gift cards."""

from servicecore.billing.gift_cards.card import CardLock, GiftCard, GiftCardRecipient, GiftCardStatus
from servicecore.billing.gift_cards.codes import GiftCardCode
from servicecore.billing.gift_cards.entries import CardEntry, CardEntryKind, CardReservation, ReservationEnd
from servicecore.billing.gift_cards.kind import GIFT_CARD
from servicecore.billing.gift_cards.operations.add_gift_card_funds import AddGiftCardFunds, GiftCardFundsAdded
from servicecore.billing.gift_cards.operations.assign_gift_card_code import AssignGiftCardCode, GiftCardCodeAssigned
from servicecore.billing.gift_cards.operations.expire_gift_card import (
    ExpireGiftCard,
    GiftCardExpired,
    GiftCardReservationLapsed,
)
from servicecore.billing.gift_cards.operations.extend_gift_card import ExtendGiftCard, GiftCardExtended
from servicecore.billing.gift_cards.operations.issue_gift_card import GiftCardIssued, IssueGiftCard
from servicecore.billing.gift_cards.operations.lock_gift_card import GiftCardLocked, LockGiftCard
from servicecore.billing.gift_cards.operations.pay_by_gift_card import GiftCardPaid, PayByGiftCard
from servicecore.billing.gift_cards.operations.refund_to_gift_card import GiftCardRefunded, RefundToGiftCard
from servicecore.billing.gift_cards.operations.release_gift_card import GiftCardReleased, ReleaseGiftCard
from servicecore.billing.gift_cards.operations.reserve_gift_card import GiftCardReserved, ReserveGiftCard
from servicecore.billing.gift_cards.operations.unlock_gift_card import GiftCardUnlocked, UnlockGiftCard
from servicecore.billing.gift_cards.operations.void_gift_card import GiftCardVoided, VoidGiftCard
from servicecore.billing.gift_cards.policy import GiftCardPolicy
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
from servicecore.billing.tenders import (
    CHARGING_SEQUENCE,
    GIFT_CARD_GATEWAY,
    Card,
    GiftCardTender,
    OnAccount,
    Tender,
    TenderKind,
)
from servicecore.billing.transactions import PaymentTransaction

__all__ = [
    "CHARGING_SEQUENCE",
    "GIFT_CARD",
    "GIFT_CARD_GATEWAY",
    "INVOICE",
    "AddGiftCardFunds",
    "AssignGiftCardCode",
    "Card",
    "CardEntry",
    "CardEntryKind",
    "CardLock",
    "CardReservation",
    "Decline",
    "ExpireGiftCard",
    "ExtendGiftCard",
    "GiftCard",
    "GiftCardCode",
    "GiftCardCodeAssigned",
    "GiftCardExpired",
    "GiftCardExtended",
    "GiftCardFundsAdded",
    "GiftCardIssued",
    "GiftCardLocked",
    "GiftCardPaid",
    "GiftCardPolicy",
    "GiftCardRecipient",
    "GiftCardRefunded",
    "GiftCardReleased",
    "GiftCardReservationLapsed",
    "GiftCardReserved",
    "GiftCardStatus",
    "GiftCardTender",
    "GiftCardUnlocked",
    "GiftCardVoided",
    "Invoice",
    "InvoiceCharge",
    "InvoiceIssued",
    "InvoiceKind",
    "InvoiceLine",
    "InvoicePayment",
    "InvoiceStatus",
    "IssueGiftCard",
    "IssueInvoice",
    "LockGiftCard",
    "OnAccount",
    "PayByGiftCard",
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
    "RefundToGiftCard",
    "ReleaseGiftCard",
    "ReservationEnd",
    "ReserveGiftCard",
    "Tender",
    "TenderKind",
    "UnlockGiftCard",
    "VoidGiftCard",
]
