"""A canary secret is given to a plugin that tries to lose it everywhere; it may show nowhere."""

# ruff: noqa: ARG002 - the plugins of the tests take what the host gives

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

from servicecore.plugins import AssessOrder, EventEnvelope, PluginHost, PluginSettings, TaxFailure
from servicecore.plugins.api import (
    YES,
    Decline,
    FraudSignal,
    GatewayBase,
    GatewayCapability,
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
    TaxRequest,
    hookimpl,
)
from servicecore.plugins.doctor import diagnose, list_plugins, show_plugin
from servicecore.plugins.scrub import Scrubber
from servicecore.plugins.settings import SettingsRefused, SettingsSource

OpenHost = Callable[..., PluginHost]
CANARY = "canary/s3cr3t+key'42"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVENT = EventEnvelope(7, "order", "order-1", 1, "orders.placed", 1, NOW, "{}")
CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class LeakySettings(BaseModel):
    model_config = CONFIG
    api_key: SecretStr
    retries: int = 1

    @field_validator("api_key")
    @classmethod
    def _check(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value().startswith("bad"):
            raise ValueError(f"the key {value.get_secret_value()} is not accepted")
        return value


def secret(context: PluginContext) -> str:
    return context.settings_as(LeakySettings).api_key.get_secret_value()


def answer_401(key: str) -> None:
    raise RuntimeError(f"401 for key {key}")


class LeakyGateway(GatewayBase):
    name = "leaky"
    capabilities: Any = dict.fromkeys((GatewayCapability.CHARGE, GatewayCapability.REFUND), YES)

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        context.log.warning("calling with %s", secret(context))
        try:
            answer_401(secret(context))
        except RuntimeError:
            context.log.exception("it failed")
        if request.key == "k-declined":
            decline = Decline("refused", soft=True, message=f"key {secret(context)} is blocked")
            return PaymentResult(PaymentStatus.DECLINED, Money.zero("EUR"), decline=decline)
        if request.key == "k-unavailable":
            raise GatewayUnavailable(f"https://pay.example/?key={quote(secret(context), safe='')}")
        raise RuntimeError("x" * 380 + secret(context)) from KeyError(secret(context))

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        raise RuntimeError("Basic " + base64.b64encode(secret(context).encode()).decode())

    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        raise RuntimeError(repr({"key": secret(context)}))


class LeakyPlugin:
    name = id = "leaky"

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="leaky", version="1", api="1.0", settings_model=LeakySettings)

    @hookimpl
    def servicecore_payment_gateways(self) -> list[LeakyGateway]:
        return [LeakyGateway()]

    @hookimpl
    def servicecore_tax_engines(self) -> list[LeakyPlugin]:
        return [self]

    @hookimpl
    def servicecore_fraud_rules(self) -> list[LeakyPlugin]:
        return [self]

    def quote(self, request: TaxRequest, context: PluginContext) -> TaxFailure:
        return TaxFailure("leaky", "leaky.refused", f"no tax with {secret(context)}")

    def assess(self, request: AssessOrder, context: PluginContext) -> tuple[FraudSignal, ...]:
        return (FraudSignal("leaky", 5, f"asked with {secret(context)}"),)

    @hookimpl
    def servicecore_on_event(self, context: PluginContext) -> None:
        raise RuntimeError(f"{context!r} {secret(context)}")


def assert_hidden(*shown: object) -> None:
    text = " ".join(f"{each} {each!r}" for each in shown)
    forms = (CANARY, quote(CANARY, safe=""), repr(CANARY)[1:-1], base64.b64encode(CANARY.encode()).decode(), "s3cr3t")
    assert [form for form in forms if form in text] == []


def test_the_canary_shows_in_no_answer_record_log_or_report(
    open_host: OpenHost, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKY_KEY", CANARY)
    settings = PluginSettings(plugins={"leaky": {"api_key": {"$env": "LEAKY_KEY"}}})
    with caplog.at_level(logging.DEBUG, logger="servicecore"):
        host = open_host(LeakyPlugin(), settings=settings)
        assert host.report.failed == ()
        ten = Money("10.00", "EUR")
        shown: list[object] = [
            host.pay("leaky", PaymentRequest(f"k-{token}", PaymentOperation.CHARGE, ten, token))
            for token in ("declined", "unavailable", "tok_1")
        ]
        shown.append(host.pay("leaky", PaymentRequest("k-r", PaymentOperation.REFUND, ten, "", "r-1")))
        shown.append(host.query_payment("leaky", "k-tok_1"))
        shown.append(host.quote_tax("leaky", TaxRequest("EUR", (), date(2026, 3, 2))))
        shown.append(host.assess(AssessOrder("order-1", "C-1", ten, NOW)))
        shown.append(host.publish(EVENT))
    for each in (*shown, host.calls, host.report, host.settings, caplog.text):
        assert_hidden(each)
    assert_hidden(list_plugins(host), diagnose(host), show_plugin(host, "leaky"))
    assert "calling with ***" in caplog.text
    assert "401 for key ***" in caplog.text


def test_a_rotated_secret_is_used_at_once_and_the_old_one_stays_hidden(open_host: OpenHost, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("first-secret\n", encoding="utf-8")
    seen: list[str] = []

    class Watching(LeakyPlugin):
        @hookimpl
        def servicecore_on_event(self, context: PluginContext) -> None:
            seen.append(secret(context))
            raise RuntimeError(" ".join(seen))

    settings = PluginSettings(plugins={"leaky": {"api_key": {"$file": str(key)}}})
    host = open_host(Watching(), settings=settings)
    host.publish(EVENT)
    key.write_text("second-secret\n", encoding="utf-8")
    (failure,) = host.publish(EVENT)
    assert seen == ["first-secret", "second-secret"]
    assert failure.detail == "RuntimeError: *** ***"


def test_a_secret_that_goes_missing_means_that_nothing_was_sent(
    open_host: OpenHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKY_KEY", CANARY)
    host = open_host(LeakyPlugin(), settings=PluginSettings(plugins={"leaky": {"api_key": {"$env": "LEAKY_KEY"}}}))
    monkeypatch.delenv("LEAKY_KEY")
    outcome = host.pay("leaky", PaymentRequest("k", PaymentOperation.CHARGE, Money("1.00", "EUR"), "t"))
    assert outcome.status is PaymentStatus.NOT_SENT
    assert "environment variable LEAKY_KEY is not set" in outcome.reason


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, "api_key: Field required"),
        ({"api_key": 4711}, "api_key: Input should be a valid string"),
        ({"api_key": "bad-s3cr3t"}, "api_key: Value error, the key *** is not accepted"),
        ({"api_key": "x", "retries": "s3cr3t"}, "retries: Input should be a valid integer"),
        ({"api_key": "x", "retrys": 3}, "retrys: Extra inputs are not permitted"),
        ({"api_key": {"$env": "NOT_SET_AT_ALL"}}, "environment variable NOT_SET_AT_ALL is not set"),
        ({"api_key": {"$file": "/no/such/s.txt"}}, "secret file /no/such/s.txt cannot be read: FileNotFoundError"),
        ({"api_key": {"$vault": "a"}}, "$vault is no kind of reference; accepted: $env, $file"),
    ],
)
def test_wrong_settings_fail_the_plugin_and_show_field_but_no_value(
    open_host: OpenHost, raw: dict[str, Any], expected: str
) -> None:
    host = open_host(LeakyPlugin(), settings=PluginSettings(plugins={"leaky": raw}))
    (failed,) = host.report.failed
    assert failed.id == "leaky"
    assert expected in failed.reason
    assert "s3cr3t" not in failed.reason
    assert "4711" not in failed.reason


def test_settings_for_a_plugin_that_takes_none_are_refused(open_host: OpenHost) -> None:
    host = open_host(settings=PluginSettings(plugins={"manual": {"a": 1}}))
    (failed,) = host.report.failed
    assert failed.reason == "the plugin takes no settings; given: a"


@pytest.mark.parametrize("missing", ["frozen", "extra", "hide_input_in_errors"])
def test_a_settings_model_that_could_leak_or_change_is_refused(open_host: OpenHost, missing: str) -> None:
    class Loose(BaseModel):
        model_config = ConfigDict(**{key: value for key, value in CONFIG.items() if key != missing})  # type: ignore[typeddict-item]

    class LoosePlugin:
        @hookimpl
        def servicecore_plugin_info(self) -> PluginInfo:
            return PluginInfo(id="loose", version="1", api="1.0", settings_model=Loose)

    (failed,) = open_host(LoosePlugin()).report.failed
    assert missing in failed.reason


def test_the_schema_marks_the_secret(open_host: OpenHost) -> None:
    host = open_host(LeakyPlugin(), settings=PluginSettings(plugins={"leaky": {"api_key": "x"}}))
    schema = show_plugin(host, "leaky").settings_schema
    assert schema is not None
    assert schema["properties"]["api_key"]["writeOnly"] is True
    assert json.loads(json.dumps(schema)) == schema


def test_unchanged_settings_are_built_once() -> None:
    source = SettingsSource({"api_key": "x"}, LeakySettings, Scrubber())
    assert source.current() is source.current()


def test_text_is_cut_only_after_its_secrets_are_gone() -> None:
    """Cut first, the last 6 characters of a text of 400 would be the beginning of the secret."""
    scrubber = Scrubber()
    scrubber.learn([CANARY])
    shown = scrubber.shorten("x" * 394 + CANARY)
    assert shown == "x" * 394 + "***"
    assert len(scrubber.shorten("y" * 1000)) == 403


def test_settings_refused_is_told_apart_from_the_plugins_own_errors() -> None:
    with pytest.raises(SettingsRefused, match="api_key"):
        SettingsSource({}, LeakySettings, Scrubber()).current()
