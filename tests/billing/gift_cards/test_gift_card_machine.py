"""Random commands, lapses and time on a gift card in a whole installation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from hypothesis import settings

from servicecore.billing import GIFT_CARD, GiftCardCode, IssueGiftCard, ReserveGiftCard
from servicecore.engine import ServiceCore
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds
from servicecore.kernel.money import Money
from servicecore.testing.aggregates import BaseAggregateMachine

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class GiftCardMachine(BaseAggregateMachine):
    """The generic machine on one gift card with a reservation and an expiry."""

    kind = GIFT_CARD
    actor: ClassVar[Actor] = Actor("machine", roles=frozenset({"manager", "system"}))

    def open(self) -> tuple[ServiceCore, FixedClock]:
        clock = FixedClock(NOW)
        return ServiceCore.open("memory:", clock=clock, ids=CountingIds(), autoload=False), clock

    def begin(self, core: ServiceCore) -> str:
        desk = core.acting_as(self.actor)
        issue = IssueGiftCard(
            Money("30.00", "EUR"),
            code=GiftCardCode.read("7KQ2-9XMP-4TRA-00BD"),
            expires_at=NOW + timedelta(days=2),
        )
        card = desk.execute(issue).id
        reserve = ReserveGiftCard(card, Money("10.00", "EUR"), "r-1", "order-1", NOW + timedelta(hours=9))
        desk.execute(reserve)
        return card


TestGiftCardMachine = GiftCardMachine.TestCase
TestGiftCardMachine.settings = settings(max_examples=10, stateful_step_count=15, deadline=None)
