"""The bench that a gateway stands on while it is checked: a clock, running keys, and the host's own contract checks."""

from __future__ import annotations

from attrs import evolve
from pydantic import BaseModel

from servicecore.billing.payment_requests import PaymentOperation, PaymentRequest, PaymentResult, PaymentStatus
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.plugins.checks import check_gateway_result, check_query_result, show
from servicecore.plugins.manifest import GatewayCapability, SupportLevel
from servicecore.plugins.protocols import PaymentGateway, PluginContext
from servicecore.plugins.requests import QueryRequest, QueryResult
from servicecore.plugins.scrub import Scrubber, plugin_log
from servicecore.testing.stores.expectation import expect


class Bench:
    """Calls a gateway as the host would, and fails where the host would put it into quarantine.

    Args:
        gateway: the gateway.
        clock: the clock that the gateway and the checks go by.
        settings: what the gateway finds in its context; None where it takes none.
        token: a payment method that is good for any amount.

    """

    def __init__(self, gateway: PaymentGateway, clock: FixedClock, settings: BaseModel | None, token: str) -> None:
        self.gateway = gateway
        self.clock = clock
        self.token = token
        self.sent: dict[str, tuple[PaymentRequest, PaymentResult]] = {}
        self._context = PluginContext("kit", clock, plugin_log("kit", Scrubber()), settings)

    def supports(self, capability: GatewayCapability) -> bool:
        """Return whether the gateway declares ``capability``, with or without restrictions."""
        support = self.gateway.capabilities.get(capability)
        return support is not None and support.level is not SupportLevel.NO

    def request(self, operation: PaymentOperation, amount: Money, ref: str = "", token: str = "") -> PaymentRequest:
        """Return a request with a key that was never used before."""
        key = f"kit-{len(self.sent) + 1}"
        return PaymentRequest(key, operation, amount, token or self.token, ref, customer="C-1", order="O-1")

    def send(self, request: PaymentRequest) -> PaymentResult:
        """Send ``request`` and return the answer, which has to keep the contract."""
        before = evolve(request)
        result: PaymentResult = getattr(self.gateway, request.operation.value)(request, self._context)
        expect(request, before, "a gateway does not change its request")
        partial = self.supports(GatewayCapability.PARTIAL_APPROVAL)
        expect(
            show(check_gateway_result(request, result, partial_approvals=partial)), "", "the answer keeps the contract"
        )
        self.sent.setdefault(request.key, (request, result))
        return result

    def approve(self, operation: PaymentOperation, amount: Money, ref: str = "") -> PaymentResult:
        """Send a new request that the gateway has to approve."""
        result = self.send(self.request(operation, amount, ref))
        expect(result.status, PaymentStatus.APPROVED, f"{operation.value} of {amount} with the good token is approved")
        return result

    def refuse(self, operation: PaymentOperation, amount: Money, ref: str, why: str) -> None:
        """Send a new request that the gateway has to decline."""
        result = self.send(self.request(operation, amount, ref))
        expect(result.status, PaymentStatus.DECLINED, why)

    def query(self, key: str) -> QueryResult:
        """Ask what became of ``key``; the answer has to keep the contract."""
        result = self.gateway.query(QueryRequest(key), self._context)
        request = self.sent[key][0] if key in self.sent else None
        partial = self.supports(GatewayCapability.PARTIAL_APPROVAL)
        expect(
            show(check_query_result(request, result, partial=partial)), "", "the answer to a query keeps the contract"
        )
        return result
