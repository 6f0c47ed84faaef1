"""What the host makes of everything that a payment gateway can do wrong."""

# ruff: noqa: ARG002 - the plugins of the tests take what the host gives

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.clock import FixedClock
from servicecore.plugins import Deadlines, FailureKind, PluginHost, PluginSettings, QuarantineSettings
from servicecore.plugins.api import (
    YES,
    Decline,
    GatewayBase,
    GatewayCapability,
    GatewayMisconfigured,
    GatewayUnavailable,
    Money,
    PaymentOperation,
    PaymentRequest,
    PaymentResult,
    PaymentStatus,
    PluginContext,
    PluginInfo,
    QueryRequest,
    QueryResult,
    hookimpl,
)
from servicecore.plugins.builtin.scripted_gateway import Fault, ScriptedGateway, ScriptedPlugin
from servicecore.plugins.calls import CallOutcome

OpenHost = Callable[..., PluginHost]
TEN = Money("10.00", "EUR")
APPROVED, DECLINED = PaymentStatus.APPROVED, PaymentStatus.DECLINED
UNKNOWN, NOT_SENT = PaymentStatus.UNKNOWN, PaymentStatus.NOT_SENT
SHORT = PluginSettings(deadlines=Deadlines(gateway=timedelta(seconds=0.05)))


def charge(key: str = "k-1", amount: Money = TEN) -> PaymentRequest:
    return PaymentRequest(key, PaymentOperation.CHARGE, amount, "tok_1")


class OddGateway(GatewayBase):
    """A gateway whose every answer is made by the test."""

    name = "odd"

    def __init__(self, answer: Callable[[], Any], *extra: GatewayCapability) -> None:
        self._answer = answer
        wanted = (GatewayCapability.CHARGE, GatewayCapability.REFUND, *extra)
        self.capabilities = dict.fromkeys(wanted, YES)

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        result: PaymentResult = self._answer()
        return result

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        return self.charge(request, context)

    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        result: QueryResult = self._answer()
        return result


class OddPlugin:
    def __init__(self, gateway: object) -> None:
        self._gateway = gateway

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="odd", version="0.1", api="1.0")

    @hookimpl
    def servicecore_payment_gateways(self) -> list[object]:
        return [self._gateway]


def raising(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


def odd_host(open_host: OpenHost, answer: Callable[[], Any], *extra: GatewayCapability) -> PluginHost:
    host = open_host(OddPlugin(OddGateway(answer, *extra)), settings=SHORT)
    assert not host.report.failed
    return host


def in_quarantine(host: PluginHost) -> bool:
    return any(plugin == "odd" for plugin, _operation, _until in host.quarantine.open())


def test_an_approval_comes_back_with_its_amount_and_reference(open_host: OpenHost) -> None:
    answer = PaymentResult(APPROVED, TEN, gateway_ref="r-1")
    outcome = odd_host(open_host, lambda: answer).pay("odd", charge())
    assert (outcome.key, outcome.status, outcome.result, outcome.reason) == ("k-1", APPROVED, answer, "")


def test_a_decline_is_a_result_and_no_failure(open_host: OpenHost) -> None:
    answer = PaymentResult(DECLINED, Money.zero("EUR"), decline=Decline("stolen_card", soft=False, message="no"))
    host = odd_host(open_host, lambda: answer)
    assert host.pay("odd", charge()).result == answer
    assert host.calls[-1].outcome is CallOutcome.ANSWERED


@pytest.mark.parametrize(
    "error", [RuntimeError("bang"), SystemExit(3), KeyboardInterrupt(), GeneratorExit(), MemoryError(), StopIteration()]
)
def test_whatever_is_raised_the_outcome_is_unknown(open_host: OpenHost, error: BaseException) -> None:
    host = odd_host(open_host, raising(error))
    outcome = host.pay("odd", charge())
    assert outcome.status is UNKNOWN
    assert type(error).__name__ in outcome.reason
    assert host.calls[-1].failure is FailureKind.RAISED
    assert host.pay("manual", charge()).status is APPROVED


@pytest.mark.parametrize("error", [GatewayUnavailable("no line"), GatewayMisconfigured("no merchant")])
def test_the_two_exceptions_of_certainty_mean_not_sent(open_host: OpenHost, error: Exception) -> None:
    outcome = odd_host(open_host, raising(error)).pay("odd", charge())
    assert outcome.status is NOT_SENT
    assert "no " in outcome.reason


def test_an_exception_that_cannot_say_what_it_is_does_not_reach_the_host(open_host: OpenHost) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise SystemExit

    outcome = odd_host(open_host, raising(Mute())).pay("odd", charge())
    assert outcome.status is UNKNOWN
    assert "Mute" in outcome.reason


def test_silence_is_unknown_and_comes_back_at_the_deadline(open_host: OpenHost) -> None:
    gateway = ScriptedGateway()
    host = open_host(ScriptedPlugin(gateway), settings=SHORT)
    gateway.script(Fault.HANG)
    began = time.perf_counter()
    outcome = host.pay("scripted", charge())
    assert outcome.status is UNKNOWN
    assert time.perf_counter() - began < 5
    assert host.calls[-1].failure is FailureKind.TIMED_OUT
    gateway.release()


def test_a_late_answer_is_kept_as_evidence_and_query_settles_the_payment(open_host: OpenHost) -> None:
    gateway = ScriptedGateway()
    host = open_host(ScriptedPlugin(gateway), settings=SHORT)
    gateway.script(Fault.HANG)
    assert host.pay("scripted", charge("late")).status is UNKNOWN
    assert host.quarantine.hanging("scripted") == 1
    gateway.release()
    give_up = time.monotonic() + 10
    while host.calls[-1].outcome is not CallOutcome.LATE and time.monotonic() < give_up:
        time.sleep(0.005)
    late = host.calls[-1]
    assert (late.outcome, late.key, late.detail) == (CallOutcome.LATE, "late", "approved 10.00 EUR fake-1")
    assert late.id == host.calls[-2].id
    assert host.quarantine.hanging("scripted") == 0
    assert host.query_payment("scripted", "late").status is APPROVED


ELSEWHERE = Money("10.00", "USD")
NONSENSE: list[tuple[str, object]] = [
    ("wrong_type", None),
    ("wrong_type", {"status": "approved"}),
    ("wrong_type", True),
    ("wrong_type", PaymentResult("approved", TEN)),  # type: ignore[arg-type]
    ("wrong_type", PaymentResult(APPROVED, Decimal(10))),  # type: ignore[arg-type]
    ("wrong_type", PaymentResult(APPROVED, TEN, gateway_ref=7)),  # type: ignore[arg-type]
    ("currency", PaymentResult(APPROVED, ELSEWHERE, "r")),
    ("negative", PaymentResult(APPROVED, Money("-10.00", "EUR"), "r")),
    ("more_than_asked", PaymentResult(APPROVED, Money("10.01", "EUR"), "r")),
    ("less_than_asked", PaymentResult(APPROVED, Money("9.99", "EUR"), "r")),
    ("scale", PaymentResult(APPROVED, Money("9.999", "EUR"), "r")),
    ("nothing_approved", PaymentResult(APPROVED, Money.zero("EUR"), "r")),
    ("no_reference", PaymentResult(APPROVED, TEN)),
    ("decline", PaymentResult(APPROVED, TEN, "r", decline=Decline("x", soft=True))),
    ("decline", PaymentResult(DECLINED, Money.zero("EUR"))),
    ("declined_amount", PaymentResult(DECLINED, TEN, decline=Decline("x", soft=True))),
    ("naive_instant", PaymentResult(APPROVED, TEN, "r", expires_at=datetime(2026, 1, 1))),  # noqa: DTZ001 - the fault
]


@pytest.mark.parametrize(("code", "answer"), NONSENSE)
def test_nonsense_is_unknown_and_quarantined_at_once(open_host: OpenHost, code: str, answer: object) -> None:
    host = odd_host(open_host, lambda: answer)
    outcome = host.pay("odd", charge())
    assert outcome.status is UNKNOWN
    assert outcome.result is None
    assert code in outcome.reason
    assert in_quarantine(host)
    again = host.pay("odd", charge("k-2"))
    assert again.status is NOT_SENT
    assert "quarantine" in again.reason


@pytest.mark.parametrize("status", [PaymentStatus.REQUESTED, UNKNOWN, NOT_SENT])
def test_a_status_that_only_the_host_may_say_is_unknown_without_quarantine(
    open_host: OpenHost, status: PaymentStatus
) -> None:
    host = odd_host(open_host, lambda: PaymentResult(status, Money.zero("EUR")))
    assert host.pay("odd", charge()).status is UNKNOWN
    assert not in_quarantine(host)


def test_an_object_that_fights_inspection_is_unknown(open_host: OpenHost) -> None:
    class Spiteful:
        def __getattribute__(self, name: str) -> Any:
            raise SystemExit(name)

    assert odd_host(open_host, Spiteful).pay("odd", charge()).status is UNKNOWN


def test_a_coroutine_instead_of_an_answer_is_unknown(open_host: OpenHost) -> None:
    async def later() -> PaymentResult:
        return PaymentResult(APPROVED, TEN, "r")

    assert odd_host(open_host, later).pay("odd", charge()).status is UNKNOWN


def test_a_partial_approval_is_sound_where_it_is_declared(open_host: OpenHost) -> None:
    answer = PaymentResult(APPROVED, Money("4.00", "EUR"), "r")
    host = odd_host(open_host, lambda: answer, GatewayCapability.PARTIAL_APPROVAL)
    assert host.pay("odd", charge()).result == answer


def test_what_the_gateway_does_not_declare_is_never_asked(open_host: OpenHost) -> None:
    host = odd_host(open_host, raising(AssertionError("asked")))
    outcome = host.pay("odd", PaymentRequest("k", PaymentOperation.VOID, TEN, ""))
    assert (outcome.status, outcome.reason) == (NOT_SENT, "gateway odd offers no void")
    assert host.calls == ()


@pytest.mark.parametrize(
    "request_", [charge("k" * 65), charge(""), charge(amount=Money.zero("EUR")), charge(amount=Money("0.001", "EUR"))]
)
def test_a_request_that_makes_no_sense_is_not_sent(open_host: OpenHost, request_: PaymentRequest) -> None:
    host = odd_host(open_host, raising(AssertionError("asked")))
    assert host.pay("odd", request_).status is NOT_SENT
    assert host.calls == ()


def test_an_unknown_gateway_is_not_sent_and_says_which_there_are(open_host: OpenHost) -> None:
    outcome = open_host().pay("nobody", charge())
    assert outcome.status is NOT_SENT
    assert outcome.reason == "there is no gateway called 'nobody'; accepted: manual"
    assert open_host().query_payment("nobody", "k").status is UNKNOWN


def test_query_tells_done_declined_and_never_heard_apart(open_host: OpenHost) -> None:
    gateway = ScriptedGateway()
    host = open_host(ScriptedPlugin(gateway))
    gateway.script(Fault.LOSE_ANSWER, Fault.DECLINE_HARD, Fault.RAISE)
    assert [host.pay("scripted", charge(key)).status for key in ("a", "b", "c")] == [UNKNOWN, DECLINED, UNKNOWN]
    statuses = [host.query_payment("scripted", key, charge(key)).status for key in ("a", "b", "c")]
    assert statuses == [APPROVED, DECLINED, NOT_SENT]


@pytest.mark.parametrize(
    "answer", [None, QueryResult(known=True), QueryResult(known=False, result=PaymentResult(APPROVED, TEN, "r")), "no"]
)
def test_only_an_explicit_never_heard_of_it_means_not_sent(open_host: OpenHost, answer: object) -> None:
    """A query that falls off its end returns None; taken for "never heard" it would charge twice."""
    assert odd_host(open_host, lambda: answer).query_payment("odd", "k").status is UNKNOWN


def test_a_query_is_checked_against_the_original_request(open_host: OpenHost) -> None:
    host = odd_host(open_host, lambda: QueryResult(known=True, result=PaymentResult(APPROVED, ELSEWHERE, "r")))
    assert host.query_payment("odd", "k-1", charge()).status is UNKNOWN


def test_a_gateway_that_cannot_be_reached_leaves_a_query_unknown(open_host: OpenHost) -> None:
    assert odd_host(open_host, raising(GatewayUnavailable("x"))).query_payment("odd", "k").status is UNKNOWN


def test_quarantine_ends_by_the_hosts_clock_with_one_trial(open_host: OpenHost, clock: FixedClock) -> None:
    answers: list[object] = [None, PaymentResult(APPROVED, TEN, "r"), PaymentResult(APPROVED, TEN, "r")]
    host = odd_host(open_host, lambda: answers.pop(0))
    assert host.pay("odd", charge()).status is UNKNOWN
    clock.advance(timedelta(seconds=59))
    assert host.pay("odd", charge()).status is NOT_SENT
    clock.advance(timedelta(seconds=1))
    assert host.pay("odd", charge()).status is APPROVED
    assert not in_quarantine(host)


def test_payments_in_quarantine_can_still_be_queried(open_host: OpenHost) -> None:
    gateway = ScriptedGateway()
    host = open_host(ScriptedPlugin(gateway))
    gateway.script(Fault.WRONG_CURRENCY)
    assert host.pay("scripted", charge("a")).status is UNKNOWN
    assert host.pay("scripted", charge("b")).status is NOT_SENT
    assert host.query_payment("scripted", "a").status is APPROVED


def test_a_plugin_with_too_many_hanging_calls_gets_no_more(open_host: OpenHost) -> None:
    gateway = ScriptedGateway()
    settings = SHORT.model_copy(update={"quarantine": QuarantineSettings(failures=100, hanging=2)})
    host = open_host(ScriptedPlugin(gateway), settings=settings)
    gateway.script(*[Fault.HANG] * 3)
    statuses = [host.pay("scripted", charge(str(number))).status for number in range(3)]
    assert statuses == [UNKNOWN, UNKNOWN, NOT_SENT]
    gateway.release()


@given(st.lists(st.sampled_from(Fault), min_size=1, max_size=12))
def test_after_any_faults_query_agrees_with_what_the_server_did(faults: list[Fault]) -> None:
    """APPROVED, DECLINED, PENDING and NOT_SENT are true; only UNKNOWN may hide what happened, and query tells it."""
    clock = FixedClock(datetime.fromisoformat("2026-03-02T09:00:00+00:00"))
    settings = PluginSettings(quarantine=QuarantineSettings(cooldown=timedelta(seconds=1)))
    gateway = ScriptedGateway()
    gateway.release()
    with PluginHost((ScriptedPlugin(gateway),), clock=clock, autoload=False, settings=settings) as host:
        gateway.script(*faults)
        for number, _fault in enumerate(faults):
            clock.advance(timedelta(seconds=2))
            request = charge(f"k{number}")
            outcome = host.pay("scripted", request)
            done = gateway.server.answer_to(request.key)
            settled = host.query_payment("scripted", request.key, request)
            assert settled.status is (NOT_SENT if done is None else done.status)
            assert settled.result == done
            if outcome.status is not UNKNOWN:
                assert outcome.status is settled.status
        charged = [gateway.server.answer_to(f"k{number}") for number in range(len(faults))]
        approved = sum(1 for each in charged if each is not None and each.status is APPROVED)
        assert gateway.server.balance("EUR") == TEN * approved
