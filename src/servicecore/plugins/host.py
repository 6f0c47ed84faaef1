"""The plugin host: loads plugins one by one and calls them guarded; a broken plugin never breaks it."""

from __future__ import annotations

from itertools import islice
from typing import Final, Self

from attrs import evolve

from servicecore.billing.payment_requests import PaymentOutcome, PaymentRequest, PaymentResult, PaymentStatus
from servicecore.kernel.clock import Clock
from servicecore.orders.fraud import FraudAssessment, FraudSignal
from servicecore.plugins.calls import UNKNOWN_NAME, PluginCall, PluginFailure
from servicecore.plugins.checks import (
    MAX_SIGNALS,
    check_fraud_signals,
    check_gateway_result,
    check_payment_request,
    check_query_result,
    show,
)
from servicecore.plugins.exceptions import PluginLoadError
from servicecore.plugins.guard import Ask, Guard, GuardedPlugin
from servicecore.plugins.loading import Loader
from servicecore.plugins.manifest import GatewayCapability
from servicecore.plugins.protocols import PluginContext
from servicecore.plugins.quarantine import Quarantine, QuarantinePolicy
from servicecore.plugins.registered import RegisteredEngine, RegisteredRule
from servicecore.plugins.registration import Registration
from servicecore.plugins.requests import AssessOrder, EventEnvelope, QueryRequest, TaxFailure
from servicecore.plugins.settings import Deadlines, PluginSettings
from servicecore.plugins.tax_checks import check_tax_quote
from servicecore.pricing.promotions.offer_parts import OfferParts
from servicecore.pricing.taxes import TaxQuote, TaxRequest

_DEFAULTS: Final = PluginSettings()


class PluginHost:
    """The plugins of one application; several hosts can live in one process.

    Args:
        plugins: plugins given as objects: modules, instances, classes or factories.
        autoload: whether installed distributions are asked by entry point; the built-in plugins come in any case.
        settings: which, in which order, how long to wait, and the plugins' own settings.
        clock: the clock that calls, quarantine and plugins go by.
        strict: whether a plugin that cannot be loaded is an error; for developers of plugins.

    Raises:
        PluginLoadError: only with ``strict``.

    """

    def __init__(
        self,
        plugins: tuple[object, ...] = (),
        *,
        clock: Clock,
        autoload: bool = True,
        settings: PluginSettings = _DEFAULTS,
        strict: bool = False,
    ) -> None:
        policy = QuarantinePolicy(**settings.quarantine.model_dump())
        self.settings = settings
        self._guard = Guard(clock, Quarantine(policy), settings.keep_calls)
        loader = Loader(settings, clock, self._guard.workers)
        self._registry, self.report = loader.load(plugins, autoload=autoload)
        if strict and self.report.failed:
            self.close()
            reasons = "; ".join(f"{each.id} from {each.origin}: {each.reason}" for each in self.report.failed)
            raise PluginLoadError(reasons, hint="repair or disable the plugin, or open the host without strict")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the idle worker threads end; a call that still hangs ends by itself or with the program."""
        self._guard.workers.close()

    @property
    def calls(self) -> tuple[PluginCall, ...]:
        """Return the records of the last calls, oldest first; late answers stand there as evidence."""
        return self._guard.calls

    @property
    def quarantine(self) -> Quarantine:
        """Return which operations of which plugins are not called for now."""
        return self._guard.quarantine

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """Return what every loaded plugin brought, in the order of loading."""
        return tuple(self._registry.registrations.values())

    def gateway_names(self) -> tuple[str, ...]:
        """Return the names of all payment gateways, sorted."""
        return tuple(sorted(self._registry.gateways))

    def tax_engine_names(self) -> tuple[str, ...]:
        """Return the names of all tax engines, sorted."""
        return tuple(sorted(self._registry.tax_engines))

    def fraud_rule_names(self) -> tuple[str, ...]:
        """Return the ids of all fraud rules, sorted."""
        return tuple(sorted(self._registry.fraud_rules))

    @property
    def offer_parts(self) -> OfferParts:
        """Return the classes that price books may name, of all plugins in the order of loading."""
        return OfferParts(tuple(each.part for plugin in self.registrations for each in plugin.offer_parts))

    def pay(self, gateway_name: str, request: PaymentRequest) -> PaymentOutcome:
        """Ask a gateway to move money and return what became of it; raises nothing.

        NOT_SENT is certain: no such gateway or operation, a request that cannot be sent, quarantine, or the gateway
        said so. UNKNOWN is every exception, silence and answer that cannot be right: ask `query_payment`.
        """
        gateway = self._registry.gateways.get(gateway_name)
        if gateway is None:
            return _not_sent(request.key, self._no_gateway(gateway_name))
        operation = request.operation.value
        if not gateway.supports(GatewayCapability(operation)):
            return _not_sent(request.key, f"gateway {gateway_name} offers no {operation}")
        violations = check_payment_request(request)
        if violations:
            return _not_sent(request.key, show(violations))
        partial = gateway.supports(GatewayCapability.PARTIAL_APPROVAL)

        def run(context: PluginContext) -> PaymentResult:
            result: PaymentResult = getattr(gateway.gateway, operation)(request, context)
            return result

        ask = Ask(
            operation=f"gateway.{operation} {gateway.name}",
            run=run,
            check=lambda result: check_gateway_result(request, result, partial_approvals=partial),
            deadline=self._deadlines(gateway.plugin).gateway,
            key=request.key,
            evidence=_evidence,
        )
        answer = self._guard.call(gateway.plugin, ask)
        if isinstance(answer, PluginFailure):
            status = PaymentStatus.NOT_SENT if answer.kind.nothing_happened else PaymentStatus.UNKNOWN
            return PaymentOutcome(request.key, status, reason=answer.problem.text())
        return _settled(request.key, answer, gateway.plugin)

    def query_payment(self, gateway_name: str, key: str, request: PaymentRequest | None = None) -> PaymentOutcome:
        """Ask a gateway what became of the request with ``key``; raises nothing and moves nothing.

        NOT_SENT where the gateway never heard of it, UNKNOWN where it gives no sound answer. With ``request``, the
        original, the answer is checked against it.
        """
        gateway = self._registry.gateways.get(gateway_name)
        if gateway is None:
            return PaymentOutcome(key, PaymentStatus.UNKNOWN, reason=self._no_gateway(gateway_name))
        partial = gateway.supports(GatewayCapability.PARTIAL_APPROVAL)
        ask = Ask(
            operation=f"gateway.query {gateway.name}",
            run=lambda context: gateway.gateway.query(QueryRequest(key), context),
            check=lambda result: check_query_result(request, result, partial=partial),
            deadline=self._deadlines(gateway.plugin).gateway,
            key=key,
        )
        answer = self._guard.call(gateway.plugin, ask)
        if isinstance(answer, PluginFailure):
            return PaymentOutcome(key, PaymentStatus.UNKNOWN, reason=answer.problem.text())
        if answer.result is None:
            return _not_sent(key, f"gateway {gateway_name} never heard of it")
        return _settled(key, answer.result, gateway.plugin)

    def quote_tax(self, engine_name: str, request: TaxRequest) -> TaxQuote | TaxFailure:
        """Ask a tax engine; a failure is a value with its reason, never a number; raises nothing."""
        engine = self._registry.tax_engines.get(engine_name)
        if engine is None:
            accepted = self._not_loaded(engine_name) or ", ".join(self.tax_engine_names()) or "none is loaded"
            problem = UNKNOWN_NAME.at("", kind="tax engine", value=repr(engine_name), accepted=accepted)
            return TaxFailure(engine_name, problem.code, problem.text(), problem)
        answer = self._guard.call(engine.plugin, self._tax_ask(engine, request))
        if isinstance(answer, PluginFailure):
            return TaxFailure(engine_name, answer.problem.code, answer.problem.text(), answer.problem)
        if isinstance(answer, TaxFailure):
            return evolve(answer, reason=engine.plugin.scrubber.shorten(answer.reason))
        return answer

    def assess(self, request: AssessOrder) -> FraudAssessment:
        """Ask every fraud rule; a rule that fails is named in the failures, the others count; raises nothing."""
        signals: list[FraudSignal] = []
        failures: list[str] = []
        for name in self.fraud_rule_names():
            rule = self._registry.fraud_rules[name]
            answer = self._guard.call(rule.plugin, self._fraud_ask(rule, request))
            if isinstance(answer, PluginFailure):
                failures.append(name)
            else:
                clean = rule.plugin.scrubber.clean
                signals += [evolve(signal, reason=clean(signal.reason)) for signal in answer]
        signals.sort(key=lambda signal: (signal.rule, -signal.score, signal.reason))
        return FraudAssessment(tuple(signals), tuple(failures))

    def publish(self, event: EventEnvelope, *, to: tuple[str, ...] | None = None) -> tuple[PluginFailure, ...]:
        """Tell every observer that ``event`` happened and return who failed; ``to`` names the only plugins to tell."""
        failures = []
        for registration in self._registry.registrations.values():
            if not registration.observers or (to is not None and registration.info.id not in to):
                continue
            answer = self._guard.call(registration.plugin, self._event_ask(registration, event))
            if isinstance(answer, PluginFailure):
                failures.append(answer)
        return tuple(failures)

    def _tax_ask(self, engine: RegisteredEngine, request: TaxRequest) -> Ask[TaxQuote | TaxFailure]:
        return Ask(
            operation=f"tax.quote {engine.name}",
            run=lambda context: engine.engine.quote(request, context),
            check=lambda quote: check_tax_quote(request, quote, engine=engine.name, digits=engine.digits),
            deadline=self._deadlines(engine.plugin).tax,
        )

    def _fraud_ask(self, rule: RegisteredRule, request: AssessOrder) -> Ask[tuple[FraudSignal, ...]]:
        return Ask(
            operation=f"fraud.assess {rule.name}",
            run=lambda context: tuple(islice(rule.rule.assess(request, context), MAX_SIGNALS + 1)),
            check=lambda signals: check_fraud_signals(rule.name, signals),
            deadline=self._deadlines(rule.plugin).fraud,
            key=request.order,
        )

    def _event_ask(self, registration: Registration, event: EventEnvelope) -> Ask[None]:
        def run(context: PluginContext) -> None:
            for observe in registration.observers:
                observe(event, context)

        deadline = self._deadlines(registration.plugin).observe
        return Ask("event", run, lambda _nothing: (), deadline, key=str(event.position))

    def _deadlines(self, plugin: GuardedPlugin) -> Deadlines:
        return self.settings.deadlines_for(plugin.info.id)

    def _not_loaded(self, name: str) -> str:
        """Return that the plugin called ``name`` is there and could not be loaded, and why; empty for any other."""
        failed = (each.reason for each in self.report.failed if each.id == name)
        return next((f"a plugin that loads; {name} does not: {reason}" for reason in failed), "")

    def _no_gateway(self, name: str) -> str:
        accepted = ", ".join(self.gateway_names()) or "none is loaded"
        return UNKNOWN_NAME.at("", kind="gateway", value=repr(name), accepted=accepted).text()


def _not_sent(key: str, reason: str) -> PaymentOutcome:
    return PaymentOutcome(key, PaymentStatus.NOT_SENT, reason=reason)


def _settled(key: str, result: PaymentResult, plugin: GuardedPlugin) -> PaymentOutcome:
    decline = result.decline
    if decline is not None:
        result = evolve(result, decline=evolve(decline, message=plugin.scrubber.shorten(decline.message)))
    return PaymentOutcome(key, result.status, result)


def _evidence(result: PaymentResult) -> str:
    return f"{result.status.value} {result.amount} {result.gateway_ref}".rstrip()
