"""A gateway over a server in memory that fails on demand: for tests and demonstrations, loaded only when given."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from attrs import evolve

from servicecore.plugins.api import (
    YES,
    Decline,
    GatewayCapability,
    GatewayUnavailable,
    Money,
    PaymentRequest,
    PaymentResult,
    PluginContext,
    PluginInfo,
    QueryRequest,
    QueryResult,
    Support,
    hookimpl,
)
from servicecore.plugins.builtin.fake_server import FakePaymentServer

SOFT_DECLINE: Final = Decline("insufficient_funds", soft=True, message="not enough on the account today")
HARD_DECLINE: Final = Decline("stolen_card", soft=False, message="the card was reported")
_MAX_HANG_SECONDS: Final = 60.0


class Fault(Enum):
    """What goes wrong with one call.

    RAISE and UNAVAILABLE do nothing, HANG does what was asked once it is released. LOSE_ANSWER, WRONG_CURRENCY,
    OVER_AMOUNT and NONSENSE do what was asked, and only the answer is lost or wrong. DECLINE_SOFT, DECLINE_HARD and
    PENDING are sound answers.
    """

    NONE = "none"
    RAISE = "raise"
    UNAVAILABLE = "unavailable"
    HANG = "hang"
    LOSE_ANSWER = "lose_answer"
    WRONG_CURRENCY = "wrong_currency"
    OVER_AMOUNT = "over_amount"
    NONSENSE = "nonsense"
    DECLINE_SOFT = "decline_soft"
    DECLINE_HARD = "decline_hard"
    PENDING = "pending"


class ScriptedGateway:
    """A sound gateway over `FakePaymentServer`; `script` says what goes wrong with the next calls."""

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
            ),
            YES,
        )
    )

    def __init__(self, name: str = "scripted", server: FakePaymentServer | None = None) -> None:
        self.name = name
        self.server = FakePaymentServer() if server is None else server
        self._faults: deque[Fault] = deque()
        self._query_faults: deque[Fault] = deque()
        self._released = threading.Event()

    def script(self, *faults: Fault) -> None:
        """Let the next operations, one each, go wrong like this; after them all is well."""
        self._faults.extend(faults)

    def script_queries(self, *faults: Fault) -> None:
        """Let the next queries, one each, go wrong: RAISE, UNAVAILABLE, HANG or NONSENSE; other faults do nothing."""
        self._query_faults.extend(faults)

    def release(self) -> None:
        """Let everything go on that hangs, now and later."""
        self._released.set()

    def authorize(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Reserve the amount."""
        return self._send(request, context)

    def capture(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Take the amount, or a part, of an authorisation."""
        return self._send(request, context)

    def charge(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Reserve and take the amount."""
        return self._send(request, context)

    def void(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Give up an authorisation of which nothing was taken."""
        return self._send(request, context)

    def refund(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        """Give back the amount, or a part, of what was taken."""
        return self._send(request, context)

    def query(self, request: QueryRequest, context: PluginContext) -> QueryResult:
        """Say what became of an earlier request."""
        context.log.debug("query of %s", request.key)
        fault = self._query_faults.popleft() if self._query_faults else Fault.NONE
        self._before(fault)
        if fault is Fault.NONSENSE:
            return "it went well, probably"  # type: ignore[return-value]  # the fault is the wrong class
        answer = self.server.answer_to(request.key)
        return QueryResult(known=answer is not None, result=answer)

    def _send(self, request: PaymentRequest, context: PluginContext) -> PaymentResult:
        fault = self._faults.popleft() if self._faults else Fault.NONE
        self._before(fault)
        if fault is Fault.PENDING:
            return self.server.hold_back(request)
        declines = {Fault.DECLINE_SOFT: SOFT_DECLINE, Fault.DECLINE_HARD: HARD_DECLINE}
        result = self.server.handle(request, context.clock.now(), declines.get(fault))
        if fault is Fault.LOSE_ANSWER:
            raise ConnectionResetError("the connection broke while the answer was on its way")
        if fault is Fault.NONSENSE:
            return {"status": "approved"}  # type: ignore[return-value]  # the fault is the wrong class
        if fault is Fault.WRONG_CURRENCY:
            return evolve(
                result, amount=Money(result.amount.amount, "USD" if result.amount.currency != "USD" else "EUR")
            )
        if fault is Fault.OVER_AMOUNT:
            return evolve(result, amount=result.amount * 10)
        return result

    def _before(self, fault: Fault) -> None:
        if fault is Fault.RAISE:
            raise RuntimeError("the gateway stumbled before it sent anything")
        if fault is Fault.UNAVAILABLE:
            raise GatewayUnavailable("no connection")
        if fault is Fault.HANG:
            self._released.wait(_MAX_HANG_SECONDS)


class ScriptedPlugin:
    """A plugin that offers the gateways it is given; hand it to the host in ``plugins``."""

    def __init__(self, *gateways: ScriptedGateway) -> None:
        self._gateways = gateways or (ScriptedGateway(),)

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        """Return who the plugin is."""
        return PluginInfo(id="scripted", version="1.0", api="1.0", title="Payments in memory", vendor="servicecore")

    @hookimpl
    def servicecore_payment_gateways(self) -> tuple[ScriptedGateway, ...]:
        """Return the scripted gateways."""
        return self._gateways
