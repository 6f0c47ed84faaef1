"""Issue a gift card with its first funds."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import field, frozen

from servicecore.billing.gift_cards.card import GiftCard, GiftCardRecipient
from servicecore.billing.gift_cards.checks import EXPIRED, check_amount
from servicecore.billing.gift_cards.codes import GiftCardCode
from servicecore.billing.gift_cards.entries import CardEntry, CardEntryKind, expiry
from servicecore.billing.gift_cards.policy import GiftCardPolicy
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.ids import check_id
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Decision, Operation, refuse


def _check_source(_self: object, _attribute: object, value: str) -> None:
    for part in value.split("/") if value else ():
        check_id(part, "source")


def _check_given_id(_self: object, _attribute: object, value: str) -> None:
    if value:
        check_id(value, "id")


@frozen(field_transformer=checked_fields)
class IssueGiftCard(Command):
    """Issue a gift card; what it is worth is in its currency from now on.

    Attributes:
        amount: the first funds, above 0, in whole minor units; the card takes its currency.
        id: the card's id, where the caller wants a certain one; never its number.
        code: of its number, as ``GiftCardCode.read`` makes it; None for one that gets its number later.
        customer: id of who buys it.
        recipient: whom it is for.
        source: key of what sells it, ids joined by slashes; unique over all cards, empty for none.
        expires_at: the instant from which it cannot be used, aware; None takes the policy's ``valid_for``.

    Raises:
        InvalidValue: ``value.not_accepted``, ``value.wrong_type``, ``time.naive_instant``.

    """

    name: ClassVar[str] = "billing.issue_gift_card"
    target: ClassVar[str] = ""

    amount: Money
    id: str = field(default="", validator=_check_given_id)
    code: GiftCardCode | None = None
    customer: str = ""
    recipient: GiftCardRecipient | None = None
    source: str = field(default="", validator=_check_source)
    expires_at: datetime | None = field(default=None, converter=expiry)


@frozen
class GiftCardIssued(CreatingEvent[GiftCard]):
    """A gift card begins, with its first funds on it."""

    type_name: ClassVar[str] = "billing.gift_card_issued"

    card: GiftCard

    def create(self) -> GiftCard:
        """Return the card."""
        return self.card


def decide(_state: None, command: IssueGiftCard, facts: Facts) -> Decision[GiftCard]:
    """Refuse an amount that nobody can pay and an expiry that is over."""
    amount = command.amount
    problems = list(check_amount(amount, amount.currency))
    expires_at = command.expires_at
    if expires_at is not None and expires_at <= facts.now:
        accepted = f"an instant after {facts.now.isoformat()}"
        problems.append(EXPIRED.at("expires_at", value=expires_at.isoformat(), accepted=accepted))
    if problems:
        return refuse(*problems)
    lasting = facts.of(GiftCardPolicy).valid_for
    if expires_at is None and lasting is not None:
        expires_at = facts.now + lasting
    return (
        GiftCardIssued(
            GiftCard(
                id=facts.new_id,
                currency=amount.currency,
                issued_at=facts.now,
                code=command.code,
                customer=command.customer,
                recipient=command.recipient,
                source=command.source,
                expires_at=expires_at,
                entries=(CardEntry("", CardEntryKind.FUNDS, amount, facts.now, command.source),),
            )
        ),
    )


ISSUE_GIFT_CARD: Final = Operation(
    command=IssueGiftCard,
    decide=decide,
    events=(GiftCardIssued,),
    capabilities=("A13",),
)
