from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.customers import TaxExemption
from servicecore.kernel.money import Money, sum_money
from servicecore.orders import (
    AddCharge,
    CancelLine,
    ExemptFromTax,
    InvoiceShipment,
    LineQuantity,
    OrderPolicy,
    OverrideCharge,
    OverridePrice,
    RestoreCharge,
    RestorePrice,
    ShipLines,
    open_payment_requests,
)
from servicecore.pricing.quote import Quote

EXEMPT = ExemptFromTax("order-1", TaxExemption("EX-1", "IT", date(2026, 3, 2)))


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def quote(make_quote: Callable[..., Quote]) -> Quote:
    """3 at 10.00 with 6.60 of tax, freight 4.00 with 0.88, to Italy: 41.48."""
    plain = make_quote(("3", "30.00", "6.60"), charges=(("freight", "4.00", "0.88"),))
    return evolve(plain, cart=evolve(plain.cart, ship_to_country="IT"))


def _send(desk: Any, units: int) -> Any:
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(units)),)))
    return desk.do(InvoiceShipment("order-1"))


def test_what_was_not_invoiced_is_free_and_what_was_stays(make_desk: Callable[..., Any], quote: Quote) -> None:
    """E22: 12.20 and 4.88 are invoiced; the other two units cost 20.00."""
    desk = make_desk()
    desk.place(quote)
    desk.answer()
    _send(desk, 1)
    order = desk.do(EXEMPT)
    assert (order.exemption, order.invoiced, order.billable) == (EXEMPT.exemption, eur("17.08"), eur("37.08"))
    desk.answer()
    assert _send(desk, 2).invoiced == eur("37.08")
    assert desk.refused(EXEMPT) == ("orders.nothing_to_bill",)


def test_a_charge_that_waits_is_free_too_and_the_excess_is_given_back(
    make_desk: Callable[..., Any], quote: Quote
) -> None:
    desk = make_desk()
    desk.place(evolve(quote, lines=(evolve(quote.lines[0], tax=eur("6.60")),)))
    desk.answer()
    order = desk.do(EXEMPT)
    assert order.billable == eur("34.00")
    assert open_payment_requests(order) == ()  # one authorisation of 41.48 covers it, a part is still needed
    assert desk.do(EXEMPT) is order


def test_what_is_changed_or_restored_later_is_free(make_desk: Callable[..., Any], quote: Quote) -> None:
    desk = make_desk()
    desk.place(quote)
    desk.do(OverridePrice("order-1", 1, eur("9.00")), reason="other")
    desk.do(OverrideCharge("order-1", "freight", eur("3.00")), reason="other")
    order = desk.do(EXEMPT)
    assert (order.billable, order.lines[0].override.unit_price) == (eur("30.00"), eur("9.00"))
    added = AddCharge("order-1", "rush", eur("5.00"), tax_category="standard")
    assert desk.do(added, reason="haste").billable == eur("35.00")
    assert desk.do(OverridePrice("order-1", 1, eur("8.00")), reason="other").billable == eur("32.00")
    assert desk.do(RestorePrice("order-1", 1)).billable == eur("38.00")
    assert desk.do(RestoreCharge("order-1", "freight")).billable == eur("39.00")


@pytest.mark.parametrize(
    "exemption",
    [TaxExemption("EX-1", "FR"), TaxExemption("EX-1", "IT-RM"), TaxExemption("EX-1", "IT", date(2026, 3, 1))],
)
def test_a_certificate_that_does_not_hold_there_and_then_is_refused(
    make_desk: Callable[..., Any], quote: Quote, exemption: TaxExemption
) -> None:
    desk = make_desk()
    desk.place(quote)
    assert desk.refused(ExemptFromTax("order-1", exemption)) == ("orders.exemption_not_valid",)


def test_where_nobody_knows_the_place_no_certificate_holds(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("1", "10.00", "2.20")))
    assert desk.refused(EXEMPT) == ("orders.exemption_not_valid",)


@given(
    steps=st.lists(st.sampled_from(["ship", "cancel", "card", "price", "exempt"]), max_size=8),
    units=st.integers(1, 5),
)
def test_invoices_sum_to_the_order_wherever_the_certificate_comes(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], steps: list[str], units: int
) -> None:
    """No tax is billed after it, no bill changes by it, and the invoices are what the order costs."""
    plain = make_quote((str(units), "10.00", "2.20"), charges=(("freight", "4.00", "0.88"),))
    desk = make_desk(OrderPolicy(ship_only_covered=False, authorize_at_submit=False))
    order = desk.place(evolve(plain, cart=evolve(plain.cart, ship_to_country="IT")))
    for step in [*steps, "ship all"]:
        before = order.invoices
        exempt = order.exemption is not None
        if step == "ship" and order.open:
            order = _send(desk, 1)
        elif step == "ship all" and order.open:
            order = _send(desk, int(order.open))
        elif step == "cancel" and order.open:
            order = desk.do(CancelLine("order-1", 1, 1), reason="other")
        elif step == "card" and order.lines[0].to_bill and order.charge("card", 1) is None:
            card = AddCharge("order-1", "card", eur("0.33"), line=1, per_unit=True, tax_category="standard")
            order = desk.do(card, reason="gift")
        elif step == "price" and order.lines[0].to_bill:
            order = desk.do(OverridePrice("order-1", 1, eur("3.33")), reason="other", role="supervisor")
        elif step == "exempt" and order.lines[0].to_bill:
            order = desk.do(EXEMPT)
        assert order.invoices[: len(before)] == before
        assert not exempt or not any(invoice.amounts.tax for invoice in order.invoices[len(before) :])
    assert sum_money((each.total for each in order.invoices), "EUR") == order.billable
