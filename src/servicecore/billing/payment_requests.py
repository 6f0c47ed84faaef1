"""What a payment gateway is asked and what it answers; declined, unknown and not sent are different results."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import frozen

from servicecore.kernel.money import Money


class PaymentOperation(Enum):
    """What a gateway is asked to do."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    CHARGE = "charge"
    VOID = "void"
    REFUND = "refund"


class PaymentStatus(Enum):
    """How a payment transaction stands; UNKNOWN and NOT_SENT exist only on this side of the gateway.

    REQUESTED is the saved intent before the call, UNKNOWN an answer that never came or made no sense: it blocks
    re-submission until ``query`` settles it. NOT_SENT is certain: the same key may be sent again.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    PENDING = "pending"
    ACTION_REQUIRED = "action_required"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


@frozen
class PaymentRequest:
    """One request to a gateway.

    Attributes:
        key: idempotency key, at most 64 characters: the same key never moves money twice.
        operation: what to do.
        amount: how much, above 0.
        token: the payment method as the gateway's own token; a card number never enters.
        gateway_ref: the gateway's reference of the transaction that this one follows (capture, void, refund).
        customer: the customer's id.
        order: the document that is paid, for the gateway's own records.
        attempt: 1 for the first.

    """

    key: str
    operation: PaymentOperation
    amount: Money
    token: str
    gateway_ref: str = ""
    customer: str = ""
    order: str = ""
    attempt: int = 1


@frozen
class Decline:
    """Why a gateway refused: our code, whether a later try can help (``soft``), and the gateway's own words."""

    code: str
    soft: bool
    message: str = ""


@frozen
class PaymentResult:
    """A gateway's answer.

    Attributes:
        status: APPROVED, DECLINED, PENDING or ACTION_REQUIRED.
        amount: what really happened; 0 for a decline.
        gateway_ref: the gateway's reference.
        decline: why, for DECLINED.
        expires_at: when an authorisation lapses, aware UTC; None where it does not.

    """

    status: PaymentStatus
    amount: Money
    gateway_ref: str = ""
    decline: Decline | None = None
    expires_at: datetime | None = None


@frozen
class PaymentOutcome:
    """What became of a request: the gateway's answer, or UNKNOWN or NOT_SENT with the reason.

    Attributes:
        key: of the request.
        status: any.
        result: the gateway's answer, where there was one that makes sense.
        reason: what went wrong otherwise, for people; no secret in it.

    """

    key: str
    status: PaymentStatus
    result: PaymentResult | None = None
    reason: str = ""
