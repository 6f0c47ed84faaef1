"""Give what was paid with a gift card back to it."""

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
from servicecore.kernel.problems import Problem, ProblemKind

NOTHING_TO_REFUND: Final = ProblemKind(
    "gift_card.nothing_to_refund",
    en="{value} was not paid with this card; accepted: {accepted}",
    it="{value} non è stato pagato con questa carta; valori ammessi: {accepted}",
    de="{value} wurde nicht mit dieser Karte bezahlt; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class RefundToGiftCard(Command):
    """Raise a card's balance by what comes back of one of its payments (CC 13); a locked card takes it too.

    Attributes:
        card: id of the card.
        amount: above 0, in the card's currency; all refunds of a payment together at most the payment.
        key: idempotency key; the same request again changes nothing.
        payment: key of the payment.
        document: what is refunded, such as an order's id.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type`` for a key that is none.

    """

    name: ClassVar[str] = "billing.refund_to_gift_card"
    target: ClassVar[str] = "card"

    card: str
    amount: Money
    key: str = field(validator=lambda _self, _attribute, value: check_id(value, "key") and None)
    payment: str
    document: str = ""


@frozen
class GiftCardRefunded(Event[GiftCard]):
    """What was paid with a card came back to it, whole or in part."""

    type_name: ClassVar[str] = "billing.gift_card_refunded"

    entry: CardEntry

    def apply(self, state: GiftCard) -> GiftCard:
        """Return the card with the refund."""
        return state.with_entry(self.entry)


def guard(state: GiftCard, facts: Facts) -> tuple[Problem, ...]:
    """Return that the card expired, where that is so: money would come back that nobody can spend."""
    return check_standing(caught_up(state, facts.now)[0])


def decide(state: GiftCard, command: RefundToGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Refuse what was not paid with the card, and a key that came with something else before."""
    entry = CardEntry(command.key, CardEntryKind.REFUND, command.amount, facts.now, command.document, command.payment)
    before = state.entry(command.key)
    if before is not None or state.reservation(command.key) is not None:
        same = before is not None and evolve(before, at=entry.at) == entry
        return () if same else refuse(key_reused(command.key))
    problems = check_amount(command.amount, state.currency) or _check_payment(state, command)
    return refuse(*problems) if problems else (*caught_up(state, facts.now)[1], GiftCardRefunded(entry))


def _check_payment(card: GiftCard, command: RefundToGiftCard) -> tuple[Problem, ...]:
    payment = card.entry(command.payment)
    if payment is None or payment.kind is not CardEntryKind.PAYMENT:
        paid = ", ".join(each.key for each in card.entries if each.kind is CardEntryKind.PAYMENT)
        accepted = paid or "none, nothing was paid"
        return (NOTHING_TO_REFUND.at("payment", value=repr(command.payment), accepted=accepted),)
    left = card.refundable(payment)
    if command.amount > left:
        return (NOTHING_TO_REFUND.at("amount", value=command.amount, accepted=f"at most {left}"),)
    return ()


REFUND_TO_GIFT_CARD: Final = Operation(
    command=RefundToGiftCard,
    decide=decide,
    guard=guard,
    events=(GiftCardRefunded, GiftCardReservationLapsed, GiftCardExpired),
    capabilities=("A13", "A16"),
)
