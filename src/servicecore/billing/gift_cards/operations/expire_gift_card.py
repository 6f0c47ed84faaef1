"""Note what time did to a gift card: reservations that lapsed, and its own expiry."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final, TypeAlias

from attrs import evolve, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.billing.gift_cards.entries import ReservationEnd
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, after


@frozen(field_transformer=checked_fields)
class ExpireGiftCard(Command):
    """Note every reservation of a card that lapsed up to now, and that the card itself expired.

    Attributes:
        card: id of the card.

    """

    name: ClassVar[str] = "billing.expire_gift_card"
    target: ClassVar[str] = "card"

    card: str


@frozen
class GiftCardReservationLapsed(Event[GiftCard]):
    """A reservation lapsed: what was left of it is available again."""

    type_name: ClassVar[str] = "billing.gift_card_reservation_lapsed"

    key: str
    crossed_at: datetime

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the reservation ended."""
        reservation = state.reservation(self.key)
        if reservation is None:
            return state
        return state.with_reservation(evolve(reservation, end=ReservationEnd.LAPSED))


@frozen
class GiftCardExpired(Event[GiftCard]):
    """A card expired: nothing new can be paid with it, until it is extended."""

    type_name: ClassVar[str] = "billing.gift_card_expired"

    crossed_at: datetime

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card, noted as expired."""
        return evolve(state, expired=True)


Lapses: TypeAlias = "tuple[GiftCardReservationLapsed | GiftCardExpired, ...]"


def caught_up(state: GiftCard, now: datetime) -> tuple[GiftCard, Lapses]:
    """Return the card as it stands at ``now``, and the events that say what time did since it was last looked at.

    Every rule looks at this card, so that it does not matter whether due work has run.
    """
    crossed: list[tuple[datetime, GiftCardReservationLapsed | GiftCardExpired]] = [
        (each.expires_at, GiftCardReservationLapsed(each.key, each.expires_at))
        for each in state.reservations
        if each.open and each.expires_at <= now
    ]
    if state.expires_at is not None and state.expires_at <= now and not state.expired and not state.is_voided:
        crossed.append((state.expires_at, GiftCardExpired(state.expires_at)))
    lapses = tuple(event for _, event in sorted(crossed, key=lambda each: each[0]))
    return (after(state, lapses) if lapses else state), lapses


def next_lapse(state: GiftCard) -> datetime | None:
    """Return the next instant at which a reservation lapses or the card expires, or None."""
    instants = [each.expires_at for each in state.reservations if each.open]
    if state.expires_at is not None and not state.expired and not state.is_voided:
        instants.append(state.expires_at)
    return min(instants, default=None)


def decide(state: GiftCard, _command: ExpireGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Emit each lapse once, in order of the instants, reservations before the card at the same one."""
    return caught_up(state, facts.now)[1]


EXPIRE_GIFT_CARD: Final = Operation(
    command=ExpireGiftCard,
    decide=decide,
    events=(GiftCardReservationLapsed, GiftCardExpired),
    capabilities=("A13",),
    automatic=True,
)
