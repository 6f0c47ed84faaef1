"""Add funds to a gift card, once its payment is posted."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import evolve, field, frozen

from servicecore.billing.gift_cards.card import GiftCard
from servicecore.billing.gift_cards.checks import check_amount, check_standing, key_reused
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
from servicecore.kernel.problems import Problem


@frozen(field_transformer=checked_fields)
class AddGiftCardFunds(Command):
    """Raise a card's balance by what somebody paid for it (CC 12.7); a locked card takes funds too.

    Attributes:
        card: id of the card.
        amount: above 0, in the card's currency, in whole minor units.
        key: the payment's own reference; the same again changes nothing.
        document: what was paid, such as an invoice's id.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type`` for a key that is none.

    """

    name: ClassVar[str] = "billing.add_gift_card_funds"
    target: ClassVar[str] = "card"

    card: str
    amount: Money
    key: str = field(validator=lambda _self, _attribute, value: check_id(value, "key") and None)
    document: str = ""


@frozen
class GiftCardFundsAdded(Event[GiftCard]):
    """A card's balance rose."""

    type_name: ClassVar[str] = "billing.gift_card_funds_added"

    entry: CardEntry

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the funds."""
        return state.with_entry(self.entry)


def guard(state: GiftCard, facts: Facts) -> tuple[Problem, ...]:
    """Return that the card is voided or expired, where that is so."""
    return check_standing(caught_up(state, facts.now)[0])


def decide(state: GiftCard, command: AddGiftCardFunds, facts: Facts) -> Decision[GiftCard]:
    """Refuse what is no amount of the card, and a key that came with another amount before."""
    entry = CardEntry(command.key, CardEntryKind.FUNDS, command.amount, facts.now, command.document)
    before = state.entry(command.key)
    if before is not None or state.reservation(command.key) is not None:
        same = before is not None and evolve(before, at=entry.at) == entry
        return () if same else refuse(key_reused(command.key))
    problems = check_amount(command.amount, state.currency)
    if problems:
        return refuse(*problems)
    return (*caught_up(state, facts.now)[1], GiftCardFundsAdded(entry))


ADD_GIFT_CARD_FUNDS: Final = Operation(
    command=AddGiftCardFunds,
    decide=decide,
    guard=guard,
    events=(GiftCardFundsAdded, GiftCardReservationLapsed, GiftCardExpired),
    capabilities=("A13",),
)
