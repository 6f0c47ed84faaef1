"""Facts that a decision reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from attrs import frozen

from servicecore.errors import InvalidValue, MissingFact
from servicecore.kernel.authority import Actor, Authority, Limit, Role
from servicecore.kernel.facts import Facts


@frozen
class Stock:
    count: int


@frozen
class Weather:
    rain: bool


NOW = datetime(2026, 1, 1, tzinfo=UTC)
FACTS = Facts(NOW, Actor("a", {"agent"}), Authority((Role("agent", ("x",), (Limit("refund", Decimal(5)),)),)))


def test_a_fact_is_found_by_its_class_and_the_latest_comes_first() -> None:
    facts = FACTS.with_facts(Stock(1), Weather(rain=False)).with_facts(Stock(2))
    assert facts.of(Stock) == Stock(2)
    assert facts.maybe(Weather) == Weather(rain=False)
    assert FACTS.others == ()


def test_a_fact_that_nobody_gathered_is_a_bug_of_the_operation() -> None:
    assert FACTS.maybe(Stock) is None
    with pytest.raises(MissingFact, match="no fact of Stock was gathered"):
        FACTS.of(Stock)


def test_now_is_an_instant_in_utc() -> None:
    assert Facts(NOW.astimezone(timezone(timedelta(hours=5))), FACTS.actor, FACTS.authority).now.tzinfo is UTC
    with pytest.raises(InvalidValue, match="no time zone"):
        Facts(datetime(2026, 1, 1), FACTS.actor, FACTS.authority)  # noqa: DTZ001 - naive on purpose


def test_limits_are_those_of_the_actor_and_the_approver() -> None:
    assert FACTS.check_limit("x", "refund", Decimal(5)) is None
    problem = FACTS.check_limit("x", "refund", Decimal(6))
    assert problem is not None
    assert problem.code == "authority.approval_required"
