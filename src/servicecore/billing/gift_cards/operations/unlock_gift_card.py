"""Unlock a gift card, whether somebody locked it or a payment did."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem, ProblemKind

NOT_LOCKED: Final = ProblemKind(
    "gift_card.not_locked",
    en="the card is {value}; accepted: {accepted}",
    it="la carta è {value}; valori ammessi: {accepted}",
    de="die Karte ist {value}; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class UnlockGiftCard(Command):
    """Let a card be used again, an explicit repair (CC 12.7); what is reserved stays set aside.

    Attributes:
        card: id of the card.

    """

    name: ClassVar[str] = "billing.unlock_gift_card"
    target: ClassVar[str] = "card"

    card: str


@frozen
class GiftCardUnlocked(Event[GiftCard]):
    """A card can be used again."""

    type_name: ClassVar[str] = "billing.gift_card_unlocked"

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card without a lock."""
        return evolve(state, lock=None)


def guard(state: GiftCard, _facts: Facts) -> tuple[Problem, ...]:
    """Return that the card is not locked, where that is so."""
    if state.lock is not None:
        return ()
    return (NOT_LOCKED.at("", value=state.status.value, accepted="a locked card"),)


def decide(_state: GiftCard, _command: UnlockGiftCard, _facts: Facts) -> Decision[GiftCard]:
    """Unlock it; the guard has looked at everything."""
    return (GiftCardUnlocked(),)


UNLOCK_GIFT_CARD: Final = Operation(
    command=UnlockGiftCard,
    decide=decide,
    guard=guard,
    events=(GiftCardUnlocked,),
    reason_required=True,
    capabilities=("A13",),
)
