"""The built-in fraud rule passes the kit, and each rule with a fault fails the check that is made for it."""

# ruff: noqa: ARG002 - a fault overrides what it does not look at

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from _pytest.outcomes import Skipped
from attrs import evolve
from pydantic import BaseModel
from tests.testing.kit_check import run_check

from servicecore.plugins.api import AssessOrder, FraudSignal, Money, PluginContext
from servicecore.plugins.builtin.order_value_fraud import OrderValueRule, OrderValueSettings
from servicecore.testing.fraud_rules import BaseFraudRuleContract

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class OrderValue(BaseFraudRuleContract):
    rule: type[OrderValueRule] = OrderValueRule

    def make_rule(self) -> OrderValueRule:
        return self.rule()

    def make_settings(self) -> BaseModel:
        return OrderValueSettings.model_validate({"limits": {"EUR": "500"}, "new_customer_limits": {"EUR": "200"}})

    def make_suspects(self) -> tuple[AssessOrder, ...]:
        return (AssessOrder("O-1", "C-1", Money("200.01", "EUR"), NOW),)

    def make_harmless(self) -> tuple[AssessOrder, ...]:
        return (
            AssessOrder("O-2", "C-1", Money("200.00", "EUR"), NOW),
            AssessOrder("O-3", "C-2", Money("500.00", "EUR"), NOW, orders_before=1),
        )


class TestOrderValue(OrderValue):
    pass


class TestOrderValueWithoutLimits(BaseFraudRuleContract):
    def make_rule(self) -> OrderValueRule:
        return OrderValueRule()

    def make_settings(self) -> BaseModel:
        return OrderValueSettings()


class Faulty(OrderValueRule):
    """Changes the signals on the way."""

    def assess(self, request: AssessOrder, context: PluginContext) -> tuple[FraudSignal, ...]:
        return tuple(self.after(request, super().assess(request, context)))

    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return signals


class NoId(Faulty):
    """Its id is empty."""


setattr(NoId, "id", "")  # noqa: B010 - the id of the rule that it is made from is final


class SignsAsAnother(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return (evolve(signal, rule="velocity") for signal in signals)


class FloatScore(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return (evolve(signal, score=cast("Any", 0.5)) for signal in signals)


class ScoreAbove100(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return (evolve(signal, score=101) for signal in signals)


class NoReason(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return (evolve(signal, reason=" ") for signal in signals)


class SignalForEachLine(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return (FraudSignal(self.id, 1, f"item {line.item}") for line in request.lines)


class RaisesWithoutTenders(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return signals if request.tenders[0].amount else ()


class FindsNothing(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return ()


class SuspectsEveryone(Faulty):
    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return signals or (FraudSignal(self.id, 1, "nobody is beyond suspicion"),)


class Counts(Faulty):
    """Suspects every tenth order."""

    def __init__(self) -> None:
        self.count = itertools.count(1)

    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        return (FraudSignal(self.id, 1, "the tenth order"),) if next(self.count) % 10 == 0 else signals


class TakesCountriesForKnown(Faulty):
    """Raises where nobody wrote an example: billed at home, delivered to an unknown country."""

    def after(self, request: AssessOrder, signals: tuple[FraudSignal, ...]) -> Iterable[FraudSignal]:
        if request.bill_to_country and not request.ship_to_country:
            raise LookupError(request.ship_to_country)
        return signals


FAULTS: list[tuple[type[Faulty], str, str]] = [
    (NoId, "test_a_host_takes_it", "has no usable id"),
    (SignsAsAnother, "test_signals_carry_the_rules_id", "a signal of 'velocity'; accepted: 'order-value'"),
    (FloatScore, "test_scores_are_whole_numbers_from_0_to_100", "wrong_type: score"),
    (ScoreAbove100, "test_scores_are_whole_numbers_from_0_to_100", "score: 101; accepted: 0 to 100"),
    (NoReason, "test_every_signal_has_a_reason", "reason: accepted: a sentence"),
    (SignalForEachLine, "test_signals_are_few", "too_many: more than 50"),
    (RaisesWithoutTenders, "test_an_order_of_which_little_is_known_is_assessed", "raised: +IndexError"),
    (FindsNothing, "test_what_has_to_be_found_is_found", "something is found in every suspect order"),
    (SuspectsEveryone, "test_harmless_orders_are_left_alone", "nothing is found in a harmless order"),
    (Counts, "test_the_same_order_gives_the_same_signals", "the same order gives the same signals"),
    (Counts, "test_many_callers_at_once_get_the_same_signals", "do not disturb each other"),
    (TakesCountriesForKnown, "test_any_order_is_assessed", "raised: +LookupError"),
]
CHECKS = tuple(name for name in dir(BaseFraudRuleContract) if name.startswith("test_"))


def run(faulty: type[OrderValueRule], check: str) -> None:
    class Contract(OrderValue):
        rule = faulty

    run_check(Contract(), check)


@pytest.mark.parametrize(("rule", "check", "says"), FAULTS)
def test_the_kit_finds_the_fault_and_says_it(rule: type[Faulty], check: str, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        run(rule, check)


def test_every_check_is_seen_to_fail_and_passes_without_a_fault() -> None:
    assert {check for _rule, check, _says in FAULTS} == {*CHECKS}
    for check in CHECKS:
        run(Faulty, check)


def test_what_is_not_declared_is_skipped_with_the_reason() -> None:
    contract = TestOrderValueWithoutLimits()
    with pytest.raises(Skipped, match="no orders to find are declared"):
        contract.test_what_has_to_be_found_is_found(contract.make_bench())
    with pytest.raises(Skipped, match="no harmless orders are declared"):
        contract.test_harmless_orders_are_left_alone(contract.make_bench())
