"""Set an amount of a gift card aside for a payment to come."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.billing.gift_cards.card import CardLock, GiftCard
from servicecore.billing.gift_cards.checks import WRONG_AMOUNT, check_funds, check_use, key_reused
from servicecore.billing.gift_cards.entries import CardReservation, expiry
from servicecore.billing.gift_cards.operations.expire_gift_card import (
    GiftCardExpired,
    GiftCardReservationLapsed,
    caught_up,
)
from servicecore.billing.gift_cards.policy import GiftCardPolicy
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse


@frozen(field_transformer=checked_fields)
class ReserveGiftCard(Command):
    """Set an amount aside, so that nothing else can spend it until it is paid, released or lapsed (CC 12.7).

    Attributes:
        card: id of the card.
        amount: above 0, at most what is available, in the card's currency.
        key: idempotency key; the same request again changes nothing.
        document: what is to be paid, such as an order's id; the card's lock lets this one through.
        expires_at: the instant from which it counts nothing, aware; None takes the policy's ``reservation_lasts``.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type`` for a key that is none.

    """

    name: ClassVar[str] = "billing.reserve_gift_card"
    target: ClassVar[str] = "card"

    card: str
    amount: Money
    key: str = field(validator=lambda _self, _attribute, value: check_id(value, "key") and None)
    document: str = ""
    expires_at: datetime | None = field(default=None, converter=expiry)


@frozen
class GiftCardReserved(Event[GiftCard]):
    """An amount of a card was set aside; ``locks`` says whether that keeps everything else out."""

    type_name: ClassVar[str] = "billing.gift_card_reserved"

    reservation: CardReservation
    locks: bool

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the reservation, and locked where it locks and names a document."""
        lock = state.lock
        if self.locks and lock is None and self.reservation.document:
            lock = CardLock(self.reservation.document, self.reservation.at)
        return evolve(state, reservations=(*state.reservations, self.reservation), lock=lock)


def decide(state: GiftCard, command: ReserveGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Refuse a card that cannot be used, more than is available, and a key that came with something else before."""
    before = state.reservation(command.key)
    if before is not None or state.entry(command.key) is not None:
        same = before is not None and (before.amount, before.document) == (command.amount, command.document)
        return () if same else refuse(key_reused(command.key))
    card, lapses = caught_up(state, facts.now)
    problems = [*check_use(card, command.document), *check_funds(card, command.amount)]
    policy = facts.of(GiftCardPolicy)
    expires_at = command.expires_at or facts.now + policy.reservation_lasts
    if expires_at <= facts.now:
        accepted = f"an instant after {facts.now.isoformat()}"
        problems.append(WRONG_AMOUNT.at("expires_at", value=expires_at.isoformat(), accepted=accepted))
    if problems:
        return refuse(*problems)
    reservation = CardReservation(command.key, command.amount, facts.now, expires_at, command.document)
    return (*lapses, GiftCardReserved(reservation, policy.locks_in_use))


RESERVE_GIFT_CARD: Final = Operation(
    command=ReserveGiftCard,
    decide=decide,
    events=(GiftCardReserved, GiftCardReservationLapsed, GiftCardExpired),
    capabilities=("A13",),
)
