"""Void a gift card that was never used."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.billing.gift_cards.checks import LOCKED, VOIDED
from servicecore.billing.gift_cards.entries import CardEntry, CardEntryKind
from servicecore.billing.gift_cards.operations.expire_gift_card import (
    GiftCardExpired,
    GiftCardReservationLapsed,
    caught_up,
)
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem, ProblemKind

ALREADY_USED: Final = ProblemKind(
    "gift_card.already_used",
    en="{value} was paid with the card; accepted: {accepted}",
    it="con la carta è stato pagato {value}; valori ammessi: {accepted}",
    de="mit der Karte wurden {value} bezahlt; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class VoidGiftCard(Command):
    """Void a card: all that is on it is written off; only possible before its first use (CC 12.7).

    Attributes:
        card: id of the card.

    """

    name: ClassVar[str] = "billing.void_gift_card"
    target: ClassVar[str] = "card"

    card: str


@frozen
class GiftCardVoided(Event[GiftCard]):
    """A card ended, and with it the balance that it had."""

    type_name: ClassVar[str] = "billing.gift_card_voided"

    entry: CardEntry

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card without a balance and without a lock."""
        return evolve(state.with_entry(self.entry), lock=None)


def guard(state: GiftCard, facts: Facts) -> tuple[Problem, ...]:
    """Return that the card was used, is about to be, or is voided already, where that is so."""
    card, _ = caught_up(state, facts.now)
    if card.is_voided:
        return (VOIDED.at("", value=card.id, accepted="a card that is not"),)
    if card.is_used:
        paid = card.total(CardEntryKind.PAYMENT)
        return (ALREADY_USED.at("", value=paid, accepted="a card that was never used"),)
    if card.reserved:
        accepted = "release what is reserved first"
        return (LOCKED.at("", value=f"{card.reserved} reserved", accepted=accepted),)
    return ()


def decide(state: GiftCard, _command: VoidGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Write the balance off; the guard has looked at everything."""
    card, lapses = caught_up(state, facts.now)
    return (*lapses, GiftCardVoided(CardEntry("", CardEntryKind.VOID, card.balance, facts.now)))


VOID_GIFT_CARD: Final = Operation(
    command=VoidGiftCard,
    decide=decide,
    guard=guard,
    events=(GiftCardVoided, GiftCardReservationLapsed, GiftCardExpired),
    reason_required=True,
    capabilities=("A13",),
)
