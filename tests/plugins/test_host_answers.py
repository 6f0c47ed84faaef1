"""What the host makes of everything that a tax engine, a fraud rule or an observer can do wrong."""

# ruff: noqa: ARG002 - the plugins of the tests take what the host gives

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from attrs import evolve

from servicecore.plugins import (
    AssessOrder,
    Deadlines,
    EventEnvelope,
    FailureKind,
    PluginHost,
    PluginSettings,
    QuarantineSettings,
    TaxFailure,
)
from servicecore.plugins.api import (
    FraudSignal,
    Money,
    PluginContext,
    PluginInfo,
    TaxableLine,
    TaxLine,
    TaxQuote,
    TaxRequest,
    TaxRounding,
    hookimpl,
)

OpenHost = Callable[..., PluginHost]
SHORT = timedelta(seconds=0.05)
SETTINGS = PluginSettings(
    deadlines=Deadlines(tax=SHORT, fraud=SHORT, observe=SHORT), quarantine=QuarantineSettings(failures=2)
)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORDER = AssessOrder("order-1", "C-1", Money("50.00", "EUR"), NOW)
EVENT = EventEnvelope(7, "order", "order-1", 1, "orders.placed", 1, NOW, "{}")

REQUEST = TaxRequest(
    "EUR",
    (
        TaxableLine("line:1", "standard", Money("10.00", "EUR")),
        TaxableLine("charge:freight", "standard", Money("5.00", "EUR")),
    ),
    date(2026, 3, 2),
    country="IT",
)
# 22 % of 10.00 is 2.20, of 5.00 is 1.10, together 3.30.
FIRST = TaxLine("line:1", "IT", "standard", Decimal("0.22"), Money("10.00", "EUR"), Money("2.20", "EUR"))
SECOND = TaxLine("charge:freight", "IT", "standard", Decimal("0.22"), Money("5.00", "EUR"), Money("1.10", "EUR"))
QUOTE = TaxQuote("odd", (FIRST, SECOND), Money("3.30", "EUR"))


class Odd:
    """A plugin with one engine, rules and an observer whose answers the test makes."""

    def __init__(self, answer: Callable[[], Any], rules: tuple[str, ...] = ("odd",)) -> None:
        self._answer = answer
        self._rules = rules
        self.name = "odd"

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="odd", version="0.1", api="1.0")

    @hookimpl
    def servicecore_tax_engines(self) -> list[Odd]:
        return [self]

    def quote(self, request: TaxRequest, context: PluginContext) -> Any:
        return self._answer()

    @hookimpl
    def servicecore_fraud_rules(self) -> list[OddRule]:
        return [OddRule(rule, self._answer) for rule in self._rules]

    @hookimpl
    def servicecore_on_event(self, event: EventEnvelope) -> None:
        self._answer()


class OddRule:
    def __init__(self, rule: str, answer: Callable[[], Any]) -> None:
        self.id = rule
        self._answer = answer

    def assess(self, request: AssessOrder, context: PluginContext) -> Any:
        return self._answer()


def raising(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


def hanging() -> None:
    threading.Event().wait(0.5)


def odd_host(open_host: OpenHost, answer: Callable[[], Any]) -> PluginHost:
    host = open_host(Odd(answer), settings=SETTINGS)
    assert not host.report.failed
    return host


def test_a_sound_quote_comes_back_as_it_is(open_host: OpenHost) -> None:
    assert odd_host(open_host, lambda: QUOTE).quote_tax("odd", REQUEST) == QUOTE


def test_an_engines_own_failure_comes_back_and_does_not_count_against_it(open_host: OpenHost) -> None:
    failure = TaxFailure("odd", "odd.closed", "the tax office is closed")
    host = odd_host(open_host, lambda: failure)
    assert [host.quote_tax("odd", REQUEST) for _ in range(4)] == [failure] * 4
    assert host.quarantine.open() == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (raising(RuntimeError("bang")), "plugins.raised"),
        (raising(SystemExit()), "plugins.raised"),
        (hanging, "plugins.timed_out"),
        (lambda: None, "plugins.broke_contract"),
        (lambda: Decimal(0), "plugins.broke_contract"),
    ],
)
def test_a_tax_engine_that_fails_gives_a_failure_and_never_a_number(
    open_host: OpenHost, answer: Callable[[], Any], code: str
) -> None:
    failure = odd_host(open_host, answer).quote_tax("odd", REQUEST)
    assert isinstance(failure, TaxFailure)
    assert (failure.engine, failure.code) == ("odd", code)
    assert failure.reason
    assert failure.problem is not None
    assert failure.problem.text("de") != failure.problem.text("it")


DOLLARS = Money("2.20", "USD")
WRONG_QUOTES: list[tuple[str, TaxQuote]] = [
    ("engine", evolve(QUOTE, engine="other")),
    ("currency", evolve(QUOTE, lines=(evolve(FIRST, amount=DOLLARS), SECOND))),
    ("currency", evolve(QUOTE, total=Money("3.30", "USD"))),
    ("missing_line", evolve(QUOTE, lines=(FIRST,), total=Money("2.20", "EUR"))),
    ("unknown_line", evolve(QUOTE, lines=(FIRST, SECOND, evolve(SECOND, key="line:9")))),
    ("answered_twice", evolve(QUOTE, lines=(FIRST, SECOND, FIRST), total=Money("5.50", "EUR"))),
    ("category", evolve(QUOTE, lines=(evolve(FIRST, category="books"), SECOND))),
    ("jurisdiction", evolve(QUOTE, lines=(evolve(FIRST, jurisdiction=""), SECOND))),
    ("base", evolve(QUOTE, lines=(evolve(FIRST, base=Money("10.01", "EUR")), SECOND))),
    (
        "negative",
        evolve(QUOTE, lines=(evolve(FIRST, amount=Money("-2.20", "EUR")), SECOND), total=Money("-1.10", "EUR")),
    ),
    ("negative", evolve(QUOTE, lines=(evolve(FIRST, rate=Decimal("-0.22")), SECOND))),
    ("rate", evolve(QUOTE, lines=(evolve(FIRST, amount=Money("22.00", "EUR")), SECOND), total=Money("23.10", "EUR"))),
    ("exempt_taxed", evolve(QUOTE, lines=(evolve(FIRST, exemption="charity"), SECOND))),
    ("exempt_taxed", evolve(QUOTE, lines=(evolve(FIRST, rate=Decimal(0)), SECOND))),
    ("scale", evolve(QUOTE, lines=(evolve(FIRST, amount=Money("2.201", "EUR")), SECOND), total=Money("3.301", "EUR"))),
    ("total", evolve(QUOTE, total=Money("3.31", "EUR"))),
    ("total", evolve(QUOTE, rounding=TaxRounding.PER_DOCUMENT, total=Money("3.32", "EUR"))),
    ("wrong_type", evolve(QUOTE, lines=cast("Any", [FIRST, SECOND]))),
    ("wrong_type", evolve(QUOTE, lines=(evolve(FIRST, rate=cast("Any", 0.22)), SECOND))),
]


@pytest.mark.parametrize(("code", "quote"), WRONG_QUOTES)
def test_a_quote_that_cannot_be_right_is_a_failure_and_quarantines_the_engine(
    open_host: OpenHost, code: str, quote: TaxQuote
) -> None:
    host = odd_host(open_host, lambda: quote)
    failure = host.quote_tax("odd", REQUEST)
    assert isinstance(failure, TaxFailure)
    assert f"{code}:" in failure.reason
    again = host.quote_tax("odd", REQUEST)
    assert isinstance(again, TaxFailure)
    assert again.code == "plugins.not_called"


def test_an_unknown_tax_engine_is_a_failure_that_names_the_known_ones(open_host: OpenHost) -> None:
    failure = open_host().quote_tax("nobody", REQUEST)
    assert isinstance(failure, TaxFailure)
    assert failure.reason == "there is no tax engine called 'nobody'; accepted: rate-table"


def test_signals_are_sorted_by_rule_and_added_up(open_host: OpenHost) -> None:
    class Two(Odd):
        @hookimpl
        def servicecore_fraud_rules(self) -> list[OddRule]:
            return [
                OddRule("zeta", lambda: [FraudSignal("zeta", 5, "z")]),
                OddRule("alpha", lambda: iter((FraudSignal("alpha", 1, "low"), FraudSignal("alpha", 9, "high")))),
            ]

    assessment = open_host(Two(lambda: None)).assess(ORDER)
    assert [(signal.rule, signal.score) for signal in assessment.signals] == [("alpha", 9), ("alpha", 1), ("zeta", 5)]
    assert assessment.score == 15
    assert assessment.failures == ()


@pytest.mark.parametrize(
    "answer",
    [
        raising(RuntimeError("bang")),
        raising(SystemExit()),
        hanging,
        lambda: None,
        lambda: 50,
        lambda: ["odd"],
        lambda: [FraudSignal("other", 5, "x")],
        lambda: [FraudSignal("odd", 101, "x")],
        lambda: [FraudSignal("odd", -1, "x")],
        lambda: [FraudSignal("odd", True, "x")],
        lambda: [FraudSignal("odd", 5, " ")],
        lambda: (FraudSignal("odd", 1, "x") for _ in itertools.count()),
    ],
)
def test_a_rule_that_fails_is_named_and_the_others_still_count(open_host: OpenHost, answer: Callable[[], Any]) -> None:
    settings = SETTINGS.model_copy(update={"plugins": {"order-value": {"limits": {"EUR": "10.00"}}}})
    assessment = open_host(Odd(answer), settings=settings).assess(ORDER)
    assert assessment.failures == ("odd",)
    assert [signal.rule for signal in assessment.signals] == ["order-value"]


def test_rules_of_a_plugin_that_go_wrong_do_not_silence_its_sound_ones(open_host: OpenHost) -> None:
    class Mixed(Odd):
        @hookimpl
        def servicecore_fraud_rules(self) -> list[OddRule]:
            return [OddRule("bad", lambda: 1), OddRule("good", lambda: [FraudSignal("good", 5, "x")])]

    host = open_host(Mixed(lambda: None))
    for _ in range(3):
        assessment = host.assess(ORDER)
        assert assessment.failures == ("bad",)
        assert [signal.rule for signal in assessment.signals] == ["good"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (raising(RuntimeError("bang")), FailureKind.RAISED),
        (raising(SystemExit()), FailureKind.RAISED),
        (hanging, FailureKind.TIMED_OUT),
    ],
)
def test_an_observer_that_fails_is_returned_for_a_retry(
    open_host: OpenHost, answer: Callable[[], Any], kind: FailureKind
) -> None:
    (failure,) = odd_host(open_host, answer).publish(EVENT)
    assert (failure.plugin, failure.operation, failure.kind) == ("odd", "event", kind)


def test_a_retry_reaches_only_those_it_is_meant_for(open_host: OpenHost) -> None:
    told: list[str] = []

    class Other(Odd):
        @hookimpl
        def servicecore_plugin_info(self) -> PluginInfo:
            return PluginInfo(id="other", version="0.1", api="1.0")

        @hookimpl
        def servicecore_tax_engines(self) -> list[Odd]:
            return []

    host = open_host(Odd(lambda: told.append("odd")), Other(lambda: told.append("other"), rules=()))
    assert host.publish(EVENT) == ()
    assert host.publish(EVENT, to=("other",)) == ()
    assert told == ["odd", "other", "other"]


def test_what_an_observer_returns_is_ignored(open_host: OpenHost) -> None:
    assert odd_host(open_host, object).publish(EVENT) == ()
