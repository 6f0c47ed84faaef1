"""The built-in gateway for money that moves by hand: on account, cash, cheque, bank transfer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from servicecore.plugins.api import (
    YES,
    GatewayCapability,
    PaymentRequest,
    PaymentResult,
    PaymentStatus,
    PluginContext,
    PluginInfo,
    QueryRequest,
    QueryResult,
    Support,
    hookimpl,
)


class ManualGateway:
    """Approves what somebody books by hand; remembers nothing, because nothing is sent anywhere.

    The answer follows from the request alone, so a replayed key gives the same answer, before and after a restart.
    A query therefore says "never heard of it": sending the key again is harmless.
    """

    name: Final = "manual"
    capabilities: Final[Mapping[GatewayCapability, Support]] = MappingProxyType(
        dict.fromkeys(
            (
                GatewayCapability.AUTHORIZE,
                GatewayCapability.CAPTURE,
                GatewayCapability.CHARGE,
                GatewayCapability.VOID,
                GatewayCapability.REFUND,
                GatewayCapability.PARTIAL_CAPTURE,
                GatewayCapability.MULTI_CAPTURE,
                GatewayCapability.PARTIAL_REFUND,
                GatewayCapability.OFFLINE,
            ),
            YES,
        )
    )

    def authorize(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Note that the amount is to be paid."""
        return _booked(request, context)

    def capture(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Note that the amount, or a part, was paid."""
        return _booked(request, context)

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Note that the amount was paid."""
        return _booked(request, context)

    def void(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Note that the amount is not to be paid any more."""
        return _booked(request, context)

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Note that the amount was given back."""
        return _booked(request, context)

    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        """Say that nothing was ever sent."""
        context.log.debug("asked about %s, of which nothing is kept", request.key)
        return QueryResult(known=False)


def _booked(request: PaymentRequest, context: PluginContext) -> PaymentResult:
    context.log.debug("%s of %s booked by hand", request.operation.value, request.amount)
    return PaymentResult(PaymentStatus.APPROVED, request.amount, gateway_ref=f"manual-{request.key}")


@hookimpl
def servicecore_plugin_info() -> PluginInfo:
    """Return who the plugin is."""
    return PluginInfo(id="manual", version="1.0", api="1.0", title="Payments by hand", vendor="servicecore")


@hookimpl
def servicecore_payment_gateways() -> tuple[ManualGateway, ...]:
    """Return the gateway called ``manual``."""
    return (ManualGateway(),)
