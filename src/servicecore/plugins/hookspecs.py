"""The hooks of plugin API 1.1: five that register while loading, one that observes events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

import pluggy

from servicecore.plugins.manifest import PluginInfo
from servicecore.plugins.protocols import FraudRule, PaymentGateway, PluginContext, TaxEngine
from servicecore.plugins.requests import EventEnvelope
from servicecore.pricing.promotions.offer_parts import PartClass

PROJECT: Final = "servicecore"
PREFIX: Final = "servicecore_"
ENTRY_POINT_GROUP: Final = "servicecore.plugins"

hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)


class Hooks(Protocol):
    """Every hook that a plugin can implement; arguments may be left out of an implementation, never renamed."""

    @hookspec
    def servicecore_plugin_info(self) -> PluginInfo:
        """Return who the plugin is; required, called first.

        Kind: register. On failure the plugin is not loaded; others are.
        """

    @hookspec
    def servicecore_payment_gateways(self, context: PluginContext) -> Iterable[PaymentGateway]:
        """Return the payment gateways that the plugin offers; names are unique in a host.

        Kind: register, once while loading. ``context`` has the settings as they are then; every later call of a
        gateway brings its own. On failure none of the plugin's objects is registered.
        """

    @hookspec
    def servicecore_tax_engines(self, context: PluginContext) -> Iterable[TaxEngine]:
        """Return the tax engines that the plugin offers; names are unique in a host.

        Kind: register, once while loading. On failure none of the plugin's objects is registered.
        """

    @hookspec
    def servicecore_fraud_rules(self, context: PluginContext) -> Iterable[FraudRule]:
        """Return the fraud rules that the plugin adds; ids are unique in a host.

        Kind: register, once while loading; the rules then contribute to every assessment, in no order that could
        matter. On failure none of the plugin's objects is registered.
        """

    @hookspec
    def servicecore_offer_parts(self, context: PluginContext) -> Iterable[PartClass]:
        """Return the classes of benefits, conditions and selections that price books may name; since API 1.1.

        Kind: register, once while loading. Classes derive from `PluginBenefit`, `PluginCondition` or
        `PluginSelection` and say the plugin's id as ``plugin``; a price book names one as ``acme.WeatherDiscount``. A
        part is a pure value: the quote calls it in its own thread, without context and deadline, and checks each
        answer; one that fails refuses the quote (``pricing.broken_offer_part``). On failure none of the plugin's
        objects is registered.
        """

    @hookspec
    def servicecore_on_event(self, event: EventEnvelope, context: PluginContext) -> None:
        """Learn that something happened; what it returns is ignored.

        Kind: observe, after the commit and from the outbox, at least once and possibly again with the same
        ``event.position``. A failure is retried and never touches what was committed.
        """
