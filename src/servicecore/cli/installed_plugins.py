"""The plugins that are installed beside the command line, less those that the environment switches off."""

from __future__ import annotations

from servicecore.engine import SystemClock
from servicecore.plugins.host import PluginHost
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing import OfferParts


def installed_plugins() -> PluginHost:
    """Return a host of the installed plugins; SERVICECORE_PLUGINS_DISABLED lists ids that are not loaded."""
    return PluginHost(clock=SystemClock(), settings=PluginSettings.default_from_environment())


def installed_parts() -> OfferParts:
    """Return what the installed plugins add to offers; price book files may name it."""
    with installed_plugins() as host:
        return host.offer_parts
