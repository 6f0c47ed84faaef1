from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from servicecore.billing import (
    INVOICE,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceStatus,
    RecordPayment,
)
from servicecore.kernel.authority import Actor, Authority, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, after, judge

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FACTS = Facts(NOW, Actor("s", roles={"system"}), Authority((Role("system", ("*",)),)))


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def invoice(total: Money) -> Invoice:
    line = InvoiceLine(1, "x", Decimal(1), total, Money.zero("EUR"))
    return Invoice("invoice-1", InvoiceKind.SHIPMENT, "order-1/shipment/1", "C-1", "EUR", NOW, (line,))


def pay(state: Invoice, amount: Money, reference: str) -> Invoice | tuple[str, ...]:
    decision = judge(INVOICE, state, RecordPayment("invoice-1", amount, reference), FACTS)
    if isinstance(decision, Refusal):
        return tuple(problem.code for problem in decision.problems)
    return after(state, decision) if decision else state


def test_an_invoice_is_paid_in_parts_and_never_above_its_total() -> None:
    first = pay(invoice(eur("30.50")), eur("10.50"), "p-1")
    assert isinstance(first, Invoice)
    assert (first.status, first.open) == (InvoiceStatus.PARTLY_PAID, eur("20.00"))
    assert pay(first, eur("20.01"), "p-2") == ("billing.wrong_payment",)
    second = pay(first, eur("20.00"), "p-2")
    assert isinstance(second, Invoice)
    assert (second.status, second.open) == (InvoiceStatus.PAID, eur("0.00"))
    assert pay(second, eur("0.01"), "p-3") == ("billing.already_paid",)


def test_the_same_payment_told_twice_is_booked_once() -> None:
    first = pay(invoice(eur("30.50")), eur("30.50"), "p-1")
    assert isinstance(first, Invoice)
    assert pay(first, eur("30.50"), "p-1") == first
    assert pay(first, eur("1.00"), "p-1") == ("billing.wrong_payment",)


def test_odd_amounts_are_refused() -> None:
    open_invoice = invoice(eur("30.50"))
    for amount in (eur("0"), eur("-1"), eur("1.001"), Money(Decimal(1), "USD")):
        assert pay(open_invoice, amount, "p-1") == ("billing.wrong_payment",)
    assert pay(invoice(eur("0")), eur("1"), "p-1") == ("billing.already_paid",)


@given(total=st.integers(0, 1_000), payments=st.lists(st.tuples(st.integers(-5, 600), st.integers(1, 5)), max_size=9))
def test_paid_and_open_always_sum_to_the_total(total: int, payments: list[tuple[int, int]]) -> None:
    state = invoice(Money.from_minor(total, "EUR"))
    booked: dict[str, int] = {}
    for cents, reference in payments:
        result = pay(state, Money.from_minor(cents, "EUR"), f"p-{reference}")
        if isinstance(result, Invoice):
            booked[f"p-{reference}"] = cents
            state = result
        assert state.paid.to_minor() == sum(booked.values())
        assert state.open.to_minor() == total - sum(booked.values()) >= 0
