"""What people want to know about the plugins of a host: a list, one plugin in detail, and what is wrong."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from servicecore.errors import NotFound
from servicecore.plugins.host import PluginHost
from servicecore.plugins.manifest import PLUGIN_API
from servicecore.plugins.registration import Registration
from servicecore.plugins.report import LoadedPlugin


@frozen
class PluginRow:
    """One plugin in the list.

    Attributes:
        id: its id, or what is known of it.
        state: ``loaded``, ``failed`` or ``blocked``.
        version: its version; empty where it was not loaded.
        origin: where it comes from.
        offers: what it brings: ``gateway manual``, ``tax engine rate-table``.
        reason: why it failed; empty otherwise.

    """

    id: str
    state: str
    version: str
    origin: str
    offers: tuple[str, ...]
    reason: str


@frozen
class PluginCard:
    """One loaded plugin in detail.

    Attributes:
        plugin: as the report has it.
        vendor: who answers for it, ``homepage`` and ``support`` likewise as it says.
        capabilities: for each gateway, pairs of capability and support: ``yes``, ``limited (30 days)``.
        settings_schema: JSON Schema of its settings, secrets marked write-only; None where it takes none.

    """

    plugin: LoadedPlugin
    vendor: str
    homepage: str
    support: str
    capabilities: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    settings_schema: dict[str, Any] | None


@frozen
class Finding:
    """Something about a plugin that somebody should look at.

    Attributes:
        level: ``error`` for a plugin that does not work, ``warning`` for one that works in part.
        plugin: its id, or what is known of it.
        what: ``load``, ``warning``, ``quarantine`` or ``hanging``.
        detail: one sentence.

    """

    level: str
    plugin: str
    what: str
    detail: str


def list_plugins(host: PluginHost) -> tuple[PluginRow, ...]:
    """Return all plugins: loaded in their order, then failed, then blocked."""
    loaded = [PluginRow(each.id, "loaded", each.version, each.origin, _offers(each), "") for each in host.report.loaded]
    failed = [PluginRow(each.id, "failed", "", each.origin, (), each.reason) for each in host.report.failed]
    blocked = [PluginRow(each.id, "blocked", "", each.origin, (), "") for each in host.report.blocked]
    return (*loaded, *failed, *blocked)


def show_plugin(host: PluginHost, plugin: str) -> PluginCard:
    """Return the loaded plugin called ``plugin`` in detail.

    Raises:
        NotFound: no such plugin is loaded; the text says why where it failed or is blocked.

    """
    for registration, loaded in zip(host.registrations, host.report.loaded, strict=True):
        if loaded.id == plugin:
            return _card(registration, loaded)
    for failed in host.report.failed:
        if failed.id == plugin:
            raise NotFound(f"plugin {plugin} is not loaded: {failed.reason}", hint="repair it, then look again")
    if any(blocked.id == plugin for blocked in host.report.blocked):
        raise NotFound(f"plugin {plugin} is blocked by the settings", hint="enable it")
    known = ", ".join(each.id for each in host.report.loaded) or "none"
    raise NotFound(f"there is no plugin {plugin!r}", hint=f"loaded: {known}")


def diagnose(host: PluginHost) -> tuple[Finding, ...]:
    """Return everything that is wrong: load errors, warnings, operations in quarantine, calls that hang."""
    found = [Finding("error", each.id, "load", f"{each.reason} ({each.origin})") for each in host.report.failed]
    for loaded in host.report.loaded:
        found += [Finding("warning", loaded.id, "warning", warning) for warning in loaded.warnings]
        hanging = host.quarantine.hanging(loaded.id)
        if hanging:
            found.append(Finding("error", loaded.id, "hanging", f"{hanging} calls were given up and still run"))
    for plugin, operation, until in host.quarantine.open():
        found.append(Finding("error", plugin, "quarantine", f"{operation} is not called before {until.isoformat()}"))
    return tuple(found)


def host_api() -> str:
    """Return the plugin API of this host: ``1.0``."""
    return ".".join(str(part) for part in PLUGIN_API)


def _offers(plugin: LoadedPlugin) -> tuple[str, ...]:
    return (
        *(f"gateway {name}" for name in plugin.gateways),
        *(f"tax engine {name}" for name in plugin.tax_engines),
        *(f"fraud rule {name}" for name in plugin.fraud_rules),
        *(f"offer part {name}" for name in plugin.offer_parts),
        *(("events",) if "servicecore_on_event" in plugin.hooks else ()),
    )


def _card(registration: Registration, loaded: LoadedPlugin) -> PluginCard:
    info = registration.info
    capabilities = tuple(
        (
            gateway.name,
            tuple(
                (
                    capability.value,
                    f"{support.level.value} ({support.detail})" if support.detail else support.level.value,
                )
                for capability, support in sorted(gateway.capabilities.items(), key=lambda pair: pair[0].value)
            ),
        )
        for gateway in registration.gateways
    )
    model = info.settings_model
    schema = None if model is None else model.model_json_schema()
    return PluginCard(loaded, info.vendor, info.homepage, info.support, capabilities, schema)
