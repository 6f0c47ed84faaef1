"""The gift card as a kind of aggregate: its operations, what it is found by, and when time changes it."""

from __future__ import annotations

from typing import Final

from servicecore.billing.gift_cards.card import GiftCard, GiftCardRecipient
from servicecore.billing.gift_cards.operations.add_gift_card_funds import ADD_GIFT_CARD_FUNDS
from servicecore.billing.gift_cards.operations.assign_gift_card_code import ASSIGN_GIFT_CARD_CODE
from servicecore.billing.gift_cards.operations.expire_gift_card import EXPIRE_GIFT_CARD, ExpireGiftCard, next_lapse
from servicecore.billing.gift_cards.operations.extend_gift_card import EXTEND_GIFT_CARD
from servicecore.billing.gift_cards.operations.issue_gift_card import ISSUE_GIFT_CARD
from servicecore.billing.gift_cards.operations.lock_gift_card import LOCK_GIFT_CARD
from servicecore.billing.gift_cards.operations.pay_by_gift_card import PAY_BY_GIFT_CARD
from servicecore.billing.gift_cards.operations.refund_to_gift_card import REFUND_TO_GIFT_CARD
from servicecore.billing.gift_cards.operations.release_gift_card import RELEASE_GIFT_CARD
from servicecore.billing.gift_cards.operations.reserve_gift_card import RESERVE_GIFT_CARD
from servicecore.billing.gift_cards.operations.unlock_gift_card import UNLOCK_GIFT_CARD
from servicecore.billing.gift_cards.operations.void_gift_card import VOID_GIFT_CARD
from servicecore.kernel.money import Money
from servicecore.kernel.operations import AggregateKind


def indexes(card: GiftCard) -> dict[str, tuple[str, ...]]:
    """Return what a card is found by; of its number the digest and the last four characters."""
    documents = {*(each.document for each in card.entries), *(each.document for each in card.reservations)} - {""}
    return {
        "code": (card.code.digest,) if card.code is not None else (),
        "last_four": (card.code.last_four,) if card.code is not None else (),
        "customer": (card.customer,) if card.customer else (),
        "recipient": _names(card.recipient),
        "source": (card.source,) if card.source else (),
        "status": (card.status.value,),
        "document": tuple(sorted(documents)),
    }


def _names(recipient: GiftCardRecipient | None) -> tuple[str, ...]:
    return tuple(each for each in (recipient.name, recipient.email) if each) if recipient is not None else ()


def claims(card: GiftCard) -> tuple[str, ...]:
    """Return what only one card may have: its number, and what sold it."""
    number = (f"gift-card-code:{card.code.digest}",) if card.code is not None else ()
    return (*number, f"gift-card-source:{card.source}") if card.source else number


def figures(card: GiftCard) -> tuple[tuple[str, Money], ...]:
    """Return the money of a card by name."""
    return (("balance", card.balance), ("reserved", card.reserved), ("available", card.available))


GIFT_CARD: Final = AggregateKind(
    name="gift_card",
    state=GiftCard,
    operations=(
        ISSUE_GIFT_CARD,
        ASSIGN_GIFT_CARD_CODE,
        ADD_GIFT_CARD_FUNDS,
        RESERVE_GIFT_CARD,
        PAY_BY_GIFT_CARD,
        RELEASE_GIFT_CARD,
        REFUND_TO_GIFT_CARD,
        LOCK_GIFT_CARD,
        UNLOCK_GIFT_CARD,
        EXTEND_GIFT_CARD,
        VOID_GIFT_CARD,
        EXPIRE_GIFT_CARD,
    ),
    indexes=indexes,
    found_by=("code", "last_four", "customer", "recipient", "source", "status", "document"),
    next_wakeup=next_lapse,
    wake=ExpireGiftCard,
    claims=claims,
    figures=figures,
)
"""Everything that can be done to a gift card."""
