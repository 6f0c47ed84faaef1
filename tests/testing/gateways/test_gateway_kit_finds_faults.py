"""Each of these gateways has one fault, and the kit finds it: by the check that is made for it, and by the machine."""

# ruff: noqa: ARG002 - a fault overrides what it does not look at

from __future__ import annotations

import time
from typing import Any, ClassVar

import pytest
from _pytest.outcomes import Skipped
from attrs import evolve
from tests.testing.kit_check import run_check

from servicecore.kernel.clock import FixedClock
from servicecore.plugins.api import (
    Money,
    PaymentOperation,
    PaymentRequest,
    PaymentResult,
    PaymentStatus,
    PluginContext,
    QueryRequest,
    QueryResult,
)
from servicecore.plugins.builtin.fake_server import FakePaymentServer
from servicecore.plugins.builtin.scripted_gateway import ScriptedGateway
from servicecore.testing.gateways import BaseGatewayContract

MACHINE = "test_any_course_of_payments_keeps_the_money_straight"


class Faulty(ScriptedGateway):
    """Changes the request or the answer on the way."""

    def _send(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        return self.after(request, super()._send(self.before(request), context))

    def before(self, request: PaymentRequest) -> PaymentRequest:
        return request

    def after(self, request: PaymentRequest, result: PaymentResult) -> PaymentResult:
        return result


class ForgetsKeys(Faulty):
    count = 0

    def before(self, request: PaymentRequest) -> PaymentRequest:
        self.count += 1
        return evolve(request, key=f"{request.key}-{self.count}")


class SwitchesCurrency(Faulty):
    def after(self, request: PaymentRequest, result: PaymentResult) -> PaymentResult:
        return evolve(result, amount=Money(result.amount.amount, "USD"))


class AnswersNegative(Faulty):
    def after(self, request: PaymentRequest, result: PaymentResult) -> PaymentResult:
        return evolve(result, amount=-result.amount)


class RaisesOnDecline(Faulty):
    def after(self, request: PaymentRequest, result: PaymentResult) -> PaymentResult:
        if result.status is PaymentStatus.DECLINED:
            raise ValueError("declined")
        return result


class Obliging(Faulty):
    """Approves one operation whatever the server says."""

    operation: ClassVar[PaymentOperation]

    def after(self, request: PaymentRequest, result: PaymentResult) -> PaymentResult:
        if request.operation is self.operation and result.status is PaymentStatus.DECLINED:
            return PaymentResult(PaymentStatus.APPROVED, request.amount, gateway_ref="obliging")
        return result


class OverCaptures(Obliging):
    operation = PaymentOperation.CAPTURE


class OverRefunds(Obliging):
    operation = PaymentOperation.REFUND


class ForgetsWhatItDid(Faulty):
    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        return QueryResult(known=False)


class FallsOffTheQuery(Faulty):
    def query(self, request: QueryRequest, context: PluginContext) -> Any:
        return None


class Unlocked(FakePaymentServer):
    """Looks the key up, takes its time, and only then keeps the answer."""

    def handle(self, request: PaymentRequest, *details: Any, **more: Any) -> PaymentResult:
        known = self.answer_to(request.key)
        if known is not None:
            return known
        time.sleep(0.01)
        self._answers.pop(request.key, None)
        answer = super().handle(request, *details, **more)
        return evolve(answer, gateway_ref=f"{answer.gateway_ref}-{time.perf_counter_ns()}")


class RacesItself(Faulty):
    def __init__(self) -> None:
        super().__init__(server=Unlocked())


FAULTS: list[tuple[type[Faulty], str, bool]] = [
    (ForgetsKeys, "test_an_old_key_gives_the_old_answer", True),
    (SwitchesCurrency, "test_money_is_taken_and_given_back", True),
    (AnswersNegative, "test_money_is_taken_and_given_back", True),
    (RaisesOnDecline, "test_what_follows_nothing_is_declined", True),
    (OverCaptures, "test_no_more_is_captured_than_was_authorised", True),
    (OverRefunds, "test_no_more_is_refunded_than_was_paid", True),
    (ForgetsWhatItDid, "test_a_query_tells_known_keys_from_unknown_ones", True),
    (FallsOffTheQuery, "test_a_query_tells_known_keys_from_unknown_ones", True),
    (RacesItself, "test_one_key_from_many_callers_is_one_payment", False),
]


def run(gateway: type[Faulty], check: str) -> None:
    class Contract(BaseGatewayContract):
        def make_gateway(self, clock: FixedClock) -> Faulty:
            return gateway()

    run_check(Contract(), check)


@pytest.mark.parametrize(("gateway", "check", "by_machine"), FAULTS)
def test_the_kit_finds_the_fault(gateway: type[Faulty], check: str, by_machine: bool) -> None:
    with pytest.raises((AssertionError, ValueError)):
        run(gateway, check)
    if by_machine:
        with pytest.raises((AssertionError, ValueError)):
            run(gateway, MACHINE)


def test_without_a_fault_every_check_passes() -> None:
    checks = [name for name in dir(BaseGatewayContract) if name.startswith("test_")]
    assert {check for _gateway, check, _machine in FAULTS} < {*checks}
    for check in checks:
        if check == "test_a_decline_is_an_answer":
            with pytest.raises(Skipped):
                run(Faulty, check)
        else:
            run(Faulty, check)


def test_the_base_is_not_collected_by_itself() -> None:
    assert not BaseGatewayContract.__name__.startswith("Test")
