"""The registry of a host: takes complete registrations one after the other, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from servicecore.plugins.registered import Registered, RegisteredEngine, RegisteredGateway, RegisteredRule
from servicecore.plugins.registration import Registration
from servicecore.plugins.report import LoadedPlugin


class Registry:
    """Everything that the loaded plugins of one host brought, by name."""

    def __init__(self) -> None:
        self.registrations: dict[str, Registration] = {}
        self.gateways: dict[str, RegisteredGateway] = {}
        self.tax_engines: dict[str, RegisteredEngine] = {}
        self.fraud_rules: dict[str, RegisteredRule] = {}

    def refuse(self, registration: Registration) -> str:
        """Return why ``registration`` cannot be taken beside those that are there; empty where it can."""
        info = registration.info
        if info.id in self.registrations:
            return f"a plugin {info.id!r} is loaded already, from {self.registrations[info.id].origin}"
        return (
            _taken("gateway", registration.gateways, self.gateways)
            or _taken("tax engine", registration.tax_engines, self.tax_engines)
            or _taken("fraud rule", registration.fraud_rules, self.fraud_rules)
        )

    def take(self, registration: Registration) -> None:
        """Register everything of ``registration``."""
        self.registrations[registration.info.id] = registration
        self.gateways.update({each.name: each for each in registration.gateways})
        self.tax_engines.update({each.name: each for each in registration.tax_engines})
        self.fraud_rules.update({each.name: each for each in registration.fraud_rules})

    def loaded(self) -> tuple[LoadedPlugin, ...]:
        """Return the state of every plugin, in the order of loading."""
        return tuple(_loaded(each) for each in self.registrations.values())


def _taken(what: str, offered: Sequence[Registered], taken: Mapping[str, Registered]) -> str:
    for each in offered:
        if each.name in taken:
            return f"a {what} called {each.name!r} belongs to plugin {taken[each.name].plugin.info.id!r} already"
    return ""


def _loaded(registration: Registration) -> LoadedPlugin:
    info = registration.info
    return LoadedPlugin(
        id=info.id,
        version=info.version,
        api=info.api,
        title=info.title,
        origin=registration.origin,
        hooks=registration.hooks,
        gateways=tuple(each.name for each in registration.gateways),
        tax_engines=tuple(each.name for each in registration.tax_engines),
        fraud_rules=tuple(each.name for each in registration.fraud_rules),
        offer_parts=tuple(each.name for each in registration.offer_parts),
        data_sent=info.data_sent,
        warnings=registration.warnings,
    )
