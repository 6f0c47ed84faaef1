"""What stands in a gift card's books: entries that moved its balance, and amounts that are set aside."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from servicecore.kernel.clock import as_instant
from servicecore.kernel.money import Money


def expiry(value: datetime | None) -> datetime | None:
    """Return an instant of expiry in UTC, or None for none (``time.naive_instant`` where it has no zone)."""
    return None if value is None else as_instant(value, "expires_at")


class CardEntryKind(Enum):
    """What an entry did: FUNDS and REFUND raise the balance, PAYMENT and VOID lower it."""

    FUNDS = "funds"
    PAYMENT = "payment"
    REFUND = "refund"
    VOID = "void"


@frozen
class CardEntry:
    """One movement of a gift card's balance; it is never changed or removed.

    Attributes:
        key: idempotency key, each once a card; empty for the first funds and the void.
        kind: what it did.
        amount: above 0, in the card's currency.
        at: aware UTC.
        document: what was paid or refunded, such as an order's id; empty for none.
        follows: key of the reservation that a payment took, or of the payment that a refund gave back.

    """

    key: str
    kind: CardEntryKind
    amount: Money
    at: datetime
    document: str = ""
    follows: str = ""


class ReservationEnd(Enum):
    """Why nothing of a reservation can be taken any more, though something was left."""

    RELEASED = "released"
    LAPSED = "lapsed"


@frozen
class CardReservation:
    """An amount of a gift card that is set aside for one document.

    Attributes:
        key: idempotency key, each once a card.
        amount: above 0, in the card's currency.
        at: aware UTC.
        expires_at: the instant from which it counts nothing, aware UTC.
        document: what it is for, such as an order's id; empty for none.
        taken: how much of it was paid.
        end: why the rest was given up; None as long as it was not.
        ended_by: key of the release; empty for none.

    """

    key: str
    amount: Money
    at: datetime
    expires_at: datetime
    document: str = ""
    taken: Money = field()
    end: ReservationEnd | None = None
    ended_by: str = ""

    @taken.default
    def _nothing_taken(self) -> Money:
        return Money.zero(self.amount.currency)

    @property
    def open(self) -> Money:
        """Return how much of it is still set aside."""
        return self.amount - self.taken if self.end is None else Money.zero(self.amount.currency)
