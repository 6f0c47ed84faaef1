"""A gift card on a counter: commands are judged one by one, at an instant that the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servicecore.billing import GIFT_CARD, GiftCard, GiftCardCode, GiftCardPolicy, IssueGiftCard
from servicecore.kernel.authority import Actor, Authority, Reason, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.kernel.problems import Problem

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER = "7KQ2-9XMP-4TRA-00BD-ZZ81"


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


class Counter:
    """One card of 30.00 EUR with a number, unless the test says otherwise."""

    def __init__(self, amount: str = "30.00", policy: GiftCardPolicy | None = None, **fields: Any) -> None:
        self.now = NOW
        self.policy = policy or GiftCardPolicy()
        self.card: GiftCard | None = None
        self.problems: tuple[Problem, ...] = ()
        self.told: list[str] = []
        fields.setdefault("code", GiftCardCode.read(NUMBER))
        self.do(IssueGiftCard(eur(amount), **fields))

    def do(self, command: Command) -> str:
        """Do it and return ``ok``, ``nothing`` where it changes nothing, or the code of the first problem."""
        facts = Facts(
            self.now,
            Actor("s", roles=frozenset({"system"})),
            Authority((Role("system", ("*",)),)),
            reason=Reason("other"),
            new_id="card-1",
            others=(self.policy,),
        )
        decision = judge(GIFT_CARD, self.card, command, facts)
        if isinstance(decision, Refusal):
            self.problems = decision.problems
            return decision.problems[0].code
        self.told = [event.type_name.removeprefix("billing.gift_card_") for event in decision]
        if not decision:
            return "nothing"
        self.card = after(self.card, decision)
        return "ok"

    @property
    def state(self) -> GiftCard:
        assert self.card is not None
        return self.card

    @property
    def money(self) -> tuple[str, str, str]:
        """Return balance, reserved and available, as text."""
        figures = (self.state.balance, self.state.reserved, self.state.available)
        balance, reserved, available = (str(each.round().amount) for each in figures)
        return balance, reserved, available

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)
