"""A desk at which customers are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from servicecore.customers import CUSTOMER, Address, Customer, RegisterCustomer
from servicecore.kernel.authority import Actor, Authority, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.kernel.problems import Problem


@pytest.fixture
def facts() -> Facts:
    agent = Actor("agent-7", {"agent"})
    return Facts(
        datetime(2026, 7, 1, 22, 30, tzinfo=UTC), agent, Authority((Role("agent", ("customers.*",)),)), new_id="C-1"
    )


@pytest.fixture
def rome() -> Address:
    return Address("Anna Bianchi", "Via Roma 1", "Roma", "IT", "00184")


@pytest.fixture
def done(facts: Facts) -> Callable[[Customer | None, Command], Customer]:
    """Do a command that is expected to be accepted."""

    def do(customer: Customer | None, command: Command) -> Customer:
        decision = judge(CUSTOMER, customer, command, facts)
        assert not isinstance(decision, Refusal), decision
        return after(customer, decision)

    return do


@pytest.fixture
def refused(facts: Facts) -> Callable[[Customer | None, Command], tuple[Problem, ...]]:
    """Do a command that is expected to be refused."""

    def do(customer: Customer | None, command: Command) -> tuple[Problem, ...]:
        decision = judge(CUSTOMER, customer, command, facts)
        assert isinstance(decision, Refusal), decision
        return decision.problems

    return do


@pytest.fixture
def anna(done: Callable[[Customer | None, Command], Customer]) -> Customer:
    return done(None, RegisterCustomer("Anna Bianchi"))
