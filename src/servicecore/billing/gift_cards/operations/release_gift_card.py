"""Release what a reservation of a gift card has left."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.billing.gift_cards.entries import ReservationEnd
from servicecore.billing.gift_cards.operations.expire_gift_card import (
    GiftCardExpired,
    GiftCardReservationLapsed,
    caught_up,
)
from servicecore.billing.gift_cards.operations.pay_by_gift_card import RESERVATION_ENDED
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.operations import Command, Decision, Operation, refuse


@frozen(field_transformer=checked_fields)
class ReleaseGiftCard(Command):
    """Make what is left of a reservation available again; one that has ended already is left as it is.

    Attributes:
        card: id of the card.
        reservation: its key.
        key: idempotency key of the release.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type`` for a key that is none.

    """

    name: ClassVar[str] = "billing.release_gift_card"
    target: ClassVar[str] = "card"

    card: str
    reservation: str
    key: str = field(validator=lambda _self, _attribute, value: check_id(value, "key") and None)


@frozen
class GiftCardReleased(Event[GiftCard]):
    """What a reservation had left is available again."""

    type_name: ClassVar[str] = "billing.gift_card_released"

    reservation: str
    key: str

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the reservation ended, and unlocked where that was the last of its document."""
        found = state.reservation(self.reservation)
        if found is None:
            return state
        return state.with_reservation(evolve(found, end=ReservationEnd.RELEASED, ended_by=self.key))


def decide(state: GiftCard, command: ReleaseGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Refuse a reservation that never was."""
    card, lapses = caught_up(state, facts.now)
    reservation = card.reservation(command.reservation)
    if reservation is None:
        kept = ", ".join(each.key for each in card.reservations if each.open)
        accepted = kept or "none, nothing is reserved"
        return refuse(RESERVATION_ENDED.at("reservation", value=repr(command.reservation), accepted=accepted))
    if not reservation.open:
        return lapses
    return (*lapses, GiftCardReleased(reservation.key, command.key))


RELEASE_GIFT_CARD: Final = Operation(
    command=ReleaseGiftCard,
    decide=decide,
    events=(GiftCardReleased, GiftCardReservationLapsed, GiftCardExpired),
    capabilities=("A13",),
)
