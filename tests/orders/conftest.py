"""A hand-made quote, a desk that executes commands on one order, and a gateway that says yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from servicecore.billing import PaymentOutcome, PaymentResult, PaymentStatus
from servicecore.kernel.authority import Actor, Authority, Limit, Reason, Role
from servicecore.kernel.events import Event
from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.kernel.problems import Problem
from servicecore.orders import (
    ORDER,
    Card,
    ExemptFromTax,
    FraudAssessment,
    Order,
    OrderPolicy,
    OrderTax,
    OverrideFacts,
    PlaceOrder,
    RecordPaymentOutcome,
    open_payment_requests,
)
from servicecore.orders.retax import Taxed, tax_request
from servicecore.pricing.cart import Cart, CartLine
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.price_match import PriceMatchFacts, PriceMatchPolicy
from servicecore.pricing.quote import Margin, MarginLevel, Quote, QuoteCharge, QuoteLine
from servicecore.pricing.taxes import TaxLine, TaxQuote

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GIVEN = StepKind("test.given", en="given", it="dato", de="gegeben")
AUTHORITY = Authority(
    (
        Role(
            "agent",
            ("orders.*", "pricing.*"),
            (
                Limit("orders.refund_amount", Decimal(200)),
                Limit("pricing.override.below_price", Decimal(50)),
                Limit("pricing.override.charge_decrease", Decimal(50)),
            ),
        ),
        Role(
            "supervisor",
            ("orders.*", "pricing.*"),
            (
                Limit("orders.refund_amount", None),
                Limit("pricing.override.below_price", None),
                Limit("pricing.override.charge_decrease", None),
                Limit("pricing.override.charge_increase", None),
            ),
        ),
        Role("system", ("*",)),
    )
)


def _explained(subject: str, figure: Money) -> Explanation:
    return Explanation(subject, figure, (GIVEN.step(figure),))


def _quote_line(number: int, quantity: str, net: str, tax: str, currency: str) -> QuoteLine:
    amount = Money(Decimal(net), currency)
    return QuoteLine(
        number=number,
        item=f"ITEM-{number}",
        description=f"Item {number}",
        quantity=Decimal(quantity),
        unit="each",
        list_price=amount,
        unit_price=amount,
        gross=amount,
        discounts=(),
        net=amount,
        net_exact=amount,
        tax=Money(Decimal(tax), currency),
        margin=Margin(MarginLevel.OK, None, None),
        tax_category="standard",
        overridden=False,
        explanation=_explained(f"line {number}", amount),
    )


def _make_quote(
    *lines: tuple[str, str, str],
    charges: tuple[tuple[str, str, str], ...] = (),
    currency: str = "EUR",
    at: datetime = NOW,
    **changes: object,
) -> Quote:
    """Make a quote of lines (quantity, net, tax) and charges (id, amount, tax); the figures are taken as they are."""
    given = lines or (("1", "10.00", "0.00"),)
    quoted = tuple(_quote_line(number, *line, currency) for number, line in enumerate(given, 1))
    charged = tuple(
        QuoteCharge(
            name,
            Money(Decimal(amount), currency),
            Money(Decimal(tax), currency),
            "standard",
            _explained(name, Money(Decimal(amount), currency)),
        )
        for name, amount, tax in charges
    )
    subtotal = sum_money((line.net for line in quoted), currency)
    tax = sum_money((*(line.tax for line in quoted), *(charge.tax for charge in charged)), currency)
    total = subtotal + tax + sum_money((each.amount for each in charged), currency)
    fields: dict[str, object] = {
        "id": "q-1",
        "cart": Cart("C-1", currency, tuple(CartLine(line.item, line.quantity) for line in quoted)),
        "at": at,
        "book": "book-1",
        "lines": quoted,
        "charges": charged,
        "subtotal": subtotal,
        "tax": tax,
        "total": total,
        "tax_quote": TaxQuote("test", (), tax),
        "not_applied": (),
        "explanation": _explained("total", total),
    }
    fields.update(changes)
    return Quote(**fields)  # type: ignore[arg-type]


class Desk:
    """One order and those who act on it; every refusal that was not asked for fails the test."""

    def __init__(self, policy: OrderPolicy, fraud: FraudAssessment) -> None:
        self.policy = policy
        self.fraud = fraud
        self.limits = OverrideFacts()
        self.matching: tuple[object, ...] = (
            PriceMatchPolicy(),
            PriceMatchFacts(None, FloorCosts(None, None), OverridePolicy()),
        )
        self.now = NOW
        self.order: Order | None = None
        self.history: list[Event[Order]] = []

    def facts(self, role: str = "agent", reason: str | None = None, approver: str | None = None) -> Facts:
        return Facts(
            now=self.now,
            actor=Actor(f"{role}-1", roles={role}),
            authority=AUTHORITY,
            approver=None if approver is None else Actor(f"{approver}-2", roles={approver}),
            reason=None if reason is None else Reason(reason),
            new_id="order-1",
            others=(self.policy, self.fraud, self.limits, *self.matching),
        )

    def tax_on(self, command: Command) -> OrderTax:
        """Answer as a tax engine of 22 percent, contained in the price where the order's are."""
        taxable = command.taxable(self.order) if isinstance(command, Taxed) and self.order is not None else ()
        if not taxable or self.order is None:
            return OrderTax()
        exemption = command.exemption if isinstance(command, ExemptFromTax) else None
        request = tax_request(self.order, taxable, self.now.date(), exemption)
        rate = Decimal(0) if request.exemption else Decimal("0.22")
        share = rate / (1 + rate) if request.prices_include_tax else rate
        lines = tuple(
            TaxLine(each.key, "IT", each.category, rate, each.amount, (each.amount * share).round())
            for each in request.lines
        )
        return OrderTax(request, TaxQuote("flat", lines, sum_money((each.amount for each in lines), "EUR")), "flat")

    def do(
        self, command: Command, role: str = "agent", reason: str | None = None, approver: str | None = None
    ) -> Order:
        facts = self.facts(role, reason, approver).with_facts(self.tax_on(command))
        decision = judge(ORDER, self.order, command, facts)
        assert not isinstance(decision, Refusal), decision
        if decision:
            self.history.extend(decision)
            self.order = after(self.order, decision)
        assert self.order is not None
        assert after(None, tuple(self.history)) == self.order
        return self.order

    def refused(
        self, command: Command, role: str = "agent", reason: str | None = None, approver: str | None = None
    ) -> tuple[str, ...]:
        return tuple(problem.code for problem in self._problems(command, role, reason, approver))

    def said(
        self, command: Command, role: str = "agent", reason: str | None = None, approver: str | None = None
    ) -> list[str]:
        """Return the sentences of a refusal."""
        return [problem.text() for problem in self._problems(command, role, reason, approver)]

    def _problems(self, command: Command, role: str, reason: str | None, approver: str | None) -> tuple[Problem, ...]:
        facts = self.facts(role, reason, approver).with_facts(self.tax_on(command))
        decision = judge(ORDER, self.order, command, facts)
        assert isinstance(decision, Refusal), decision
        for problem in decision.problems:
            for locale in ("en", "it", "de"):
                assert "?" not in problem.text(locale), problem
        return decision.problems

    def place(self, quote: Quote, *tenders: Card) -> Order:
        return self.do(PlaceOrder(quote=quote, tenders=tenders or (Card("tok_1"),)))

    def answer(self, status: PaymentStatus = PaymentStatus.APPROVED, lasting: timedelta | None = None) -> Order:
        """Answer every request that waits in the same way, as the engine does."""
        assert self.order is not None
        for _ in open_payment_requests(self.order):
            self.answer_one(status, lasting)
        return self.order

    def answer_one(self, status: PaymentStatus, lasting: timedelta | None = None) -> Order:
        """Answer the first request that waits."""
        assert self.order is not None
        request = open_payment_requests(self.order)[0].request
        amount = request.amount if status is PaymentStatus.APPROVED else Money.zero(request.amount.currency)
        until = None if lasting is None else self.now + lasting
        result = PaymentResult(status, amount, gateway_ref=f"ref-{request.key}", expires_at=until)
        known = status not in {PaymentStatus.UNKNOWN, PaymentStatus.NOT_SENT}
        outcome = PaymentOutcome(request.key, status, result if known else None)
        return self.do(RecordPaymentOutcome(self.order.id, outcome), role="system")


@pytest.fixture(scope="session")
def make_quote() -> Callable[..., Quote]:
    return _make_quote


@pytest.fixture(scope="session")
def make_desk() -> Callable[..., Desk]:
    def make(policy: OrderPolicy | None = None, fraud: FraudAssessment | None = None) -> Desk:
        return Desk(policy or OrderPolicy(), fraud or FraudAssessment())

    return make
