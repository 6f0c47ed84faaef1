"""Runs the gift card vectors of the call centre through the operations of the gift card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from servicecore.billing import (
    GIFT_CARD,
    GiftCard,
    GiftCardCode,
    GiftCardPolicy,
    IssueGiftCard,
    PayByGiftCard,
    VoidGiftCard,
)
from servicecore.errors import Refused
from servicecore.kernel.authority import Actor, Authority, Reason, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.testing.vectors.verdict import Mismatch, NotSupported, VectorCheck, compare

_FACTS: Final = Facts(
    now=datetime(2014, 3, 1, tzinfo=UTC),
    actor=Actor("vectors", roles=frozenset({"vectors"})),
    authority=Authority((Role("vectors", ("*",)),)),
    reason=Reason("vectors"),
    new_id="card",
    others=(GiftCardPolicy(),),
)
_CURRENCY: Final = "USD"


def check_gift_card(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Return where payments with a card, or its void, come out differently; each attempt has a fresh card.

    Raises:
        NotSupported: the vector asks for something else.

    """
    asked, expected = vector["input"], vector["expected"]
    if "attempts" in asked:
        redeemed = [_told(_card(asked["balance"]), _payment(each)) for each in asked["attempts"]]
        empty = _done(_card(asked["balance"]), _payment(asked["balance"]))
        zero = _told(empty, _payment(asked["zero_balance_attempt"]))
        return (*compare("results", expected["results"], redeemed), *compare("zero", expected["zero"], zero))
    if "cases" in asked:
        return compare("results", expected["results"], [_voided(each["used"]) for each in asked["cases"]])
    raise NotSupported(f"gift cards are not asked for {', '.join(asked)}")


def _voided(used: bool) -> str:
    card = _card("10.00")
    if used:
        card = _done(card, _payment("1.00"))
    void = VoidGiftCard("card")
    told = _told(card, void)
    return _done(card, void).status.value if told == "ok" else told


def _payment(amount: str) -> Command:
    return PayByGiftCard("card", Money(amount, _CURRENCY), f"payment of {amount}")


def _card(balance: str) -> GiftCard:
    issue = IssueGiftCard(Money(balance, _CURRENCY), code=GiftCardCode.read("0000 0000 0000 0000"))
    return _done(None, issue)


def _done(card: GiftCard | None, command: Command) -> GiftCard:
    decision = judge(GIFT_CARD, card, command, _FACTS)
    if isinstance(decision, Refusal):
        raise Refused(decision.problems)
    return after(card, decision)


def _told(card: GiftCard, command: Command) -> str:
    decision = judge(GIFT_CARD, card, command, _FACTS)
    return f"error:{decision.problems[0].code}" if isinstance(decision, Refusal) else "ok"


KINDS: Final[Mapping[str, VectorCheck]] = MappingProxyType({"gift_card": check_gift_card})
"""What runs the vectors of the family ``gift_card``."""
