"""The gift card: money that a customer paid before, in one currency, spent under a number of its own."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import evolve, frozen

from servicecore.billing.gift_cards.codes import GiftCardCode
from servicecore.billing.gift_cards.entries import CardEntry, CardEntryKind, CardReservation
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.money import Money, sum_money


class GiftCardStatus(Enum):
    """How a gift card stands (CC 12.7, appendix C); EXPIRED is ours."""

    CREATED = "created"
    ACTIVE = "active"
    LOCKED = "locked"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    VOIDED = "voided"


@frozen(field_transformer=checked_fields)
class GiftCardRecipient:
    """Whom a gift card is for, and who gives it.

    Attributes:
        name: of the person who gets it.
        email: where an e-mail card goes; empty for a printed one.
        sender_name: of the person who gives it.
        sender_email: of the same person.
        message: what goes with it.

    """

    name: str
    email: str = ""
    sender_name: str = ""
    sender_email: str = ""
    message: str = ""


@frozen
class CardLock:
    """Why a card cannot be used: ``document`` is being paid with it, or, where that is empty, somebody locked it."""

    document: str
    at: datetime


@frozen
class GiftCard:
    """A gift card with its books.

    The balance is what its entries sum to and never below 0; what is reserved never exceeds it.

    Attributes:
        id: unique; what orders know the card by.
        currency: ISO 4217 of every amount.
        issued_at: aware UTC.
        code: what is kept of its number; None as long as it has none, and cannot be used (CC 12.7).
        customer: id of who bought it; empty where nobody knows.
        recipient: whom it is for; None where nobody said.
        source: key of what sold it, such as ``order-1/shipment/1/2``; empty for none, else only one card has it.
        expires_at: the instant from which it cannot be used, aware UTC; None for never.
        expired: whether that instant was passed and noted.
        lock: why it cannot be used; None where it can.
        entries: what moved the balance, in order.
        reservations: what was set aside, in order.

    """

    id: str
    currency: str
    issued_at: datetime
    code: GiftCardCode | None = None
    customer: str = ""
    recipient: GiftCardRecipient | None = None
    source: str = ""
    expires_at: datetime | None = None
    expired: bool = False
    lock: CardLock | None = None
    entries: tuple[CardEntry, ...] = ()
    reservations: tuple[CardReservation, ...] = ()

    def total(self, kind: CardEntryKind) -> Money:
        """Return the sum of the entries of one kind."""
        return sum_money((each.amount for each in self.entries if each.kind is kind), self.currency)

    @property
    def balance(self) -> Money:
        """Return what is on it: funds and refunds less payments and void."""
        raised = self.total(CardEntryKind.FUNDS) + self.total(CardEntryKind.REFUND)
        return raised - self.total(CardEntryKind.PAYMENT) - self.total(CardEntryKind.VOID)

    @property
    def reserved(self) -> Money:
        """Return what of the balance is set aside."""
        return sum_money((each.open for each in self.reservations), self.currency)

    @property
    def available(self) -> Money:
        """Return what can be spent or set aside."""
        return self.balance - self.reserved

    @property
    def is_used(self) -> bool:
        """Return whether anything was ever paid with it."""
        return any(each.kind is CardEntryKind.PAYMENT for each in self.entries)

    @property
    def is_voided(self) -> bool:
        """Return whether it was voided."""
        return any(each.kind is CardEntryKind.VOID for each in self.entries)

    @property
    def status(self) -> GiftCardStatus:
        """Return how it stands."""
        if self.is_voided:
            return GiftCardStatus.VOIDED
        if self.expired:
            return GiftCardStatus.EXPIRED
        if self.lock is not None:
            return GiftCardStatus.LOCKED
        if self.code is None:
            return GiftCardStatus.CREATED
        return GiftCardStatus.ACTIVE if self.balance else GiftCardStatus.EXHAUSTED

    def entry(self, key: str) -> CardEntry | None:
        """Return the entry with the key ``key``, or None."""
        return next((each for each in self.entries if each.key == key), None)

    def reservation(self, key: str) -> CardReservation | None:
        """Return the reservation with the key ``key``, or None."""
        return next((each for each in self.reservations if each.key == key), None)

    def refundable(self, payment: CardEntry) -> Money:
        """Return how much of one payment was not given back yet."""
        refunds = (
            each.amount for each in self.entries if each.kind is CardEntryKind.REFUND and each.follows == payment.key
        )
        return payment.amount - sum_money(refunds, self.currency)

    def with_entry(self, entry: CardEntry) -> GiftCard:
        """Return the card with one more entry."""
        return evolve(self, entries=(*self.entries, entry))

    def with_reservation(self, reservation: CardReservation) -> GiftCard:
        """Return the card with a reservation changed; the lock of a document ends with its last open reservation."""
        changed = tuple(reservation if each.key == reservation.key else each for each in self.reservations)
        in_use = {each.document for each in changed if each.open}
        ended = self.lock is not None and self.lock.document and self.lock.document not in in_use
        return evolve(self, reservations=changed, lock=None if ended else self.lock)
