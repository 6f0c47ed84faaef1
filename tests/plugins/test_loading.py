"""Loading: every plugin for itself; what fails is reported with its innermost cause and leaves nothing behind."""

# ruff: noqa: ARG002 - the plugins of the tests take what the host gives

from __future__ import annotations

import importlib
import threading
import types
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicecore.kernel.clock import FixedClock
from servicecore.plugins import Deadlines, FailedPlugin, PluginHost, PluginLoadError, PluginSettings
from servicecore.plugins.api import (
    YES,
    FraudSignal,
    GatewayBase,
    GatewayCapability,
    PaymentRequest,
    PaymentResult,
    PluginContext,
    PluginInfo,
    QueryRequest,
    QueryResult,
    hookimpl,
)

OpenHost = Callable[..., PluginHost]


class Rule:
    def __init__(self, rule: str) -> None:
        self.id = rule

    def assess(self, request: object, context: PluginContext) -> tuple[FraudSignal, ...]:
        return ()


class Charging(GatewayBase):
    name = "charging"
    capabilities: Any = dict.fromkeys((GatewayCapability.CHARGE, GatewayCapability.REFUND), YES)

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        raise RuntimeError("never called here")

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        raise RuntimeError("never called here")

    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        return QueryResult(known=False)


class Plugin:
    """A plugin that is told what to say."""

    def __init__(self, name: str = "acme", api: str = "1.0", **objects: Any) -> None:
        self._info = PluginInfo(id=name, version="1.0", api=api)
        self._objects = objects

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return self._info

    @hookimpl
    def servicecore_fraud_rules(self) -> Any:
        return self._objects.get("rules", ())

    @hookimpl
    def servicecore_payment_gateways(self) -> Any:
        made = self._objects.get("gateways", ())
        return made() if callable(made) else made


def reason(host: PluginHost) -> str:
    (failed,) = host.report.failed
    assert host.gateway_names() == ("manual",)
    assert host.fraud_rule_names() == ("order-value",)
    assert host.tax_engine_names() == ("rate-table",)
    return failed.reason


def test_the_built_in_plugins_come_through_the_same_seam(open_host: OpenHost) -> None:
    host = open_host()
    assert [plugin.id for plugin in host.report.loaded] == ["manual", "order-value", "rate-table"]
    assert {plugin.origin for plugin in host.report.loaded} == {"built-in"}
    assert host.report.failed == ()


def test_module_instance_class_and_factory_are_all_plugins(open_host: OpenHost) -> None:
    module = types.ModuleType("one_off")

    @hookimpl
    def servicecore_plugin_info() -> PluginInfo:
        return PluginInfo(id="one-off", version="1", api="1.0")

    vars(module)["servicecore_plugin_info"] = servicecore_plugin_info
    host = open_host(module, Plugin, Plugin("instance"), lambda: Plugin("factory"))
    assert {"one-off", "acme", "instance", "factory"} <= {plugin.id for plugin in host.report.loaded}


def test_another_major_api_is_refused_and_the_text_says_what_to_upgrade(open_host: OpenHost) -> None:
    assert reason(open_host(Plugin(api="2.0", rules=[Rule("r")]))) == (
        "plugin acme was written for plugin API 2.0, this host speaks 1.1; upgrade servicecore"
    )
    assert reason(open_host(Plugin(api="0.9"))).endswith("this host speaks 1.1; upgrade the plugin")


def test_a_newer_minor_api_is_loaded_with_a_warning(open_host: OpenHost) -> None:
    host = open_host(Plugin(api="1.7", rules=[Rule("r")]))
    (loaded,) = (plugin for plugin in host.report.loaded if plugin.id == "acme")
    assert loaded.warnings == ("written for plugin API 1.7: what is new in it is not used",)
    assert "r" in host.fraud_rule_names()


@pytest.mark.parametrize("api", ["1", "one", "", "1.0.0", 1.0])
def test_an_api_that_is_no_version_is_refused(open_host: OpenHost, api: Any) -> None:
    assert "api" in reason(open_host(Plugin(api=api)))


@pytest.mark.parametrize("name", ["", "Acme", "acme pay", "-acme", "a" * 51])
def test_an_id_that_cannot_be_one_is_refused(open_host: OpenHost, name: str) -> None:
    assert "lower-case letters" in reason(open_host(Plugin(name)))


@pytest.mark.parametrize("error", [ImportError("no sdk"), SystemExit(2), KeyboardInterrupt(), RecursionError("deep")])
def test_whatever_a_factory_raises_only_this_plugin_is_lost(open_host: OpenHost, error: BaseException) -> None:
    def factory() -> object:
        raise error

    assert type(error).__name__ in reason(open_host(factory))


def test_the_innermost_cause_comes_first(open_host: OpenHost) -> None:
    def factory() -> object:
        try:
            return importlib.import_module("acme_sdk")
        except ModuleNotFoundError as error:
            raise RuntimeError("plugin acme not found, is it a typo?") from error

    assert reason(open_host(factory)).startswith("ModuleNotFoundError: No module named 'acme_sdk' (raised as Runtime")


def test_a_plugin_that_hangs_while_loading_is_given_up(open_host: OpenHost) -> None:
    released = threading.Event()

    def factory() -> object:
        released.wait(30)
        return Plugin()

    settings = PluginSettings(deadlines=Deadlines(load=timedelta(seconds=0.1)))
    assert reason(open_host(factory, settings=settings)) == "it did not load within 0.1 seconds"
    released.set()


def test_what_was_registered_before_the_failure_is_rolled_back(open_host: OpenHost) -> None:
    """The rules are collected after the gateways here or before; neither may stay when the other raises."""

    def gateways() -> object:
        raise SystemExit

    assert "SystemExit" in reason(open_host(Plugin(rules=[Rule("r")], gateways=gateways)))
    assert "assess" in reason(open_host(Plugin(gateways=[Charging()], rules=[types.SimpleNamespace(id="r")])))


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ({"gateways": None}, "returned NoneType"),
        ({"gateways": "manual"}, "returned str"),
        ({"gateways": 5}, "TypeError"),
        ({"gateways": [object()]}, "no usable name"),
        ({"rules": [Rule("r"), Rule("r")]}, "'r' twice"),
        ({"rules": [Rule("order-value")]}, "belongs to plugin 'order-value' already"),
        ({"rules": [Rule(" r")]}, "no usable id"),
    ],
)
def test_objects_that_cannot_be_registered_are_named(open_host: OpenHost, objects: Any, expected: str) -> None:
    assert expected in reason(open_host(Plugin(**objects)))


def test_a_gateway_must_be_able_to_take_money_and_give_it_back(open_host: OpenHost) -> None:
    class NoRefund(Charging):
        capabilities = dict.fromkeys((GatewayCapability.CHARGE,), YES)

    class Forgetful(Charging):
        capabilities = {**Charging.capabilities, GatewayCapability.VOID: YES}  # noqa: RUF012

    class Wordy(Charging):
        capabilities = {"charge": True}  # noqa: RUF012

    class Later(Charging):
        async def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:  # type: ignore[override]
            raise RuntimeError

    assert "offers charge; accepted: refund, and" in reason(open_host(Plugin(gateways=[NoRefund()])))
    assert "declares void and does not override it" in reason(open_host(Plugin(gateways=[Forgetful()])))
    assert "have to map GatewayCapability" in reason(open_host(Plugin(gateways=[Wordy()])))
    assert "charge is asynchronous" in reason(open_host(Plugin(gateways=[Later()])))


def test_a_hook_that_does_not_exist_is_refused_with_the_nearest_name(open_host: OpenHost) -> None:
    class Typo(Plugin):
        @hookimpl
        def servicecore_fraud_rulez(self) -> None: ...

    class TypoOfTomorrow(Typo):
        def __init__(self) -> None:
            super().__init__(api="1.2")

    assert "servicecore_fraud_rulez is no hook of this API; did you mean servicecore_fraud_rules?" in reason(
        open_host(Typo())
    )
    (loaded,) = (plugin for plugin in open_host(TypoOfTomorrow()).report.loaded if plugin.id == "acme")
    assert "servicecore_fraud_rulez is unknown to this host and not used" in loaded.warnings


def test_a_renamed_hook_argument_a_wrapper_and_an_asynchronous_hook_are_refused(open_host: OpenHost) -> None:
    class Renamed(Plugin):
        @hookimpl
        def servicecore_on_event(self, happening: object) -> None: ...

    class Wrapper(Plugin):
        @hookimpl(wrapper=True)
        def servicecore_on_event(self) -> Any:
            return (yield)

    class Later(Plugin):
        @hookimpl
        async def servicecore_on_event(self) -> None: ...

    assert "happening" in reason(open_host(Renamed()))
    assert "is a wrapper" in reason(open_host(Wrapper()))
    assert "asynchronous" in reason(open_host(Later()))


def test_tryfirst_is_ignored_with_a_warning(open_host: OpenHost) -> None:
    class Pushy(Plugin):
        @hookimpl(tryfirst=True)
        def servicecore_on_event(self) -> None: ...

    (loaded,) = (plugin for plugin in open_host(Pushy()).report.loaded if plugin.id == "acme")
    assert "tryfirst and trylast are ignored" in loaded.warnings[0]


def test_a_plugin_that_never_says_who_it_is_is_refused(open_host: OpenHost) -> None:
    assert "plugin_info gave no such hook" in reason(open_host(object()))


def test_order_is_configuration_and_decides_who_gets_a_name(open_host: OpenHost) -> None:
    one, other = Plugin("one", rules=[Rule("shared")]), Plugin("other", rules=[Rule("shared")])
    plain = open_host(other, one)
    assert [failed.id for failed in plain.report.failed] == ["other"]
    turned = open_host(other, one, settings=PluginSettings(order=("other", "rate-table")))
    assert [plugin.id for plugin in turned.report.loaded] == ["other", "rate-table", "manual", "order-value"]
    assert [failed.reason for failed in turned.report.failed] == [
        "a fraud rule called 'shared' belongs to plugin 'other' already"
    ]


def test_a_name_of_a_built_in_plugin_cannot_be_taken_by_a_plugin_that_sorts_before_it(open_host: OpenHost) -> None:
    class Grabber(Charging):
        name = "manual"

    assert "belongs to plugin 'manual' already" in reason(open_host(Plugin("aaa", gateways=[Grabber()])))


def test_the_name_of_the_installations_own_gift_cards_is_not_to_be_had(open_host: OpenHost) -> None:
    class Grabber(Charging):
        name = "gift-card"

    assert "the installation's own" in reason(open_host(Plugin(gateways=[Grabber()])))


def test_two_plugins_of_one_id_are_not_both_loaded(open_host: OpenHost) -> None:
    assert "is loaded already" in reason(open_host(Plugin("twin"), Plugin("twin")))


def test_blocked_plugins_are_not_imported_and_stand_in_the_report(open_host: OpenHost) -> None:
    settings = PluginSettings(disabled=("man*", "acme"))
    host = open_host(Plugin(rules=[Rule("r")]), settings=settings)
    assert [blocked.id for blocked in host.report.blocked] == ["manual", "acme"]
    assert host.gateway_names() == ()
    assert host.fraud_rule_names() == ("order-value",)


def test_the_environment_blocks_plugins_only_where_somebody_asks_for_it(clock: FixedClock) -> None:
    environ = {"SERVICECORE_PLUGINS_DISABLED": " manual, rate-table ,"}
    settings = PluginSettings.default_from_environment(environ)
    assert settings.disabled == ("manual", "rate-table")
    with PluginHost(clock=clock, autoload=False, settings=settings) as host:
        assert [plugin.id for plugin in host.report.loaded] == ["order-value"]


def test_strict_raises_with_every_reason(open_host: OpenHost) -> None:
    with pytest.raises(PluginLoadError, match=r"written for plugin API 9\.0"):
        open_host(Plugin(api="9.0"), strict=True)


def test_two_hosts_share_nothing(open_host: OpenHost) -> None:
    assert open_host(Plugin(rules=[Rule("r")])).fraud_rule_names() == ("order-value", "r")
    assert open_host().fraud_rule_names() == ("order-value",)


def test_damaged_metadata_of_other_distributions_is_a_failure_and_no_crash(
    open_host: OpenHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_group: str) -> object:
        raise ValueError("not enough values to unpack")

    monkeypatch.setattr("servicecore.plugins.discovery.entry_points", broken)
    host = open_host(autoload=True)
    assert host.report.failed == (
        FailedPlugin("", "installed distributions", "ValueError: not enough values to unpack"),
    )
    assert host.gateway_names() == ("manual",)
