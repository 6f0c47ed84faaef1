"""Payment transactions: one intent to move money each, from the saved intent to the settled answer."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

from attrs import evolve, field, frozen

from servicecore.billing.payment_requests import (
    Decline,
    PaymentOperation,
    PaymentOutcome,
    PaymentResult,
    PaymentStatus,
)
from servicecore.kernel.money import Money

OPEN_STATUSES: Final = (
    PaymentStatus.REQUESTED,
    PaymentStatus.PENDING,
    PaymentStatus.ACTION_REQUIRED,
    PaymentStatus.UNKNOWN,
)
"""Statuses in which money may still move; APPROVED, DECLINED and NOT_SENT are final."""

_MAX_KEY: Final = 64


def idempotency_key(document: str, number: int) -> str:
    """Return the key of the ``number``-th transaction of ``document``: stable, unique, at most 64 characters."""
    key = f"{document}/{number}"
    return key if len(key) <= _MAX_KEY else f"{sha256(document.encode()).hexdigest()[:40]}/{number}"


@frozen
class PaymentTransaction:
    """One intent to move money on one tender; it is never deleted, whatever becomes of it.

    Attributes:
        number: 1 for the document's first transaction.
        key: the idempotency key that every try of it carries.
        operation: authorize, capture, charge, void or refund.
        tender: index of the tender on the document.
        amount: how much was asked for, above 0.
        at: when the intent was saved, aware UTC.
        follows: number of the transaction that it captures, voids or refunds; 0 for none.
        status: how it stands.
        approved: how much really moved (or was set aside, for an authorisation); 0 until approved.
        gateway_ref: the gateway's reference; empty until it answered.
        expires_at: when an authorisation lapses, aware UTC; None where it does not.
        expired: whether that instant was passed and noted.
        decline: why, where it was declined.
        reason: what went wrong otherwise, for people.

    """

    number: int
    key: str
    operation: PaymentOperation
    tender: int
    amount: Money
    at: datetime
    follows: int = 0
    status: PaymentStatus = PaymentStatus.REQUESTED
    approved: Money = field()
    gateway_ref: str = ""
    expires_at: datetime | None = None
    expired: bool = False
    decline: Decline | None = None
    reason: str = ""

    @approved.default
    def _nothing_yet(self) -> Money:
        return Money.zero(self.amount.currency)

    @property
    def is_open(self) -> bool:
        """Return whether money may still move by it."""
        return self.status in OPEN_STATUSES

    @property
    def reserved(self) -> Money:
        """Return how much it may still move; 0 once it is settled."""
        return self.amount if self.is_open else Money.zero(self.amount.currency)

    @property
    def effect(self) -> Money:
        """Return what it moved or may still move: what a further transaction has to leave room for."""
        return self.approved + self.reserved


@frozen
class Answer:
    """What is to be recorded of a gateway's outcome: an answer that makes no sense is recorded as UNKNOWN."""

    status: PaymentStatus
    approved: Money
    gateway_ref: str = ""
    expires_at: datetime | None = None
    decline: Decline | None = None
    reason: str = ""

    def on(self, transaction: PaymentTransaction) -> PaymentTransaction:
        """Return ``transaction`` with this answer."""
        return evolve(
            transaction,
            status=self.status,
            approved=self.approved,
            gateway_ref=self.gateway_ref or transaction.gateway_ref,
            expires_at=self.expires_at,
            decline=self.decline,
            reason=self.reason,
        )


def read_outcome(transaction: PaymentTransaction, outcome: PaymentOutcome) -> Answer:
    """Return what ``outcome`` means for ``transaction``.

    An approval without an amount, above what was asked, in another currency, or at odds with itself tells nothing
    about the money: it is read as UNKNOWN, which blocks until the gateway was queried (house rule on payments).
    """
    nothing = Money.zero(transaction.amount.currency)
    result = outcome.result
    if outcome.status is PaymentStatus.REQUESTED:
        return Answer(PaymentStatus.UNKNOWN, nothing, reason="the outcome says nothing")
    if result is None:
        if outcome.status is PaymentStatus.APPROVED:
            return Answer(PaymentStatus.UNKNOWN, nothing, reason="approved without a result")
        return Answer(outcome.status, nothing, reason=outcome.reason)
    if result.status is not outcome.status:
        reason = f"the outcome says {outcome.status.value}, its result {result.status.value}"
        return Answer(PaymentStatus.UNKNOWN, nothing, gateway_ref=result.gateway_ref, reason=reason)
    if result.status is not PaymentStatus.APPROVED:
        return Answer(
            result.status,
            nothing,
            gateway_ref=result.gateway_ref,
            decline=result.decline if result.status is PaymentStatus.DECLINED else None,
            reason=outcome.reason,
        )
    return _read_approval(transaction, result)


def _read_approval(transaction: PaymentTransaction, result: PaymentResult) -> Answer:
    asked = transaction.amount
    if transaction.operation is PaymentOperation.VOID:
        return Answer(PaymentStatus.APPROVED, asked, gateway_ref=result.gateway_ref)
    amount = result.amount
    if amount.currency != asked.currency or not (amount.is_rounded() and 0 < amount.amount <= asked.amount):
        reason = f"approved {amount}, asked {asked}"
        return Answer(PaymentStatus.UNKNOWN, Money.zero(asked.currency), gateway_ref=result.gateway_ref, reason=reason)
    lapses = result.expires_at if transaction.operation is PaymentOperation.AUTHORIZE else None
    if lapses is not None and lapses.utcoffset() is None:
        lapses = None
    return Answer(PaymentStatus.APPROVED, amount, gateway_ref=result.gateway_ref, expires_at=lapses)
