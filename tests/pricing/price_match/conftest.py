"""A desk that executes commands on one record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from servicecore.kernel.authority import Actor, Authority, Reason, Role
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.pricing.price_match import PRICE_MATCH, PriceMatch, PriceMatchPolicy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class RecordDesk:
    def __init__(self, policy: PriceMatchPolicy) -> None:
        self.policy = policy
        self.now = NOW
        self.record: PriceMatch | None = None
        self.history: list[Event[PriceMatch]] = []

    def _judge(self, command: Command, reason: str | None, by: str) -> Any:
        facts = Facts(
            now=self.now,
            actor=Actor(by, roles={"all"}),
            authority=Authority((Role("all", ("*",)),)),
            reason=None if reason is None else Reason(reason),
            new_id="pm-1",
            others=(self.policy,),
        )
        return judge(PRICE_MATCH, self.record, command, facts)

    def do(self, command: Command, reason: str | None = None, by: str = "agent-1") -> PriceMatch:
        decision = self._judge(command, reason, by)
        assert not isinstance(decision, Refusal), decision
        self.history.extend(decision)
        if decision:
            self.record = after(self.record, decision)
        assert self.record is not None
        assert after(None, tuple(self.history)) == self.record
        return self.record

    def refused(self, command: Command, reason: str | None = None) -> tuple[tuple[str, str], ...]:
        decision = self._judge(command, reason, "agent-1")
        assert isinstance(decision, Refusal), decision
        for problem in decision.problems:
            for locale in ("en", "it", "de"):
                assert "?" not in problem.text(locale), problem
        return tuple((problem.code, problem.path) for problem in decision.problems)


@pytest.fixture(scope="session")
def make_record_desk() -> Callable[..., RecordDesk]:
    return lambda policy=None: RecordDesk(policy or PriceMatchPolicy())
