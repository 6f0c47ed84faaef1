"""Let a gift card be valid for longer."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.billing.gift_cards.checks import EXPIRED, VOIDED
from servicecore.billing.gift_cards.entries import expiry
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem


@frozen(field_transformer=checked_fields)
class ExtendGiftCard(Command):
    """Give a card a later expiry, also where it has expired, so that a refund can go back to it.

    Attributes:
        card: id of the card.
        expires_at: later than before and than now, aware; None for never.

    """

    name: ClassVar[str] = "billing.extend_gift_card"
    target: ClassVar[str] = "card"

    card: str
    expires_at: datetime | None = field(default=None, converter=expiry)


@frozen
class GiftCardExtended(Event[GiftCard]):
    """A card is valid for longer."""

    type_name: ClassVar[str] = "billing.gift_card_extended"

    expires_at: datetime | None

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the later expiry, valid again."""
        return evolve(state, expires_at=self.expires_at, expired=False)


def guard(state: GiftCard, _facts: Facts) -> tuple[Problem, ...]:
    """Return that the card is voided or never expires, where that is so."""
    if state.is_voided:
        return (VOIDED.at("", value=state.id, accepted="another card"),)
    if state.expires_at is None:
        return (EXPIRED.at("", value="no day: it never does", accepted="a card with an expiry"),)
    return ()


def decide(state: GiftCard, command: ExtendGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Refuse an expiry that is not later."""
    least = max(facts.now, state.expires_at) if state.expires_at is not None else facts.now
    if command.expires_at is not None and command.expires_at <= least:
        accepted = f"an instant after {least.isoformat()}"
        return refuse(EXPIRED.at("expires_at", value=command.expires_at.isoformat(), accepted=accepted))
    return (GiftCardExtended(command.expires_at),)


EXTEND_GIFT_CARD: Final = Operation(
    command=ExtendGiftCard,
    decide=decide,
    guard=guard,
    events=(GiftCardExtended,),
    reason_required=True,
    capabilities=("A13",),
)
