"""Orders: placed from quotes, held and released, paid, shipped, invoiced, canceled, returned."""

from servicecore.billing import Card, GiftCardTender, OnAccount
from servicecore.orders.code_discount import CodeDiscount
from servicecore.orders.fraud import FraudAssessment, FraudSignal
from servicecore.orders.gift_card_sales import GiftCardSale, VoidedGiftCards, gift_card_source
from servicecore.orders.holds import Hold, HoldStatus
from servicecore.orders.invoice_documents import invoice_commands, invoice_source, match_source
from servicecore.orders.kind import ORDER
from servicecore.orders.lasting_discounts import LastingDiscounts, lasting_discounts
from servicecore.orders.line import Amounts, BilledPart, LineOverride, MatchedPart, OrderLine, TotalShare
from servicecore.orders.line_quantities import LineQuantity
from servicecore.orders.operations.add_charge import AddCharge, ChargeAdded
from servicecore.orders.operations.add_coupon import AddCoupon, CouponAdded
from servicecore.orders.operations.add_note import AddNote, NoteAdded
from servicecore.orders.operations.add_tender import AddTender, TenderAdded
from servicecore.orders.operations.apply_hold import ApplyHold, HoldApplied
from servicecore.orders.operations.authorize_payment import AuthorizePayment
from servicecore.orders.operations.cancel_line import CancelLine, LineCanceled
from servicecore.orders.operations.cancel_order import CancelOrder
from servicecore.orders.operations.cancel_return import CancelReturn, ReturnCanceled
from servicecore.orders.operations.capture_payment import CapturePayment
from servicecore.orders.operations.change_ship_to import ChangeShipTo, ShipToChanged
from servicecore.orders.operations.exempt_from_tax import ExemptFromTax, OrderExempted, RetaxedCharge, RetaxedLine
from servicecore.orders.operations.expire_due import AuthorizationExpired, ExpireDue, HoldExpired
from servicecore.orders.operations.invoice_shipment import InvoiceShipment, ShipmentInvoiced
from servicecore.orders.operations.match_open_price import MatchOpenPrice, OpenPriceMatched
from servicecore.orders.operations.match_price import MatchPrice, PriceMatched
from servicecore.orders.operations.override_charge import ChargeOverridden, OverrideCharge
from servicecore.orders.operations.override_price import OverridePrice, PriceOverridden
from servicecore.orders.operations.override_total import LoweredLine, OverrideTotal, TotalOverridden
from servicecore.orders.operations.pay_refund import PayRefund
from servicecore.orders.operations.place_order import OrderPlaced, PlaceOrder
from servicecore.orders.operations.receive_return import ReceivedLine, ReceiveReturn, ReturnReceived
from servicecore.orders.operations.record_order import RECORDED_ORDER, OrderRecorded, RecordOrder
from servicecore.orders.operations.record_payment_outcome import PaymentAnswered, RecordPaymentOutcome
from servicecore.orders.operations.refund_return import RefundReturn, ReturnRefunded
from servicecore.orders.operations.release_hold import HoldReleased, ReleaseHold
from servicecore.orders.operations.remove_charge import ChargeRemoved, RemoveCharge
from servicecore.orders.operations.remove_coupon import CouponRemoved, RemoveCoupon
from servicecore.orders.operations.request_return import RequestReturn, ReturnRequested
from servicecore.orders.operations.restore_charge import ChargeRestored, RestoreCharge
from servicecore.orders.operations.restore_price import PriceRestored, RestorePrice
from servicecore.orders.operations.restore_total import RestoreTotal, TotalRestored
from servicecore.orders.operations.ship_lines import LinesShipped, ShipLines
from servicecore.orders.operations.void_authorization import VoidAuthorization
from servicecore.orders.order import InvoicedLine, Note, Order, OrderInvoice, Shipment
from servicecore.orders.order_charge import ChargeChange, OrderCharge
from servicecore.orders.order_rewards import OrderReward, order_rewards
from servicecore.orders.override_facts import LineCosts, OverrideFacts
from servicecore.orders.payments import OpenRequest, PaymentRequested, open_payment_requests, unsettled_payments
from servicecore.orders.policy import HoldType, OrderPolicy, ReasonCodes
from servicecore.orders.price_match_credits import PriceMatchCredit
from servicecore.orders.recorded_order import RecordedLine, RecordedOrder
from servicecore.orders.repricing import RepricedLine
from servicecore.orders.retax import OrderTax
from servicecore.orders.returns import (
    CreditOverride,
    Disposition,
    Receipt,
    Refund,
    RefundedCharge,
    Return,
    ReturnLine,
    ReturnStatus,
)
from servicecore.orders.source_code_sales import source_code_sales
from servicecore.orders.status import OrderPaymentStatus, OrderStatus, UnitStatus, order_status, payment_status
from servicecore.orders.summary import LineSummary, OrderSummary, summary

__all__ = [
    "ORDER",
    "RECORDED_ORDER",
    "AddCharge",
    "AddCoupon",
    "AddNote",
    "AddTender",
    "Amounts",
    "ApplyHold",
    "AuthorizationExpired",
    "AuthorizePayment",
    "BilledPart",
    "CancelLine",
    "CancelOrder",
    "CancelReturn",
    "CapturePayment",
    "Card",
    "ChangeShipTo",
    "ChargeAdded",
    "ChargeChange",
    "ChargeOverridden",
    "ChargeRemoved",
    "ChargeRestored",
    "CodeDiscount",
    "CouponAdded",
    "CouponRemoved",
    "CreditOverride",
    "Disposition",
    "ExemptFromTax",
    "ExpireDue",
    "FraudAssessment",
    "FraudSignal",
    "GiftCardSale",
    "GiftCardTender",
    "Hold",
    "HoldApplied",
    "HoldExpired",
    "HoldReleased",
    "HoldStatus",
    "HoldType",
    "InvoiceShipment",
    "InvoicedLine",
    "LastingDiscounts",
    "LineCanceled",
    "LineCosts",
    "LineOverride",
    "LineQuantity",
    "LineSummary",
    "LinesShipped",
    "LoweredLine",
    "MatchOpenPrice",
    "MatchPrice",
    "MatchedPart",
    "Note",
    "NoteAdded",
    "OnAccount",
    "OpenPriceMatched",
    "OpenRequest",
    "Order",
    "OrderCharge",
    "OrderExempted",
    "OrderInvoice",
    "OrderLine",
    "OrderPaymentStatus",
    "OrderPlaced",
    "OrderPolicy",
    "OrderRecorded",
    "OrderReward",
    "OrderStatus",
    "OrderSummary",
    "OrderTax",
    "OverrideCharge",
    "OverrideFacts",
    "OverridePrice",
    "OverrideTotal",
    "PayRefund",
    "PaymentAnswered",
    "PaymentRequested",
    "PlaceOrder",
    "PriceMatchCredit",
    "PriceMatched",
    "PriceOverridden",
    "PriceRestored",
    "ReasonCodes",
    "Receipt",
    "ReceiveReturn",
    "ReceivedLine",
    "RecordOrder",
    "RecordPaymentOutcome",
    "RecordedLine",
    "RecordedOrder",
    "Refund",
    "RefundReturn",
    "RefundedCharge",
    "ReleaseHold",
    "RemoveCharge",
    "RemoveCoupon",
    "RepricedLine",
    "RequestReturn",
    "RestoreCharge",
    "RestorePrice",
    "RestoreTotal",
    "RetaxedCharge",
    "RetaxedLine",
    "Return",
    "ReturnCanceled",
    "ReturnLine",
    "ReturnReceived",
    "ReturnRefunded",
    "ReturnRequested",
    "ReturnStatus",
    "ShipLines",
    "ShipToChanged",
    "Shipment",
    "ShipmentInvoiced",
    "TenderAdded",
    "TotalOverridden",
    "TotalRestored",
    "TotalShare",
    "UnitStatus",
    "VoidAuthorization",
    "VoidedGiftCards",
    "gift_card_source",
    "invoice_commands",
    "invoice_source",
    "lasting_discounts",
    "match_source",
    "open_payment_requests",
    "order_rewards",
    "order_status",
    "payment_status",
    "source_code_sales",
    "summary",
    "unsettled_payments",
]
