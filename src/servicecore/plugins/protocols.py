"""The classes of object that a plugin registers, and the context that it is called with."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from attrs import field, frozen
from pydantic import BaseModel

from servicecore.billing.payment_requests import PaymentRequest, PaymentResult
from servicecore.kernel.clock import Clock
from servicecore.orders.fraud import FraudSignal
from servicecore.plugins.exceptions import GatewayMisconfigured
from servicecore.plugins.manifest import GatewayCapability, Support
from servicecore.plugins.requests import AssessOrder, QueryRequest, QueryResult, TaxFailure
from servicecore.pricing.taxes import TaxQuote, TaxRequest

M = TypeVar("M", bound=BaseModel)


@frozen
class PluginContext:
    """What the host gives to every call of a plugin.

    Attributes:
        plugin: the plugin's id.
        clock: the host's clock; a plugin has no other.
        log: a logger bound to the plugin, which takes known secrets out of what it writes.
        settings: the plugin's settings, secrets resolved for this call; None where it takes none.
        call_id: id of this call, as in the host's call records.
        deadline: when the host stops waiting, aware UTC by the host's clock; None while loading.

    """

    plugin: str
    clock: Clock
    log: logging.Logger
    settings: BaseModel | None = field(default=None, repr=False)
    call_id: str = ""
    deadline: datetime | None = None

    def settings_as(self, model: type[M]) -> M:
        """Return the settings as ``model``.

        Raises:
            GatewayMisconfigured: the plugin's settings are of another class.

        """
        if not isinstance(self.settings, model):
            raise GatewayMisconfigured(f"plugin {self.plugin} has no settings of class {model.__name__}")
        return self.settings


class PaymentGateway(Protocol):
    """Moves money; chosen by ``name``.

    Declined is a result, never an exception. The same key never moves money twice and gives the same answer.
    An operation whose capability is absent or NO is never called.
    """

    @property
    def name(self) -> str:
        """Return the name that tenders choose it by; unique in a host."""

    @property
    def capabilities(self) -> Mapping[GatewayCapability, Support]:
        """Return what it can do; absent means no. REFUND and CHARGE, or AUTHORIZE and CAPTURE, are the minimum."""

    def authorize(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Reserve the amount."""

    def capture(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Take the amount, or a part, of the authorisation ``request.gateway_ref``."""

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Reserve and take the amount in one step."""

    def void(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Give up the authorisation ``request.gateway_ref``."""

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Give back the amount, or a part, of the capture or charge ``request.gateway_ref``."""

    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        """Say what became of an earlier request; moves nothing."""


class GatewayBase:
    """A base for gateways that lack some operations: what is not overridden refuses, and nothing is sent."""

    def authorize(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Refuse: this gateway cannot authorise."""
        raise _not_offered(request, context)

    def capture(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Refuse: this gateway cannot capture."""
        raise _not_offered(request, context)

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Refuse: this gateway cannot charge in one step."""
        raise _not_offered(request, context)

    def void(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Refuse: this gateway cannot void."""
        raise _not_offered(request, context)

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Refuse: this gateway cannot refund."""
        raise _not_offered(request, context)


class TaxEngine(Protocol):
    """Computes tax; chosen by ``name``. The same request gives the same quote.

    An engine that rounds to other decimals than the currency's also has an attribute ``digits`` (int).
    """

    @property
    def name(self) -> str:
        """Return the name that channels choose it by; unique in a host."""

    def quote(self, request: TaxRequest, context: PluginContext) -> TaxQuote | TaxFailure:
        """Return the tax of every line asked for, or why it cannot be told."""


class FraudRule(Protocol):
    """Looks at an order for one reason to distrust it; without side effects."""

    @property
    def id(self) -> str:
        """Return the rule's id; unique in a host, and the ``rule`` of every signal it gives."""

    def assess(self, request: AssessOrder, context: PluginContext) -> Iterable[FraudSignal]:
        """Return what it found: nothing, or signals with a score of 0 to 100 and a reason."""


def _not_offered(request: PaymentRequest, context: PluginContext) -> GatewayMisconfigured:
    return GatewayMisconfigured(f"plugin {context.plugin} offers no {request.operation.value}")
