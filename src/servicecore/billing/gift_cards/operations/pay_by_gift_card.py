"""Pay with a gift card, out of a reservation or directly."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.billing.gift_cards.checks import check_amount, check_funds, check_use, key_reused
from servicecore.billing.gift_cards.entries import CardEntry, CardEntryKind
from servicecore.billing.gift_cards.operations.expire_gift_card import (
    GiftCardExpired,
    GiftCardReservationLapsed,
    caught_up,
)
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

RESERVATION_ENDED: Final = ProblemKind(
    "gift_card.reservation_ended",
    en="reservation {value} has too little left; accepted: {accepted}",
    it="la prenotazione {value} non copre l'importo; valori ammessi: {accepted}",
    de="die Reservierung {value} reicht nicht mehr; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class PayByGiftCard(Command):
    """Lower a card's balance by a payment (CC 12.7).

    Attributes:
        card: id of the card.
        amount: above 0, in the card's currency; at most what the reservation has left, or what is available.
        key: idempotency key; the same request again changes nothing.
        document: what is paid, such as an order's id.
        reservation: key of the reservation that it comes out of, which the card's lock and expiry do not stop; empty
            to pay directly.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type`` for a key that is none.

    """

    name: ClassVar[str] = "billing.pay_by_gift_card"
    target: ClassVar[str] = "card"

    card: str
    amount: Money
    key: str = field(validator=lambda _self, _attribute, value: check_id(value, "key") and None)
    document: str = ""
    reservation: str = ""


@frozen
class GiftCardPaid(Event[GiftCard]):
    """Something was paid with a card."""

    type_name: ClassVar[str] = "billing.gift_card_paid"

    entry: CardEntry

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the payment, out of its reservation where it follows one."""
        paid = state.with_entry(self.entry)
        reservation = paid.reservation(self.entry.follows)
        if reservation is None:
            return paid
        return paid.with_reservation(evolve(reservation, taken=reservation.taken + self.entry.amount))


def decide(state: GiftCard, command: PayByGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Refuse more than is there, a card that cannot be used, and a key that came with something else before."""
    entry = CardEntry(
        command.key, CardEntryKind.PAYMENT, command.amount, facts.now, command.document, command.reservation
    )
    before = state.entry(command.key)
    if before is not None or state.reservation(command.key) is not None:
        same = before is not None and evolve(before, at=entry.at) == entry
        return () if same else refuse(key_reused(command.key))
    card, lapses = caught_up(state, facts.now)
    if command.reservation:
        problems = _check_reservation(card, command)
    else:
        problems = (*check_use(card, command.document), *check_funds(card, command.amount))
    return refuse(*problems) if problems else (*lapses, GiftCardPaid(entry))


def _check_reservation(card: GiftCard, command: PayByGiftCard) -> tuple[Problem, ...]:
    problems = check_amount(command.amount, card.currency)
    if problems:
        return problems
    reservation = card.reservation(command.reservation)
    if reservation is None:
        kept = ", ".join(each.key for each in card.reservations if each.open)
        accepted = kept or "none, nothing is reserved"
        return (RESERVATION_ENDED.at("reservation", value=repr(command.reservation), accepted=accepted),)
    if command.amount > reservation.open:
        accepted = f"at most {reservation.open}" if reservation.open else "a new reservation"
        return (RESERVATION_ENDED.at("reservation", value=reservation.key, accepted=accepted),)
    return ()


PAY_BY_GIFT_CARD: Final = Operation(
    command=PayByGiftCard,
    decide=decide,
    events=(GiftCardPaid, GiftCardReservationLapsed, GiftCardExpired),
    capabilities=("A13", "A09"),
)
