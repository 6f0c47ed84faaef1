"""A lowered total taken back: for which lines, by whom, with which tax, and why it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from servicecore.customers import TaxExemption
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, judge
from servicecore.orders import (
    ORDER,
    Amounts,
    ApplyHold,
    CancelLine,
    ExemptFromTax,
    HoldType,
    OrderPolicy,
    OrderTax,
    OverrideFacts,
    OverridePrice,
    OverrideTotal,
    RestoreTotal,
    TotalRestored,
    open_payment_requests,
)
from servicecore.orders.operations.exempt_from_tax import RetaxedLine
from servicecore.pricing import OverridePermission, OverridePolicy
from servicecore.pricing.quote import Quote
from servicecore.pricing.taxes import TaxableLine

WIDE = OverrideFacts(OverridePolicy((OverridePermission("agent", None, total_discount_percent=None),)))
BACK = RestoreTotal("order-1")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def total(amount: str) -> OverrideTotal:
    return OverrideTotal("order-1", eur(amount))


@pytest.fixture
def placed(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> Callable[..., Any]:
    def place(*lines: tuple[str, str, str], policy: OrderPolicy | None = None, **changes: Any) -> Any:
        desk = make_desk(policy or OrderPolicy())
        desk.limits = WIDE
        quote = make_quote(*lines, **changes)
        desk.place(evolve(quote, cart=evolve(quote.cart, ship_to_country="IT")))
        return desk

    return place


def test_it_is_recorded_for_the_lines_that_were_lowered_with_who_why_and_when(placed: Callable[..., Any]) -> None:
    """3.00 off 20.00 and 10.00; a price set by hand for the first line stands in the place of its share."""
    desk = placed(("2", "20.00", "4.40"), ("1", "10.00", "2.20"))
    desk.do(total("27.00"), reason="loyalty")
    desk.do(OverridePrice("order-1", 1, eur("8.00")), reason="damage")
    desk.now += timedelta(hours=1)
    order = desk.do(BACK, reason="mistake")
    (event,) = [each for each in desk.history if isinstance(each, TotalRestored)]
    assert event == TotalRestored((RetaxedLine(2, Amounts(eur("10.00"), eur("2.20"))),), "agent-1", "mistake", desk.now)
    assert [line.billable.net for line in order.lines] == [eur("16.00"), eur("10.00")]
    desk.do(total("25.00"), reason="loyalty")
    desk.do(BACK)
    assert [each.reason for each in desk.history if isinstance(each, TotalRestored)] == ["mistake", ""]


def test_an_order_without_a_lowered_total_says_what_could_be_restored(placed: Callable[..., Any]) -> None:
    desk = placed(("1", "10.00", "0.00"))
    said = (
        "order: order-1 has the figure that was agreed; accepted: an order with units left to bill whose total was "
        "lowered by hand"
    )
    assert desk.said(BACK) == [said]
    desk.do(CancelLine("order-1", 1), reason="other")
    assert desk.said(BACK) == [
        "0 units are neither invoiced nor canceled; accepted: an order with units that are neither"
    ]


def test_every_hold_on_a_lowered_line_is_named_and_none_on_the_others(placed: Callable[..., Any]) -> None:
    """3.00 off three lines at 10.00 are 1.00 each; then the third is at its own price again."""
    kind = HoldType("packing", blocks=("orders.restore_total",), on_lines=True)
    desk = placed(*[("1", "10.00", "0.00")] * 3, policy=OrderPolicy(hold_types=(kind,)))
    desk.do(total("27.00"), reason="loyalty")
    desk.do(OverridePrice("order-1", 3, eur("10.00")), reason="damage")
    for line in (3, 2, 1):
        desk.do(ApplyHold("order-1", "packing", line=line), reason="other")
    said = "orders.restore_total is stopped by the hold packing (number {}); accepted: release it first"
    assert sorted(desk.said(BACK)) == [f"lines[1]: {said.format(3)}", f"lines[2]: {said.format(2)}"]
    desk.do(ApplyHold("order-1", "packing"), reason="other")
    assert desk.said(BACK) == [said.format(4)]


def test_the_tax_engine_is_asked_anew_where_the_order_was_exempted_since(placed: Callable[..., Any]) -> None:
    desk = placed(("2", "20.00", "4.40"), ("1", "10.00", "2.20"))
    desk.do(total("27.00"), reason="loyalty")
    desk.do(CancelLine("order-1", 1, Decimal(1)), reason="other")
    assert BACK.taxable(desk.order) == ()
    desk.do(ExemptFromTax("order-1", TaxExemption("EX-1", "IT")))
    assert BACK.taxable(desk.order) == (
        TaxableLine("line:1", "standard", eur("10.00")),
        TaxableLine("line:2", "standard", eur("10.00")),
    )
    facts = desk.facts().with_facts(OrderTax(engine="slow", failure="no answer in time"))
    answer = judge(ORDER, desk.order, BACK, facts)
    assert isinstance(answer, Refusal)
    assert [each.text() for each in answer.problems] == [
        "tax: tax engine slow gave no quote: no answer in time; accepted: an engine that knows the case"
    ]


def test_prices_that_contain_tax_are_asked_for_with_it(placed: Callable[..., Any]) -> None:
    """12.20 with 2.20 tax lowered to 10.98: asked for are 12.20, as in an order that was never lowered."""
    desk, never = (placed(("1", "12.20", "2.20"), total=eur("12.20"), prices_include_tax=True) for _ in range(2))
    desk.do(total("10.98"), reason="loyalty")
    for each in (desk, never):
        each.do(ExemptFromTax("order-1", TaxExemption("EX-1", "IT")))
    assert BACK.taxable(desk.order) == (TaxableLine("line:1", "standard", eur("12.20")),)
    assert desk.do(BACK).lines[0].billable == never.order.lines[0].billable


def test_what_it_costs_more_is_asked_for_where_the_authorisation_has_lapsed(placed: Callable[..., Any]) -> None:
    """9.00 and 1.98 tax are 10.00 and 2.20 again: the authorised 12.20 hold for a week, then 1.22 are missing."""
    desk = placed(("1", "10.00", "2.20"))
    desk.answer(lasting=timedelta(days=7))
    desk.do(total("9.00"), reason="loyalty")
    assert open_payment_requests(desk.do(BACK)) == ()
    desk.do(total("9.00"), reason="loyalty")
    desk.now += timedelta(days=8)
    (asked,) = open_payment_requests(desk.do(BACK))
    assert asked.request.amount == eur("1.22")
