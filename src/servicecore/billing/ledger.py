"""The payment ledger of a document: its transactions in order; every balance is folded from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from attrs import evolve, frozen

from servicecore.billing.payment_requests import PaymentOperation, PaymentStatus
from servicecore.billing.transactions import Answer, PaymentTransaction
from servicecore.kernel.money import Money, sum_money

_TAKES = (PaymentOperation.CAPTURE, PaymentOperation.CHARGE)


@frozen
class PaymentLedger:
    """All payment transactions of a document.

    Two things hold whatever a gateway answers, because every intent leaves room for those before it: captured never
    exceeds authorised, and refunded never exceeds captured (specs: orders 3).

    Attributes:
        currency: ISO 4217 of every amount.
        transactions: numbered from 1, in order; only added to and answered, never removed.

    """

    currency: str
    transactions: tuple[PaymentTransaction, ...] = ()

    @property
    def next_number(self) -> int:
        """Return the number that the next transaction gets."""
        return len(self.transactions) + 1

    def find(self, key: str) -> PaymentTransaction | None:
        """Return the transaction with the idempotency key ``key``, or None."""
        return next((each for each in self.transactions if each.key == key), None)

    def numbered(self, number: int) -> PaymentTransaction | None:
        """Return the transaction with ``number``, or None."""
        return next((each for each in self.transactions if each.number == number), None)

    def with_intent(self, transaction: PaymentTransaction) -> PaymentLedger:
        """Return the ledger with one more intent."""
        return evolve(self, transactions=(*self.transactions, transaction))

    def with_answer(self, key: str, answer: Answer) -> PaymentLedger:
        """Return the ledger with the transaction ``key`` answered."""
        return self._replaced(key, answer.on)

    def with_expiry(self, key: str) -> PaymentLedger:
        """Return the ledger with the authorisation ``key`` noted as lapsed."""
        return self._replaced(key, lambda each: evolve(each, expired=True))

    def captured(self, tender: int | None = None) -> Money:
        """Return what was taken by capture or charge, on one tender or on all."""
        return self._sum(each.approved for each in self._of(*_TAKES, tender=tender))

    def capturing(self, tender: int | None = None) -> Money:
        """Return what captures and charges without a final answer may still take."""
        return self._sum(each.reserved for each in self._of(*_TAKES, tender=tender))

    def refunded(self, tender: int | None = None) -> Money:
        """Return what went back."""
        return self._sum(each.approved for each in self._of(PaymentOperation.REFUND, tender=tender))

    def refunding(self, tender: int | None = None) -> Money:
        """Return what refunds without a final answer may still give back."""
        return self._sum(each.reserved for each in self._of(PaymentOperation.REFUND, tender=tender))

    def authorized(self, tender: int | None = None) -> Money:
        """Return everything that was ever authorised or charged."""
        operations = (PaymentOperation.AUTHORIZE, PaymentOperation.CHARGE)
        return self._sum(each.approved for each in self._of(*operations, tender=tender))

    def authorizing(self, tender: int | None = None) -> Money:
        """Return what authorisations without a final answer may still set aside."""
        return self._sum(each.reserved for each in self._of(PaymentOperation.AUTHORIZE, tender=tender))

    def authorized_open(self, at: datetime, tender: int | None = None) -> Money:
        """Return what can still be captured at the instant ``at``; an authorisation counts 0 from its expiry on."""
        return self._sum(self.open_amount(each, at) for each in self._of(PaymentOperation.AUTHORIZE, tender=tender))

    def open_amount(self, authorization: PaymentTransaction, at: datetime) -> Money:
        """Return how much of one authorisation can still be captured: less captures, void and lapse."""
        nothing = Money.zero(self.currency)
        if authorization.expired or (authorization.expires_at is not None and authorization.expires_at <= at):
            return nothing
        children = self._following(authorization)
        if any(each.operation is PaymentOperation.VOID and each.effect for each in children):
            return nothing
        taken = self._sum(each.effect for each in children if each.operation is PaymentOperation.CAPTURE)
        return authorization.approved - taken

    def is_busy(self, authorization: PaymentTransaction) -> bool:
        """Return whether a capture or void of this authorisation waits for its answer."""
        return any(each.is_open for each in self._following(authorization))

    def refundable(self, capture: PaymentTransaction) -> Money:
        """Return how much of one capture or charge can still be refunded."""
        return capture.approved - self._sum(each.effect for each in self._following(capture))

    def authorizations(self, tender: int | None = None) -> tuple[PaymentTransaction, ...]:
        """Return the approved authorisations, in order."""
        found = self._of(PaymentOperation.AUTHORIZE, tender=tender)
        return tuple(each for each in found if each.status is PaymentStatus.APPROVED)

    def takings(self, tender: int | None = None) -> tuple[PaymentTransaction, ...]:
        """Return the approved captures and charges, in order."""
        return tuple(each for each in self._of(*_TAKES, tender=tender) if each.status is PaymentStatus.APPROVED)

    def to_send(self) -> tuple[PaymentTransaction, ...]:
        """Return the intents whose request was saved and has no answer of any kind yet."""
        return tuple(each for each in self.transactions if each.status is PaymentStatus.REQUESTED)

    def unsettled(self) -> tuple[PaymentTransaction, ...]:
        """Return all transactions by which money may still move: to be sent or queried."""
        return tuple(each for each in self.transactions if each.is_open)

    def used(self, at: datetime, tender: int | None = None) -> Money:
        """Return what stands for the document: taken, being taken, set aside and being set aside.

        Refunds do not make room: what went back to the customer is not charged again.
        """
        return (
            self.captured(tender) + self.capturing(tender) + self.authorized_open(at, tender) + self.authorizing(tender)
        )

    def kept(self) -> Money:
        """Return what was taken less what went back or may still go back."""
        return self.captured() - self.refunded() - self.refunding()

    def next_expiry(self) -> datetime | None:
        """Return the earliest instant at which an authorisation with an open rest lapses and was not noted yet."""
        found = (
            each.expires_at
            for each in self.authorizations()
            if each.expires_at is not None and not each.expired and self._unused(each)
        )
        return min(found, default=None)

    def expiring(self, at: datetime) -> tuple[PaymentTransaction, ...]:
        """Return the authorisations with an open rest that lapsed by ``at`` (inclusive) and were not noted yet."""
        found = (
            each
            for each in self.authorizations()
            if each.expires_at is not None and each.expires_at <= at and not each.expired and self._unused(each)
        )
        return tuple(sorted(found, key=lambda each: (each.expires_at or at, each.number)))

    def _unused(self, authorization: PaymentTransaction) -> bool:
        return bool(self.open_amount(evolve(authorization, expires_at=None), authorization.at))

    def _following(self, parent: PaymentTransaction) -> tuple[PaymentTransaction, ...]:
        return tuple(each for each in self.transactions if each.follows == parent.number)

    def _of(self, *operations: PaymentOperation, tender: int | None = None) -> tuple[PaymentTransaction, ...]:
        return tuple(
            each
            for each in self.transactions
            if each.operation in operations and (tender is None or each.tender == tender)
        )

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return sum_money(amounts, self.currency)

    def _replaced(self, key: str, change: Callable[[PaymentTransaction], PaymentTransaction]) -> PaymentLedger:
        changed = tuple(change(each) if each.key == key else each for each in self.transactions)
        return evolve(self, transactions=changed)
