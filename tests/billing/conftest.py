"""A gateway that answers as it is told, on a purse that keeps what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from servicecore.billing import (
    Card,
    PaymentLedger,
    PaymentOutcome,
    PaymentPlan,
    PaymentResult,
    PaymentStatus,
    Purse,
    Tender,
)
from servicecore.billing.transactions import read_outcome
from servicecore.kernel.money import Money

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Till:
    """A document's payments in euro: plans are saved, and answered one by one."""

    def __init__(self, *tenders: Tender) -> None:
        self.purse = Purse("order-1", PaymentLedger("EUR"), tenders or (Card("tok_1"),), NOW)

    @property
    def ledger(self) -> PaymentLedger:
        return self.purse.ledger

    def save(self, plan: PaymentPlan) -> list[tuple[int, Money]]:
        for intent in plan.intents:
            self.purse = evolve(self.purse, ledger=self.ledger.with_intent(intent))
        return [(intent.tender, intent.amount) for intent in plan.intents]

    def answer(
        self,
        number: int,
        status: PaymentStatus = PaymentStatus.APPROVED,
        amount: Money | None = None,
        lasting: timedelta | None = None,
    ) -> None:
        transaction = self.ledger.numbered(number)
        assert transaction is not None
        moved = amount or (transaction.amount if status is PaymentStatus.APPROVED else Money.zero("EUR"))
        until = None if lasting is None else self.purse.now + lasting
        result = PaymentResult(status, moved, gateway_ref=f"ref-{number}", expires_at=until)
        answer = read_outcome(transaction, PaymentOutcome(transaction.key, status, result))
        self.purse = evolve(self.purse, ledger=self.ledger.with_answer(transaction.key, answer))

    def settle(self, plan: PaymentPlan, status: PaymentStatus = PaymentStatus.APPROVED) -> list[tuple[int, Money]]:
        moved = self.save(plan)
        for intent in plan.intents:
            self.answer(intent.number, status)
        return moved

    def later(self, by: timedelta) -> None:
        self.purse = evolve(self.purse, now=self.purse.now + by)


@pytest.fixture(scope="session")
def make_till() -> Callable[..., Till]:
    return Till
