from __future__ import annotations

from collections.abc import Callable

import pytest

from servicecore.errors import NotFound
from servicecore.plugins import PluginHost, PluginSettings
from servicecore.plugins.api import Money, PaymentOperation, PaymentRequest, PluginInfo, hookimpl
from servicecore.plugins.builtin.scripted_gateway import Fault, ScriptedGateway, ScriptedPlugin
from servicecore.plugins.doctor import Finding, diagnose, host_api, list_plugins, show_plugin

OpenHost = Callable[..., PluginHost]


class TooNew:
    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="too-new", version="1", api="2.0")


def test_the_list_has_every_plugin_with_state_and_offer(open_host: OpenHost) -> None:
    host = open_host(TooNew(), settings=PluginSettings(disabled=("manual",)))
    rows = [(row.id, row.state, row.offers) for row in list_plugins(host)]
    assert rows == [
        ("order-value", "loaded", ("fraud rule order-value",)),
        ("rate-table", "loaded", ("tax engine rate-table",)),
        ("too-new", "failed", ()),
        ("manual", "blocked", ()),
    ]


def test_one_plugin_in_detail(open_host: OpenHost) -> None:
    host = open_host(TooNew(), settings=PluginSettings(disabled=("rate-table",)))
    card = show_plugin(host, "manual")
    assert dict(card.capabilities)["manual"][0] == ("authorize", "yes")
    assert card.settings_schema is None
    schema = show_plugin(host, "order-value").settings_schema
    assert schema is not None
    assert set(schema["properties"]) == {"limits", "new_customer_limits", "score"}
    for plugin, text in (("too-new", "upgrade servicecore"), ("rate-table", "blocked"), ("x", "loaded: manual")):
        with pytest.raises(NotFound, match=text):
            show_plugin(host, plugin)


def test_the_doctor_names_what_is_wrong(open_host: OpenHost) -> None:
    gateway = ScriptedGateway()
    host = open_host(TooNew(), ScriptedPlugin(gateway))
    assert [finding.what for finding in diagnose(host)] == ["load"]
    gateway.script(Fault.OVER_AMOUNT)
    host.pay("scripted", PaymentRequest("k", PaymentOperation.CHARGE, Money("1.00", "EUR"), "t"))
    host.quarantine.hangs("scripted", 1)
    assert diagnose(host)[1:] == (
        Finding("error", "scripted", "hanging", "1 calls were given up and still run"),
        Finding(
            "error",
            "scripted",
            "quarantine",
            "gateway.charge scripted is not called before 2026-03-02T09:01:00+00:00",
        ),
    )
    assert host_api() == "1.1"
