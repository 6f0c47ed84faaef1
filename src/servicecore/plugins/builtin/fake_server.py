"""A payment server in memory: keeps authorisations, captures and refunds straight; for tests and demonstrations."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from servicecore.plugins.api import Decline, Money, PaymentOperation, PaymentRequest, PaymentResult, PaymentStatus

_LIFETIME: Final = timedelta(days=7)


@frozen
class Account:
    """What one authorisation or charge has come to.

    Attributes:
        ref: reference of the authorisation or charge.
        authorized: how much was reserved.
        captured: how much was taken, at most ``authorized``.
        refunded: how much was given back, at most ``captured``.
        voided: whether the rest of the reservation was given up.
        expires_at: when the reservation lapses, aware UTC.

    """

    ref: str
    authorized: Money
    captured: Money
    refunded: Money
    voided: bool
    expires_at: datetime


class FakePaymentServer:
    """Answers payment requests as a real server would: idempotent by key, never beyond what was reserved or taken."""

    def __init__(self, lifetime: timedelta = _LIFETIME) -> None:
        self._lifetime = lifetime
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[PaymentRequest, PaymentResult]] = {}
        self._accounts: dict[str, Account] = {}
        self._account_of: dict[str, str] = {}

    def handle(self, request: PaymentRequest, now: datetime, decline: Decline | None = None) -> PaymentResult:
        """Do what is asked and return the answer; the same key gives the same answer and does nothing again.

        ``decline`` makes the server decline what it would otherwise do.
        """
        with self._lock:
            if request.key in self._answers:
                before, answer = self._answers[request.key]
                same = evolve(before, attempt=request.attempt) == request
                return answer if same else _declined(request, "key_reused", "the key stands for another request")
            answer = self._decide(request, now) if decline is None else _refused(request, decline)
            self._answers[request.key] = (request, answer)
            return answer

    def answer_to(self, key: str) -> PaymentResult | None:
        """Return the answer to ``key`` as it stands now; None where the server never heard of it."""
        with self._lock:
            known = self._answers.get(key)
            return None if known is None else known[1]

    def hold_back(self, request: PaymentRequest) -> PaymentResult:
        """Take the request in and answer PENDING; `settle` decides it later."""
        with self._lock:
            answer = PaymentResult(PaymentStatus.PENDING, Money.zero(request.amount.currency))
            return self._answers.setdefault(request.key, (request, answer))[1]

    def settle(self, key: str, now: datetime, decline: Decline | None = None) -> None:
        """Decide a pending request: do it, or decline it."""
        with self._lock:
            request, answer = self._answers[key]
            if answer.status is PaymentStatus.PENDING:
                answer = self._decide(request, now) if decline is None else _refused(request, decline)
                self._answers[key] = (request, answer)

    def account(self, ref: str) -> Account | None:
        """Return the account that a reference of an authorisation, capture, charge or refund belongs to."""
        with self._lock:
            found = self._account_of.get(ref)
            return None if found is None else self._accounts[found]

    def balance(self, currency: str) -> Money:
        """Return what the merchant has: everything taken less everything given back."""
        total = Money.zero(currency)
        with self._lock:
            for account in self._accounts.values():
                if account.captured.currency == currency:
                    total = total + account.captured - account.refunded
        return total

    def _decide(self, request: PaymentRequest, now: datetime) -> PaymentResult:
        zero = Money.zero(request.amount.currency)
        ref = f"fake-{len(self._answers) + 1}"
        if request.operation in {PaymentOperation.AUTHORIZE, PaymentOperation.CHARGE}:
            captured = request.amount if request.operation is PaymentOperation.CHARGE else zero
            expires_at = now + self._lifetime
            return self._book(request, ref, Account(ref, request.amount, captured, zero, False, expires_at))
        account = self._accounts.get(self._account_of.get(request.gateway_ref, ""))
        if account is None:
            return _declined(request, "unknown_reference", f"there is no {request.gateway_ref!r}")
        if account.authorized.currency != request.amount.currency:
            return _declined(request, "wrong_currency", f"it is in {account.authorized.currency}")
        if request.operation is PaymentOperation.REFUND:
            return self._refund(request, ref, account)
        if account.voided:
            return _declined(request, "voided", "the authorisation was given up")
        if now >= account.expires_at:
            return _declined(request, "expired", f"the authorisation lapsed at {account.expires_at}")
        if request.operation is PaymentOperation.VOID:
            if account.captured or request.amount > account.authorized:
                return _declined(request, "not_voidable", "something was captured, or the amount is too high")
            return self._book(request, ref, evolve(account, voided=True))
        if request.amount > account.authorized - account.captured:
            return _declined(request, "beyond_authorisation", f"{account.authorized - account.captured} is left")
        return self._book(request, ref, evolve(account, captured=account.captured + request.amount))

    def _refund(self, request: PaymentRequest, ref: str, account: Account) -> PaymentResult:
        if request.amount > account.captured - account.refunded:
            return _declined(request, "beyond_capture", f"{account.captured - account.refunded} is left")
        return self._book(request, ref, evolve(account, refunded=account.refunded + request.amount))

    def _book(self, request: PaymentRequest, ref: str, account: Account) -> PaymentResult:
        self._accounts[account.ref] = account
        self._account_of[ref] = account.ref
        expires_at = account.expires_at if request.operation is PaymentOperation.AUTHORIZE else None
        return PaymentResult(PaymentStatus.APPROVED, request.amount, gateway_ref=ref, expires_at=expires_at)


def _refused(request: PaymentRequest, decline: Decline) -> PaymentResult:
    return PaymentResult(PaymentStatus.DECLINED, Money.zero(request.amount.currency), decline=decline)


def _declined(request: PaymentRequest, code: str, message: str) -> PaymentResult:
    return _refused(request, Decline(code, soft=False, message=message))
