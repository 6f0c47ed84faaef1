"""Give a gift card its number, or another one where the former was lost or seen by others."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.billing.gift_cards.checks import check_standing
from servicecore.billing.gift_cards.codes import GiftCardCode
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem


@frozen(field_transformer=checked_fields)
class AssignGiftCardCode(Command):
    """Let a card be found and used by a number; a former number finds it no more.

    Attributes:
        card: id of the card.
        code: of the number, as ``GiftCardCode.read`` makes it; no two cards have the same.

    """

    name: ClassVar[str] = "billing.assign_gift_card_code"
    target: ClassVar[str] = "card"

    card: str
    code: GiftCardCode


@frozen
class GiftCardCodeAssigned(Event[GiftCard]):
    """A card has a number, or another one."""

    type_name: ClassVar[str] = "billing.gift_card_code_assigned"

    code: GiftCardCode

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the number."""
        return evolve(state, code=self.code)


def guard(state: GiftCard, _facts: Facts) -> tuple[Problem, ...]:
    """Return that the card is voided or expired, where that is so."""
    return check_standing(state)


def decide(state: GiftCard, command: AssignGiftCardCode, _facts: Facts) -> Decision[GiftCard]:
    """Change nothing where the card has the number already."""
    return () if state.code == command.code else (GiftCardCodeAssigned(command.code),)


ASSIGN_GIFT_CARD_CODE: Final = Operation(
    command=AssignGiftCardCode,
    decide=decide,
    guard=guard,
    events=(GiftCardCodeAssigned,),
    capabilities=("A13",),
)
