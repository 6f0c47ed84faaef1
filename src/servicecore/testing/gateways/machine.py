"""A Hypothesis state machine: any course of payments, and the gateway never moves more money than it may."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attrs import define
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from servicecore.billing.payment_requests import PaymentOperation, PaymentRequest, PaymentResult, PaymentStatus
from servicecore.kernel.money import Money
from servicecore.plugins.manifest import GatewayCapability
from servicecore.testing.gateways.bench import Bench
from servicecore.testing.stores.expectation import expect

_CENTS: Final = st.integers(1, 2000)
_FINAL: Final = frozenset({PaymentStatus.APPROVED, PaymentStatus.DECLINED})
_CHOICE: Final = st.integers(0, 50)


@define
class Account:
    """What the model knows of one authorisation or charge, in minor units."""

    ref: str
    authorized: int
    captured: int = 0
    refunded: int = 0
    voided: bool = False


class GatewayMachine(RuleBasedStateMachine):
    """Drives a gateway through sales, captures, voids, refunds, replays, lost answers and time.

    Subclass it, or let ``BaseGatewayContract`` do so, with ``make_bench``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bench = self.make_bench()
        self.accounts: list[Account] = []
        self.remembers = not self.bench.supports(GatewayCapability.OFFLINE)

    def make_bench(self) -> Bench:
        """Return a bench with a new gateway."""
        raise NotImplementedError

    @rule(cents=_CENTS, at_once=st.booleans())
    def sell(self, cents: int, at_once: bool) -> None:
        """Authorise or charge."""
        wanted = PaymentOperation.CHARGE if at_once else PaymentOperation.AUTHORIZE
        if self._offers(wanted):
            result = self._send(wanted, cents)
            if result.status is PaymentStatus.APPROVED:
                got = result.amount.to_minor()
                self.accounts.append(Account(result.gateway_ref, got, got if at_once else 0))

    @precondition(lambda self: self.accounts)
    @rule(choice=_CHOICE, cents=_CENTS)
    def capture(self, choice: int, cents: int) -> None:
        """Capture some of an authorisation, or more than it has."""
        account = self._pick(choice)
        if self._offers(PaymentOperation.CAPTURE):
            result = self._send(PaymentOperation.CAPTURE, cents, account.ref)
            if result.status is PaymentStatus.APPROVED:
                account.captured += result.amount.to_minor()
                if self.remembers:
                    expect(account.captured <= account.authorized, True, "no more is captured than was authorised")
                    expect(account.voided, False, "nothing is captured from a voided authorisation")

    @precondition(lambda self: self.accounts)
    @rule(choice=_CHOICE, cents=_CENTS)
    def refund(self, choice: int, cents: int) -> None:
        """Refund some of what was captured, or more than that."""
        account = self._pick(choice)
        result = self._send(PaymentOperation.REFUND, cents, account.ref)
        if result.status is PaymentStatus.APPROVED:
            account.refunded += result.amount.to_minor()
            if self.remembers:
                expect(account.refunded <= account.captured, True, "no more is refunded than was captured")

    @precondition(lambda self: self.accounts)
    @rule(choice=_CHOICE)
    def void(self, choice: int) -> None:
        """Give up an authorisation, also one of which something was captured."""
        account = self._pick(choice)
        if self._offers(PaymentOperation.VOID):
            result = self._send(PaymentOperation.VOID, account.authorized, account.ref)
            if result.status is PaymentStatus.APPROVED:
                account.voided = True

    @precondition(lambda self: self.bench.sent)
    @rule(choice=_CHOICE)
    def replay(self, choice: int) -> None:
        """Send an old request again with its old key."""
        request, answer = self._old(choice)
        if answer.status in _FINAL:
            expect(self.bench.send(request), answer, "the same key gives the same answer")

    @rule(cents=_CENTS)
    def lose_an_answer(self, cents: int) -> None:
        """Send a sale, lose the answer, and find out by a query as the reconciler would."""
        wanted = PaymentOperation.CHARGE if self._offers(PaymentOperation.CHARGE) else PaymentOperation.AUTHORIZE
        result = self._send(wanted, cents)
        found = self.bench.query(f"kit-{len(self.bench.sent)}")
        if self.remembers:
            expect(found.known, True, "a gateway knows every key it was sent")
            expect(found.result, result, "a query says what the lost answer said")
        if result.status is PaymentStatus.APPROVED:
            got = result.amount.to_minor()
            self.accounts.append(Account(result.gateway_ref, got, got if wanted is PaymentOperation.CHARGE else 0))

    @rule(hours=st.integers(1, 100))
    def wait(self, hours: int) -> None:
        """Let time pass; authorisations may lapse."""
        self.bench.clock.advance(timedelta(hours=hours))

    @invariant()
    def query_agrees(self) -> None:
        """Ask about the last request: a query says what was answered."""
        if self.remembers and self.bench.sent:
            request, answer = self._old(-1)
            if answer.status in _FINAL:
                expect(self.bench.query(request.key).result, answer, "a query says what was answered")

    def _offers(self, operation: PaymentOperation) -> bool:
        return self.bench.supports(GatewayCapability(operation.value))

    def _send(self, operation: PaymentOperation, cents: int, ref: str = "") -> PaymentResult:
        return self.bench.send(self.bench.request(operation, Money.from_minor(cents, "EUR"), ref))

    def _pick(self, choice: int) -> Account:
        return self.accounts[choice % len(self.accounts)]

    def _old(self, choice: int) -> tuple[PaymentRequest, PaymentResult]:
        sent = tuple(self.bench.sent.values())
        return sent[choice % len(sent)]
