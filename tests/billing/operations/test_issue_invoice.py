from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.billing import (
    INVOICE,
    Invoice,
    InvoiceCharge,
    InvoiceKind,
    InvoiceLine,
    InvoiceStatus,
    IssueInvoice,
)
from servicecore.errors import InvalidValue
from servicecore.kernel.authority import Actor, Authority, Role
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, after, judge

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FACTS = Facts(NOW, Actor("s", roles={"system"}), Authority((Role("system", ("*",)),)), new_id="invoice-1")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


LINE = InvoiceLine(1, "Pump", Decimal(2), eur("20.00"), eur("4.40"), item="P-1", source=3)
SHIPMENT = IssueInvoice(
    InvoiceKind.SHIPMENT,
    "order-1/shipment/1",
    "C-1",
    "EUR",
    (LINE,),
    (InvoiceCharge("freight", eur("5.00"), eur("1.10")),),
    order="order-1",
)
PERIOD = IssueInvoice(
    InvoiceKind.CONTRACT_PERIOD,
    "contract-1/2026-03",
    "C-1",
    "EUR",
    (LINE,),
    contract="contract-1",
    period_start=date(2026, 3, 1),
    period_end=date(2026, 4, 1),
    due=date(2026, 3, 31),
)


def issued(command: IssueInvoice) -> Invoice:
    decision = judge(INVOICE, None, command, FACTS)
    assert not isinstance(decision, Refusal), decision
    return after(None, decision)


def codes(command: IssueInvoice) -> list[tuple[str, str]]:
    decision = judge(INVOICE, None, command, FACTS)
    assert isinstance(decision, Refusal)
    return [(problem.code, problem.path) for problem in decision.problems]


def test_an_invoice_sums_its_lines_and_charges_and_is_found_by_what_it_bills() -> None:
    invoice = issued(SHIPMENT)
    assert (invoice.net, invoice.tax, invoice.total) == (eur("25.00"), eur("5.50"), eur("30.50"))
    assert (invoice.status, invoice.open) == (InvoiceStatus.OPEN, eur("30.50"))
    assert INVOICE.indexes(invoice) == {
        "customer": ("C-1",),
        "order": ("order-1",),
        "contract": (),
        "source": ("order-1/shipment/1",),
        "kind": ("shipment",),
        "status": ("open",),
    }
    assert INVOICE.claims(invoice) == ("invoice:order-1/shipment/1",)


def test_a_period_invoice_names_its_contract_and_period() -> None:
    invoice = issued(PERIOD)
    assert (invoice.contract, invoice.period_start, invoice.period_end, invoice.due) == (
        "contract-1",
        date(2026, 3, 1),
        date(2026, 4, 1),
        date(2026, 3, 31),
    )
    assert INVOICE.indexes(invoice)["contract"] == ("contract-1",)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (evolve(SHIPMENT, order=""), "order"),
        (evolve(SHIPMENT, kind=InvoiceKind.CREDIT_MEMO), "corrects"),
        (evolve(PERIOD, contract=""), "contract"),
        (evolve(PERIOD, period_start=None), "period_end"),
        (evolve(PERIOD, period_end=date(2026, 3, 1)), "period_end"),
    ],
)
def test_a_kind_without_what_it_refers_to_is_refused(command: IssueInvoice, path: str) -> None:
    assert codes(command) == [("billing.wrong_reference", path)]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"net": eur("-0.01")}, "lines[0].net"),
        ({"net": eur("0.001")}, "lines[0].net"),
        ({"tax": Money(Decimal(1), "USD")}, "lines[0].tax"),
        ({"quantity": Decimal(0)}, "lines[0].quantity"),
        ({"quantity": Decimal("NaN")}, "lines[0].quantity"),
    ],
)
def test_amounts_that_nobody_can_pay_are_refused(changes: dict[str, Any], path: str) -> None:
    assert codes(evolve(SHIPMENT, lines=(evolve(LINE, **changes),))) == [("billing.wrong_amount", path)]


def test_an_invoice_without_lines_is_refused() -> None:
    assert codes(evolve(SHIPMENT, lines=())) == [("billing.empty_invoice", "lines")]


def test_a_credit_memo_may_keep_a_fee_back_up_to_its_lines() -> None:
    # 24.40 for the returned pumps less a fee of 5.00: 19.40 for the customer. A shipment has no such charge.
    fee = InvoiceCharge("return_fee", eur("-5.00"), eur("0"))
    memo = evolve(SHIPMENT, kind=InvoiceKind.CREDIT_MEMO, corrects="invoice-1", charges=(fee,))
    assert issued(memo).total == eur("19.40")
    assert codes(evolve(memo, charges=(evolve(fee, net=eur("-24.41")),))) == [("billing.wrong_amount", "charges")]
    assert codes(evolve(SHIPMENT, charges=(fee,))) == [("billing.wrong_amount", "charges[0].net")]


def test_a_key_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(InvalidValue):
        evolve(SHIPMENT, source="")
    with pytest.raises(InvalidValue):
        evolve(SHIPMENT, source="order-1//1")


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=9))
def test_the_total_is_the_sum_of_the_cents(parts: list[tuple[int, int]]) -> None:
    lines = tuple(
        InvoiceLine(number, "x", Decimal(1), Money.from_minor(net, "EUR"), Money.from_minor(tax, "EUR"))
        for number, (net, tax) in enumerate(parts, 1)
    )
    invoice = issued(evolve(SHIPMENT, lines=lines, charges=()))
    assert invoice.total.to_minor() == sum(net + tax for net, tax in parts)
