"""The installation's own gift cards as a gateway: the same requests and answers as those of a payment plugin.

A request is one command on the gift card, in a transaction of its own, under the request's key; what stands under
the key on the card is the answer, however often it is asked for.
"""

from __future__ import annotations

from typing import Final

from servicecore.billing import (
    GIFT_CARD,
    Decline,
    GiftCard,
    PayByGiftCard,
    PaymentOperation,
    PaymentOutcome,
    PaymentRequest,
    PaymentResult,
    PaymentStatus,
    RefundToGiftCard,
    ReleaseGiftCard,
    ReserveGiftCard,
)
from servicecore.engine.execute import execute
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state
from servicecore.errors import Refused, ServiceCoreError
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command

_MAY_CHANGE: Final = frozenset(
    {"gift_card.insufficient", "gift_card.zero_balance", "gift_card.locked", "gift_card.no_number"}
)


def pay(runtime: Runtime, request: PaymentRequest) -> PaymentOutcome:
    """Do what ``request`` asks on its gift card and return what became of it.

    A refusal is a decline with the problem's code. Where the store fails nobody knows whether it was done: UNKNOWN.
    """
    try:
        answered = query(runtime, request)
        if answered.status is not PaymentStatus.NOT_SENT:
            return answered
        execute(runtime, Request(_command(request), SYSTEM))
        return query(runtime, request)
    except Refused as refusal:
        problem = refusal.problems[0]
        decline = Decline(problem.code, soft=problem.code in _MAY_CHANGE, message=problem.text())
        nothing = Money.zero(request.amount.currency)
        result = PaymentResult(PaymentStatus.DECLINED, nothing, decline=decline)
        return PaymentOutcome(request.key, PaymentStatus.DECLINED, result)
    except ServiceCoreError as error:
        return PaymentOutcome(request.key, PaymentStatus.UNKNOWN, reason=str(error))


def query(runtime: Runtime, request: PaymentRequest) -> PaymentOutcome:
    """Return what the gift card says of ``request``: done, or NOT_SENT where nothing stands under its key."""
    card = find_state(runtime, GIFT_CARD, request.token)
    result = _result(card, request) if card is not None else None
    if result is None:
        reason = f"gift card {request.token} never heard of it"
        return PaymentOutcome(request.key, PaymentStatus.NOT_SENT, reason=reason)
    return PaymentOutcome(request.key, result.status, result)


def _result(card: GiftCard, request: PaymentRequest) -> PaymentResult | None:
    if request.operation is PaymentOperation.AUTHORIZE:
        reservation = card.reservation(request.key)
        if reservation is None:
            return None
        return PaymentResult(
            PaymentStatus.APPROVED, reservation.amount, reservation.key, expires_at=reservation.expires_at
        )
    if request.operation is PaymentOperation.VOID:
        ended = card.reservation(request.gateway_ref)
        if ended is None or ended.open:
            return None
        return PaymentResult(PaymentStatus.APPROVED, request.amount, request.key)
    entry = card.entry(request.key)
    return PaymentResult(PaymentStatus.APPROVED, entry.amount, entry.key) if entry is not None else None


def _command(request: PaymentRequest) -> Command:
    card, key, amount, follows = request.token, request.key, request.amount, request.gateway_ref
    if request.operation is PaymentOperation.AUTHORIZE:
        return ReserveGiftCard(card, amount, key, request.order)
    if request.operation is PaymentOperation.VOID:
        return ReleaseGiftCard(card, follows, key)
    if request.operation is PaymentOperation.REFUND:
        return RefundToGiftCard(card, amount, key, follows, request.order)
    return PayByGiftCard(card, amount, key, request.order, follows)
