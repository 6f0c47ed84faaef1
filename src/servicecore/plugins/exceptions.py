"""The exceptions at the plugin seam: two that an author may raise, and the one of a strict host."""

from __future__ import annotations

from typing import ClassVar

from servicecore.errors import ServiceCoreError


class GatewayUnavailable(ServiceCoreError):
    """Raised by a gateway that is certain that nothing was sent: the same key may be sent again.

    Any other exception means that nobody knows what happened, and the payment becomes UNKNOWN.
    """

    code: ClassVar[str] = "plugins.gateway_unavailable"
    retryable: ClassVar[bool] = True


class GatewayMisconfigured(ServiceCoreError):
    """Raised by a gateway that cannot work with its settings; nothing was sent."""

    code: ClassVar[str] = "plugins.gateway_misconfigured"


class PluginLoadError(ServiceCoreError):
    """Raised by a host with ``strict=True`` when a plugin could not be loaded."""

    code: ClassVar[str] = "plugins.load_error"
