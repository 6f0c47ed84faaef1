"""Contract to invoice: each period once with its tax, each credit as its invoice was taxed, and patience in doubt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.billing import InvoiceKind
from servicecore.contracts import ApproveContract, CreateContract, FeeLine, TerminateContract
from servicecore.customers import Address, AddressKind, CustomerAddress, RegisterCustomer
from servicecore.engine.outbox import hand_on
from servicecore.engine.processes import PROCESSES
from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money
from servicecore.kernel.recurrence import Interval, IntervalUnit
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing.taxes import TaxRequest

MONTH = Interval(IntervalUnit.MONTH)
ITALY = {"rate-table": {"rates": [{"country": "IT", "rate": "0.22"}]}}


def open_rated(open_shop: Any) -> Any:
    """An installation that knows the tax of Italy and of no other country."""
    return open_shop(
        clock=FixedClock(datetime(2026, 1, 10, 9, tzinfo=UTC)),
        tax_engine="rate-table",
        plugin_settings=PluginSettings(plugins=ITALY),
    )


def change_requests(shop: Any, monkeypatch: pytest.MonkeyPatch, change: Callable[[TaxRequest], TaxRequest]) -> None:
    """Let the tax engine answer another request than it is asked."""
    real = shop.core.runtime.host.quote_tax
    monkeypatch.setattr(shop.core.runtime.host, "quote_tax", lambda engine, request: real(engine, change(request)))


def from_italy(request: TaxRequest) -> TaxRequest:
    return evolve(request, country="IT")


def of_twice_the_amount(request: TaxRequest) -> TaxRequest:
    return evolve(request, lines=tuple(evolve(line, amount=line.amount * Decimal(2)) for line in request.lines))


def sign(shop: Any, country: str = "IT") -> str:
    """A contract of 100.00 a month in advance from 15 January 2026."""
    address = Address("Rossi Srl", "Via Roma 1", "Torino", country)
    shop.agent.execute(
        RegisterCustomer(
            customer_name="Rossi Srl", id="C-1", addresses=(CustomerAddress(AddressKind.BILL_TO, address),)
        )
    )
    draft = CreateContract(
        customer="C-1",
        currency="EUR",
        zone="Europe/Rome",
        start=date(2026, 1, 15),
        initial_term=Interval(IntervalUnit.MONTH, 12),
        fee_lines=(FeeLine("fee", "Maintenance", Money("100.00", "EUR"), MONTH, MONTH),),
        payment_days=10,
    )
    contract = shop.manager.execute(draft).id
    shop.manager.execute(ApproveContract(contract))
    return str(contract)


def invoices(shop: Any, contract: str) -> list[Any]:
    found = [shop.agent.get(each, "invoice") for each in shop.core.find("invoice", "contract", contract)]
    return sorted(found, key=lambda each: (each.kind.value, each.period_start or date.max))


def test_two_periods_become_two_invoices_with_tax_and_due_day(open_shop: Any) -> None:
    """100.00 and 22 % are 122.00; invoiced on the 15th, payable ten days later."""
    shop = open_rated(open_shop)
    contract = sign(shop)
    shop.clock.move_to(datetime(2026, 2, 20, 9, tzinfo=UTC))
    report = shop.core.run_due()
    assert (report.failures, report.refused, report.waiting) == ((), (), ())
    first, second = invoices(shop, contract)
    assert [(each.net, each.tax, each.total) for each in (first, second)] == [
        (Money("100.00", "EUR"), Money("22.00", "EUR"), Money("122.00", "EUR"))
    ] * 2
    assert (first.period_start, first.period_end, first.due) == (
        date(2026, 1, 15),
        date(2026, 2, 15),
        date(2026, 1, 25),
    )
    assert (second.period_start, second.period_end) == (date(2026, 2, 15), date(2026, 3, 15))
    assert first.kind is InvoiceKind.CONTRACT_PERIOD
    before = shop.snapshot()
    shop.core.run_due()
    assert shop.snapshot() == before


def test_an_early_end_is_credited_with_the_tax_of_its_invoice(open_shop: Any) -> None:
    """The period of 15 February has 28 days; ending on the 28th leaves 14 unused: 50.00 and 11.00 tax go back."""
    shop = open_rated(open_shop)
    contract = sign(shop)
    shop.clock.move_to(datetime(2026, 2, 20, 9, tzinfo=UTC))
    shop.core.run_due()
    shop.manager.execute(TerminateContract(contract, last_day=date(2026, 2, 28)), reason="customer_request")
    shop.clock.move_to(datetime(2026, 3, 20, 9, tzinfo=UTC))
    shop.core.run_due()
    found = invoices(shop, contract)
    (memo,) = [each for each in found if each.kind is InvoiceKind.CREDIT_MEMO]
    billed = next(each for each in found if each.period_start == date(2026, 2, 15))
    assert (memo.net, memo.tax, memo.corrects) == (Money("50.00", "EUR"), Money("11.00", "EUR"), billed.id)
    assert len(found) == 3


def test_without_a_tax_the_invoice_waits_and_comes_once_there_is_one(open_shop: Any, monkeypatch: Any) -> None:
    shop = open_rated(open_shop)
    contract = sign(shop, country="DE")
    shop.clock.move_to(datetime(2026, 1, 20, 9, tzinfo=UTC))
    report = shop.core.run_due()
    assert [each.process for each in report.waiting] == ["contract-to-invoice"]
    assert "rate-table" in report.waiting[0].reason
    assert invoices(shop, contract) == []

    change_requests(shop, monkeypatch, from_italy)
    shop.clock.advance(timedelta(minutes=1))
    assert shop.core.run_due().waiting == ()
    assert [each.tax for each in invoices(shop, contract)] == [Money("22.00", "EUR")]


def test_a_credit_waits_for_its_invoice(open_shop: Any, monkeypatch: Any) -> None:
    shop = open_rated(open_shop)
    contract = sign(shop, country="DE")
    shop.clock.move_to(datetime(2026, 1, 20, 9, tzinfo=UTC))
    shop.core.run_due()
    shop.manager.execute(TerminateContract(contract, last_day=date(2026, 1, 20)), reason="customer_request")
    shop.clock.move_to(datetime(2026, 2, 20, 9, tzinfo=UTC))
    assert {each.process for each in shop.core.run_due().waiting} == {"contract-to-invoice", "contract-to-credit"}
    change_requests(shop, monkeypatch, from_italy)
    for _pause in range(2):  # the credit may take its turn before the invoice that it waits for
        shop.clock.advance(timedelta(hours=1))
        report = shop.core.run_due()
    assert report.waiting == ()
    kinds = [each.kind for each in invoices(shop, contract)]
    assert sorted(kinds, key=lambda each: each.value) == [InvoiceKind.CONTRACT_PERIOD, InvoiceKind.CREDIT_MEMO]


def test_an_invoice_that_is_there_is_not_asked_for_again_though_the_tax_has_changed(
    open_shop: Any, monkeypatch: Any
) -> None:
    """The process dies between invoice and mark; when it comes back the tax engine says something else."""
    shop = open_rated(open_shop)
    contract = sign(shop)
    hand_on(shop.core.runtime, PROCESSES)
    store = shop.core.runtime.store

    def die(*_positions: int) -> None:
        raise KeyboardInterrupt

    shop.clock.move_to(datetime(2026, 1, 20, 9, tzinfo=UTC))
    monkeypatch.setattr(store, "handed_on", die)
    with pytest.raises(KeyboardInterrupt):
        shop.core.run_due()
    monkeypatch.undo()
    change_requests(shop, monkeypatch, of_twice_the_amount)
    handed = hand_on(shop.core.runtime, PROCESSES)
    assert (handed.refused, handed.waiting) == ((), ())
    assert [each.tax for each in invoices(shop, contract)] == [Money("22.00", "EUR")]
