"""An example payment gateway: charges, refunds and answers queries, over a sandbox in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel, ConfigDict, SecretStr

from servicecore.plugins.api import (
    YES,
    Decline,
    GatewayBase,
    GatewayCapability,
    GatewayMisconfigured,
    Money,
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

DECLINED_TOKENS: Final = frozenset({"tok_declined"})


class AcmeSettings(BaseModel):
    """Who we are at Acme; the key comes from the environment or from a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    merchant: str
    api_key: SecretStr


class AcmeSandbox:
    """What a client of Acme's servers would do, in memory: one answer for each key, for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, PaymentResult] = {}
        self._left: dict[str, Money] = {}

    def charge(self, request: PaymentRequest) -> PaymentResult:
        """Take the amount, unless the token says otherwise."""
        with self._lock:
            if request.key in self._answers:
                return self._answers[request.key]
            if request.token in DECLINED_TOKENS:
                return self._keep(request, _declined(request, "insufficient_funds", soft=True))
            ref = f"acme-{len(self._answers) + 1}"
            self._left[ref] = request.amount
            return self._keep(request, PaymentResult(PaymentStatus.APPROVED, request.amount, gateway_ref=ref))

    def refund(self, request: PaymentRequest) -> PaymentResult:
        """Give back at most what is left of the charge."""
        with self._lock:
            if request.key in self._answers:
                return self._answers[request.key]
            left = self._left.get(request.gateway_ref)
            if left is None or left.currency != request.amount.currency or request.amount > left:
                return self._keep(request, _declined(request, "refund_refused", soft=False))
            self._left[request.gateway_ref] = left - request.amount
            ref = f"acme-{len(self._answers) + 1}"
            return self._keep(request, PaymentResult(PaymentStatus.APPROVED, request.amount, gateway_ref=ref))

    def find(self, key: str) -> PaymentResult | None:
        """Return the answer to an earlier request, or None."""
        with self._lock:
            return self._answers.get(key)

    def _keep(self, request: PaymentRequest, answer: PaymentResult) -> PaymentResult:
        self._answers[request.key] = answer
        return answer


class AcmeGateway(GatewayBase):
    """The gateway: what it does not offer is left to the base, and the host never asks for it."""

    name: Final = "acme-pay"
    capabilities: Final[Mapping[GatewayCapability, Support]] = MappingProxyType(
        {
            GatewayCapability.CHARGE: YES,
            GatewayCapability.REFUND: YES,
            GatewayCapability.PARTIAL_REFUND: YES,
        }
    )

    def __init__(self, sandbox: AcmeSandbox) -> None:
        self._sandbox = sandbox

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Take the amount."""
        _check_key(context)
        return self._sandbox.charge(request)

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Give back the amount, or a part."""
        _check_key(context)
        return self._sandbox.refund(request)

    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        """Say what became of an earlier request."""
        _check_key(context)
        answer = self._sandbox.find(request.key)
        return QueryResult(known=answer is not None, result=answer)


def _check_key(context: PluginContext) -> None:
    # The settings come with every call: a key that was rotated a minute ago is already the new one.
    key = context.settings_as(AcmeSettings).api_key.get_secret_value()
    if not key.startswith("acme_"):
        raise GatewayMisconfigured("the Acme key has to begin with acme_")


def _declined(request: PaymentRequest, code: str, *, soft: bool) -> PaymentResult:
    nothing = Money.zero(request.amount.currency)
    return PaymentResult(PaymentStatus.DECLINED, nothing, decline=Decline(code, soft=soft))


@hookimpl
def servicecore_plugin_info() -> PluginInfo:
    """Return who the plugin is."""
    return PluginInfo(
        id="acme-pay",
        version="1.2.0",
        api="1.0",
        title="Acme Pay",
        vendor="Acme",
        settings_model=AcmeSettings,
        data_sent=("customer id",),
    )


@hookimpl
def servicecore_payment_gateways() -> tuple[AcmeGateway, ...]:
    """Return the gateway called ``acme-pay``."""
    return (AcmeGateway(AcmeSandbox()),)
