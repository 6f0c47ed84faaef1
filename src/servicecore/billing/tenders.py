"""Tenders: what a customer pays with, as tokens and limits; a card number never enters."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final, TypeAlias

from attrs import field, frozen

from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.problems import NOT_ACCEPTED


class TenderKind(Enum):
    """What a tender is, for the order in which tenders are charged and refunded."""

    GIFT_CARD = "gift_card"
    ON_ACCOUNT = "on_account"
    CARD = "card"


CHARGING_SEQUENCE: Final = (TenderKind.GIFT_CARD, TenderKind.ON_ACCOUNT, TenderKind.CARD)
"""Which kinds are charged first by default: gift cards, the account, then cards (specs: orders 3.3)."""


GIFT_CARD_GATEWAY: Final = "gift-card"
"""The name under which the installation's own gift cards answer like a gateway."""


def _check_token(_self: object, _attribute: object, token: str) -> None:
    check_id(token, "token")
    if token.replace(" ", "").replace("-", "").isdigit():
        raise NOT_ACCEPTED.error("token", value="digits only", accepted="a gateway's token, never a card number")


def _check_limit(_self: object, _attribute: object, limit: Money | None) -> None:
    if limit is not None and limit.amount <= 0:
        raise NOT_ACCEPTED.error("max_amount", value=limit, accepted="an amount above 0, or none for no limit")


@frozen(field_transformer=checked_fields)
class Card:
    """A card, known by the gateway's own token.

    Attributes:
        token: what the gateway knows the card by; digits alone are refused.
        gateway: name of the gateway plugin; empty takes the installation's gateway for cards.
        max_amount: how much may be charged, in the document's currency; None has no limit.
        refund_priority: lower is refunded first.
        refundable: whether money may go back to it.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    token: str = field(validator=_check_token)
    gateway: str = ""
    max_amount: Money | None = field(default=None, validator=_check_limit)
    refund_priority: int = 0
    refundable: bool = True

    @property
    def kind(self) -> TenderKind:
        """Return that it is a card."""
        return TenderKind.CARD


@frozen(field_transformer=checked_fields)
class OnAccount:
    """The customer's account: paid later, by invoice.

    Attributes:
        gateway: name of the gateway plugin; empty takes the installation's gateway for accounts.
        max_amount: how much may be charged, in the document's currency; None has no limit.
        refund_priority: lower is refunded first.
        refundable: whether money may go back to it.

    Raises:
        InvalidValue: ``value.not_accepted``.

    """

    gateway: str = ""
    max_amount: Money | None = field(default=None, validator=_check_limit)
    refund_priority: int = 0
    refundable: bool = True

    @property
    def kind(self) -> TenderKind:
        """Return that it is the account."""
        return TenderKind.ON_ACCOUNT

    @property
    def token(self) -> str:
        """Return the empty token: the gateway knows the account by the customer."""
        return ""


@frozen(field_transformer=checked_fields)
class GiftCardTender:
    """A gift card of the installation, known by its id, or one of somebody else, known by its gateway's token.

    It is asked for all that is to be paid up to ``max_amount``, and declines what is more than it has (CC 12.7).

    Attributes:
        card: the gift card's id, never its number.
        gateway: name of the gateway plugin; empty takes the installation's gateway for gift cards.
        max_amount: how much may be charged, in the document's currency; None has no limit.
        refund_priority: lower is refunded first.
        refundable: whether money may go back to it.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``.

    """

    card: str = field(validator=_check_token)
    gateway: str = ""
    max_amount: Money | None = field(default=None, validator=_check_limit)
    refund_priority: int = 0
    refundable: bool = True

    @property
    def kind(self) -> TenderKind:
        """Return that it is a gift card."""
        return TenderKind.GIFT_CARD

    @property
    def token(self) -> str:
        """Return what the gateway knows the gift card by."""
        return self.card


Tender: TypeAlias = Card | OnAccount | GiftCardTender


def charging_order(
    tenders: Sequence[Tender], sequence: Sequence[TenderKind] = CHARGING_SEQUENCE
) -> tuple[tuple[int, Tender], ...]:
    """Return index and tender in the order of charging: by kind, then as they were given (specs: orders 3.3)."""
    places = {kind: place for place, kind in enumerate(sequence)}
    return tuple(sorted(enumerate(tenders), key=lambda each: (places.get(each[1].kind, len(places)), each[0])))


def refund_order(
    tenders: Sequence[Tender], sequence: Sequence[TenderKind] = CHARGING_SEQUENCE
) -> tuple[tuple[int, Tender], ...]:
    """Return index and tender in the order of refunding (specs: orders 3.3).

    By refund priority; among equals the tender charged last comes first. Those that take no money back are left out.
    """
    backwards = reversed(charging_order(tenders, sequence))
    return tuple(sorted((each for each in backwards if each[1].refundable), key=lambda each: each[1].refund_priority))
