"""The contract of a payment gateway: subclass it, say how a gateway is made, and run pytest."""

from __future__ import annotations

from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import ClassVar, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from pydantic import BaseModel

from servicecore.billing.payment_requests import PaymentOperation, PaymentStatus
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.plugins.discovery import BUILT_IN
from servicecore.plugins.hookspecs import hookimpl
from servicecore.plugins.host import PluginHost
from servicecore.plugins.manifest import GatewayCapability, PluginInfo
from servicecore.plugins.protocols import PaymentGateway
from servicecore.plugins.settings import PluginSettings
from servicecore.testing.gateways.bench import Bench
from servicecore.testing.gateways.machine import GatewayMachine
from servicecore.testing.stores.expectation import expect

_START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_CALLERS: Final = 8


class _KitPlugin:
    def __init__(self, gateway: PaymentGateway) -> None:
        self._gateway = gateway

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="kit", version="1.0", api="1.0")

    @hookimpl
    def servicecore_payment_gateways(self) -> tuple[PaymentGateway, ...]:
        return (self._gateway,)


class BaseGatewayContract:
    """Everything that servicecore relies on in a payment gateway, as pytest tests.

    Subclass it in a test module, call the class ``Test...``, and give it ``make_gateway``. What the gateway does not
    declare is skipped; an OFFLINE gateway, behind which nobody remembers anything, is not asked what it remembers.

    Attributes:
        token: a payment method that the gateway behind the test approves, whatever the amount.
        declined_token: one that it declines; empty where there is none, and the check is skipped.
        currencies: in which it takes money; EUR has to be among them.
        examples: how many random courses the state machine takes.

    """

    token: ClassVar[str] = "tok_approved"  # noqa: S105 - stands for a payment method
    declined_token: ClassVar[str] = ""
    currencies: ClassVar[tuple[str, ...]] = ("EUR", "JPY", "KWD")
    examples: ClassVar[int] = 40

    @abstractmethod
    def make_gateway(self, clock: FixedClock) -> PaymentGateway:
        """Return a new gateway over a server of its own that goes by ``clock``."""
        raise NotImplementedError

    def make_settings(self) -> BaseModel | None:
        """Return the settings that the gateway finds in its context; None where it takes none."""
        return None

    def make_bench(self) -> Bench:
        """Return a bench with a new gateway."""
        clock = FixedClock(_START)
        return Bench(self.make_gateway(clock), clock, self.make_settings(), self.token)

    @pytest.fixture
    def bench(self) -> Bench:
        """Make a gateway and put it on the bench."""
        return self.make_bench()

    def test_a_host_takes_it(self, bench: Bench) -> None:
        """Name, capabilities and methods are such that a host registers it."""
        plugins = (_KitPlugin(bench.gateway),)
        alone = PluginSettings(disabled=tuple(plugin for plugin, _module in BUILT_IN))
        with PluginHost(plugins, clock=bench.clock, autoload=False, settings=alone) as host:
            reasons = [failed.reason for failed in host.report.failed]
            expect(reasons, [], "a host can load it")
            expect(bench.gateway.name in host.gateway_names(), True, "it is found by its name")

    def test_money_is_taken_and_given_back(self, bench: Bench) -> None:
        """In every currency, the smallest amount and a large one: sold, captured and refunded in full."""
        for currency in self.currencies:
            for minor in (1, 1_000_000):
                amount = Money.from_minor(minor, currency)
                bench.approve(PaymentOperation.REFUND, amount, self._paid(bench, amount))

    def test_a_decline_is_an_answer(self, bench: Bench) -> None:
        """A declined payment is a result with a reason and without money; it is not an exception."""
        if not self.declined_token:
            pytest.skip("no token is declined")
        request = bench.request(self._sale(bench), Money("10.00", "EUR"), token=self.declined_token)
        expect(bench.send(request).status, PaymentStatus.DECLINED, "the token is declined")

    def test_an_old_key_gives_the_old_answer(self, bench: Bench) -> None:
        """The same request sent again moves nothing and is answered as before."""
        request = bench.request(self._sale(bench), Money("10.00", "EUR"))
        answer = bench.send(request)
        expect(bench.send(request), answer, "the same key gives the same answer")

    def test_one_key_from_many_callers_is_one_payment(self, bench: Bench) -> None:
        """Callers that send the same key at the same time all get the same answer."""
        request = bench.request(self._sale(bench), Money("10.00", "EUR"))
        with ThreadPoolExecutor(_CALLERS) as pool:
            answers = list(pool.map(bench.send, [request] * _CALLERS))
        expect(answers, answers[:1] * _CALLERS, "every caller gets the same answer")

    def test_a_query_tells_known_keys_from_unknown_ones(self, bench: Bench) -> None:
        """What was answered is told again; a key that was never sent is "never heard of it"."""
        expect(bench.query("kit-never-sent").known, False, "a key that was never sent is unknown")
        self._skip_offline(bench)
        request = bench.request(self._sale(bench), Money("10.00", "EUR"))
        answer = bench.send(request)
        found = bench.query(request.key)
        expect((found.known, found.result), (True, answer), "a query says what was answered")

    def test_no_more_is_refunded_than_was_paid(self, bench: Bench) -> None:
        """A refund beyond what was paid is declined, at once and after a refund in part."""
        self._skip_offline(bench)
        ref = self._paid(bench, Money("10.00", "EUR"))
        bench.refuse(PaymentOperation.REFUND, Money("10.01", "EUR"), ref, "no more is refunded than was paid")
        if bench.supports(GatewayCapability.PARTIAL_REFUND):
            bench.approve(PaymentOperation.REFUND, Money("4.00", "EUR"), ref)
            bench.refuse(PaymentOperation.REFUND, Money("6.01", "EUR"), ref, "no more is refunded than is left")
            bench.approve(PaymentOperation.REFUND, Money("6.00", "EUR"), ref)

    def test_no_more_is_captured_than_was_authorised(self, bench: Bench) -> None:
        """A capture beyond the authorisation is declined, at once and after a capture in part."""
        self._skip_offline(bench)
        self._skip_without(bench, GatewayCapability.AUTHORIZE, GatewayCapability.CAPTURE)
        ref = bench.approve(PaymentOperation.AUTHORIZE, Money("10.00", "EUR")).gateway_ref
        bench.refuse(PaymentOperation.CAPTURE, Money("10.01", "EUR"), ref, "no more is captured than was authorised")
        if bench.supports(GatewayCapability.MULTI_CAPTURE):
            bench.approve(PaymentOperation.CAPTURE, Money("4.00", "EUR"), ref)
            bench.refuse(PaymentOperation.CAPTURE, Money("6.01", "EUR"), ref, "no more is captured than is left")
            bench.approve(PaymentOperation.CAPTURE, Money("6.00", "EUR"), ref)

    def test_a_void_ends_an_authorisation(self, bench: Bench) -> None:
        """After a void nothing can be captured, and nothing refunded."""
        self._skip_offline(bench)
        self._skip_without(bench, GatewayCapability.AUTHORIZE, GatewayCapability.CAPTURE, GatewayCapability.VOID)
        amount = Money("10.00", "EUR")
        ref = bench.approve(PaymentOperation.AUTHORIZE, amount).gateway_ref
        bench.approve(PaymentOperation.VOID, amount, ref)
        bench.refuse(PaymentOperation.CAPTURE, amount, ref, "nothing is captured after a void")
        bench.refuse(PaymentOperation.REFUND, amount, ref, "nothing is refunded that was never captured")

    def test_what_follows_nothing_is_declined(self, bench: Bench) -> None:
        """A refund for a reference that the gateway never gave out is declined."""
        self._skip_offline(bench)
        bench.refuse(
            PaymentOperation.REFUND, Money("1.00", "EUR"), "kit-no-such-ref", "an unknown reference is declined"
        )

    def test_any_course_of_payments_keeps_the_money_straight(self) -> None:
        """Hypothesis looks for a course of calls after which money is wrong, and shrinks it."""
        contract = self

        class Machine(GatewayMachine):
            def make_bench(self) -> Bench:
                return contract.make_bench()

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=self.examples,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    def _sale(self, bench: Bench) -> PaymentOperation:
        charges = bench.supports(GatewayCapability.CHARGE)
        return PaymentOperation.CHARGE if charges else PaymentOperation.AUTHORIZE

    def _paid(self, bench: Bench, amount: Money) -> str:
        if bench.supports(GatewayCapability.CHARGE):
            return bench.approve(PaymentOperation.CHARGE, amount).gateway_ref
        ref = bench.approve(PaymentOperation.AUTHORIZE, amount).gateway_ref
        return bench.approve(PaymentOperation.CAPTURE, amount, ref).gateway_ref or ref

    def _skip_offline(self, bench: Bench) -> None:
        if bench.supports(GatewayCapability.OFFLINE):
            pytest.skip("nobody remembers anything behind an offline gateway")

    def _skip_without(self, bench: Bench, *capabilities: GatewayCapability) -> None:
        missing = [each.value for each in capabilities if not bench.supports(each)]
        if missing:
            pytest.skip(f"not declared: {', '.join(missing)}")
