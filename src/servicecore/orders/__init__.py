"""Orders: placed from quotes, held and released, paid, shipped, invoiced, canceled, returned."""

from servicecore.billing import Card, OnAccount
from servicecore.orders.fraud import FraudAssessment, FraudSignal
from servicecore.orders.holds import Hold, HoldStatus
from servicecore.orders.kind import ORDER
from servicecore.orders.operations.apply_hold import ApplyHold, HoldApplied
from servicecore.orders.operations.authorize_payment import AuthorizePayment
from servicecore.orders.operations.capture_payment import CapturePayment
from servicecore.orders.operations.expire_due import AuthorizationExpired, ExpireDue, HoldExpired
from servicecore.orders.operations.place_order import OrderPlaced, PlaceOrder
from servicecore.orders.operations.record_payment_outcome import PaymentAnswered, RecordPaymentOutcome
from servicecore.orders.operations.release_hold import HoldReleased, ReleaseHold
from servicecore.orders.operations.void_authorization import VoidAuthorization
from servicecore.orders.order import Order
from servicecore.orders.payments import OpenRequest, PaymentRequested, open_payment_requests, unsettled_payments
from servicecore.orders.policy import HoldType, OrderPolicy, ReasonCodes
from servicecore.orders.ship_to import ShipTo
from servicecore.orders.status import OrderPaymentStatus, OrderStatus, UnitStatus, order_status, payment_status

__all__ = [
    "ORDER",
    "ApplyHold",
    "AuthorizationExpired",
    "AuthorizePayment",
    "CapturePayment",
    "Card",
    "ExpireDue",
    "FraudAssessment",
    "FraudSignal",
    "Hold",
    "HoldApplied",
    "HoldExpired",
    "HoldReleased",
    "HoldStatus",
    "HoldType",
    "OnAccount",
    "OpenRequest",
    "Order",
    "OrderPaymentStatus",
    "OrderPlaced",
    "OrderPolicy",
    "OrderStatus",
    "PaymentAnswered",
    "PaymentRequested",
    "PlaceOrder",
    "ReasonCodes",
    "RecordPaymentOutcome",
    "ReleaseHold",
    "ShipTo",
    "UnitStatus",
    "VoidAuthorization",
    "open_payment_requests",
    "order_status",
    "payment_status",
    "unsettled_payments",
]
