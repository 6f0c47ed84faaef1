"""Lock a gift card: nothing new can be paid with it."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.billing.gift_cards.card import CardLock, GiftCard
from servicecore.billing.gift_cards.checks import LOCKED, check_standing
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem


@frozen(field_transformer=checked_fields)
class LockGiftCard(Command):
    """Lock a card by hand, such as one that was lost; what is reserved can still be paid.

    Attributes:
        card: id of the card.

    """

    name: ClassVar[str] = "billing.lock_gift_card"
    target: ClassVar[str] = "card"

    card: str


@frozen
class GiftCardLocked(Event[GiftCard]):
    """Somebody locked a card; a payment that ends does not unlock it."""

    type_name: ClassVar[str] = "billing.gift_card_locked"

    lock: CardLock

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card, locked."""
        return evolve(state, lock=self.lock)


def guard(state: GiftCard, _facts: Facts) -> tuple[Problem, ...]:
    """Return that the card is voided, expired, or locked by hand already, where that is so."""
    problems = check_standing(state)
    if state.lock is None or state.lock.document:
        return problems
    return (*problems, LOCKED.at("", value=f"since {state.lock.at.isoformat()}", accepted="a card that is not locked"))


def decide(_state: GiftCard, _command: LockGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Lock it; the guard has looked at everything."""
    return (GiftCardLocked(CardLock("", facts.now)),)


LOCK_GIFT_CARD: Final = Operation(
    command=LockGiftCard,
    decide=decide,
    guard=guard,
    events=(GiftCardLocked,),
    reason_required=True,
    capabilities=("A13",),
)
