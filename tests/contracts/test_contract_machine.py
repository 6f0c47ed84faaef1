"""Random commands, holds, notices, ends and time on a contract in a whole installation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar

from hypothesis import settings

from servicecore.contracts import (
    CONTRACT,
    ApproveContract,
    CreateContract,
    FeeLine,
    NoticeTerms,
    RenewalMode,
    RenewalPolicy,
    Uplift,
)
from servicecore.engine import ServiceCore
from servicecore.kernel.authority import Actor
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.ids import CountingIds
from servicecore.kernel.money import Money
from servicecore.kernel.recurrence import Interval, IntervalUnit
from servicecore.testing.aggregates import BaseAggregateMachine

MONTH = Interval(IntervalUnit.MONTH)
DRAFT = CreateContract(
    customer="C-1",
    currency="EUR",
    zone="Europe/Rome",
    start=date(2026, 1, 15),
    initial_term=MONTH,
    fee_lines=(FeeLine("fee", "Maintenance", Money(Decimal("99.99"), "EUR"), MONTH, MONTH),),
    renewal=RenewalPolicy(RenewalMode.AUTO, uplift=Uplift(Decimal("1.5"))),
    notice=NoticeTerms(Interval(IntervalUnit.DAY, 10)),
)


class ContractMachine(BaseAggregateMachine):
    """The generic machine on one contract."""

    kind = CONTRACT
    actor: ClassVar[Actor] = Actor("machine", roles=frozenset({"manager", "system"}))

    def open(self) -> tuple[ServiceCore, FixedClock]:
        clock = FixedClock(datetime(2026, 1, 10, 9, tzinfo=UTC))
        return ServiceCore.open("memory:", clock=clock, ids=CountingIds(), autoload=False), clock

    def begin(self, core: ServiceCore) -> str:
        desk = core.acting_as(self.actor)
        contract = desk.execute(DRAFT).id
        desk.execute(ApproveContract(contract))
        return contract


TestContractMachine = ContractMachine.TestCase
TestContractMachine.settings = settings(max_examples=10, stateful_step_count=15, deadline=None)
