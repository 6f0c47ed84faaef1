"""Charges on an order: billed with what they are for, canceled with it, changed by hand only until then."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.explain import Explanation, StepKind
from servicecore.kernel.money import Money, sum_money
from servicecore.orders import (
    AddCharge,
    ApplyHold,
    CancelLine,
    CancelOrder,
    HoldType,
    InvoiceShipment,
    LineQuantity,
    OrderPolicy,
    OverrideCharge,
    OverrideFacts,
    RemoveCharge,
    RestoreCharge,
    ShipLines,
    invoice_commands,
    summary,
)
from servicecore.pricing import OverridePermission, OverridePolicy, QuoteCharge
from servicecore.pricing.quote import Quote

GIVEN = StepKind("test.given", en="given", it="dato", de="gegeben")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _charge(name: str, amount: str, line: int, *, per_unit: bool) -> QuoteCharge:
    money = eur(amount)
    return QuoteCharge(
        name,
        money,
        eur("0.00"),
        "",
        Explanation(name, money, (GIVEN.step(money),)),
        line=line,
        per_unit=per_unit,
    )


@pytest.fixture
def quote(make_quote: Callable[..., Quote]) -> Quote:
    """2 units at 10.00, 1 at 5.00; freight 4.00, wrapping line 1 3.00, engraving it 1.25 a unit: 34.50."""
    plain = make_quote(("2", "20.00", "0.00"), ("1", "5.00", "0.00"), charges=(("freight", "4.00", "0.00"),))
    more = (_charge("wrap", "3.00", 1, per_unit=False), _charge("engraving", "2.50", 1, per_unit=True))
    return evolve(plain, charges=(*plain.charges, *more), total=eur("34.50"), explanation=plain.explanation)


def _billed(order: Any) -> list[list[tuple[str, str]]]:
    return [[(each.id, str(each.amounts.net.amount)) for each in invoice.charges] for invoice in order.invoices]


def _desk(make_desk: Callable[..., Any], quote: Quote, **policy: Any) -> Any:
    desk = make_desk(OrderPolicy(ship_only_covered=False, **policy))
    desk.place(quote)
    return desk


def _send(desk: Any, *lines: tuple[int, int]) -> Any:
    desk.do(ShipLines("order-1", tuple(LineQuantity(line, Decimal(units)) for line, units in lines)))
    return desk.do(InvoiceShipment("order-1"))


def test_a_charge_is_billed_with_what_it_is_for(make_desk: Callable[..., Any], quote: Quote) -> None:
    """Freight with the first invoice, the wrap with the first of its line, the engraving unit by unit."""
    desk = _desk(make_desk, quote)
    _send(desk, (2, 1))
    _send(desk, (1, 1))
    order = _send(desk, (1, 1))
    assert _billed(order) == [[("freight", "4.00")], [("wrap", "3.00"), ("engraving", "1.25")], [("engraving", "1.25")]]
    assert order.invoiced == order.billable == eur("34.50")


def test_a_charge_goes_with_the_units_that_are_canceled(make_desk: Callable[..., Any], quote: Quote) -> None:
    """One unit takes 10.00 and 1.25 along; the last one 10.00, 1.25 and the wrap of 3.00; freight stays."""
    desk = _desk(make_desk, quote)
    assert desk.do(CancelLine("order-1", 1, 1), reason="other").billable == eur("23.25")
    assert desk.do(CancelLine("order-1", 1, 1), reason="other").billable == eur("9.00")
    order = _send(desk, (2, 1))
    assert _billed(order) == [[("freight", "4.00")]]
    assert order.invoiced == order.billable


def test_a_charge_of_the_order_that_no_invoice_is_left_for_is_not_owed(
    make_desk: Callable[..., Any], quote: Quote
) -> None:
    desk = _desk(make_desk, quote)
    _send(desk, (2, 1))
    desk.do(AddCharge("order-1", "rush", eur("7.00")), reason="haste")
    order = desk.do(CancelLine("order-1", 1), reason="other")
    assert order.billable == order.invoiced == eur("9.00")


def test_a_charge_is_changed_within_the_limits_and_restored(make_desk: Callable[..., Any], quote: Quote) -> None:
    """Agents take 50 percent off a charge, whatever it was changed to before; the original is kept."""
    desk = _desk(make_desk, quote)
    order = desk.do(OverrideCharge("order-1", "freight", eur("3.00")), reason="loyalty")
    order = desk.do(OverrideCharge("order-1", "freight", eur("2.00")), reason="loyalty")
    charge = order.charge("freight")
    assert (charge.amounts.net, charge.original.net, charge.change.by) == (eur("2.00"), eur("4.00"), "agent-1")
    assert order.billable == eur("32.94")  # 2.00 less, and the engine asks 0.44 of tax on the rest
    too_low = OverrideCharge("order-1", "freight", eur("1.99"))
    assert desk.refused(too_low, reason="loyalty") == ("authority.approval_required",)
    assert desk.do(too_low, reason="loyalty", approver="supervisor").charge("freight").change.approved_by
    order = desk.do(RestoreCharge("order-1", "freight"))
    assert (order.charge("freight").original, order.billable) == (None, eur("34.50"))
    assert desk.refused(RestoreCharge("order-1", "freight")) == ("orders.not_overridden",)


def test_what_the_rules_said_takes_an_override_of_a_charge_back(make_desk: Callable[..., Any], quote: Quote) -> None:
    """CC 8.3: freight 4.00, set to 3.00 and back to 4.00: it is restored, with the tax of then."""
    desk = _desk(make_desk, quote)
    desk.do(OverrideCharge("order-1", "freight", eur("3.00")), reason="loyalty")
    order = desk.do(OverrideCharge("order-1", "freight", eur("4.00")), reason="loyalty")
    assert (order.charge("freight").original, order.billable) == (None, eur("34.50"))
    assert [event.type_name for event in desk.history][-1] == "orders.charge_restored"


def test_the_charge_of_a_line_that_is_not_taxed_stays_untaxed(make_desk: Callable[..., Any], quote: Quote) -> None:
    desk = _desk(make_desk, quote)
    order = desk.do(OverrideCharge("order-1", "wrap", eur("2.00"), line=1), reason="loyalty")
    assert order.charge("wrap", 1).amounts.tax == eur("0")


def test_permissions_of_the_book_bound_charges_on_orders(make_desk: Callable[..., Any], quote: Quote) -> None:
    desk = _desk(make_desk, quote)
    policy = OverridePolicy((OverridePermission("agent", charge_decrease_percent=Decimal(25)),))
    desk.limits = OverrideFacts(policy)
    desk.do(OverrideCharge("order-1", "freight", eur("3.00")), reason="loyalty")
    assert desk.refused(OverrideCharge("order-1", "freight", eur("2.99")), reason="x") == (
        "override.approval_required",
    )
    assert desk.refused(AddCharge("order-1", "rush", eur("1")), reason="x") == ("override.exceeds_role_limit",)
    assert desk.refused(RemoveCharge("order-1", "freight"), reason="x") == ("override.approval_required",)


def test_a_charge_for_each_unit_is_added_for_what_is_left(make_desk: Callable[..., Any], quote: Quote) -> None:
    """One unit of two is billed, so a card at 2.00 a unit is 2.00 and 0.44 of tax, billed with the other unit."""
    desk = _desk(make_desk, quote)
    _send(desk, (1, 1))
    card = AddCharge("order-1", "card", eur("2.00"), line=1, per_unit=True, tax_category="standard")
    order = desk.do(card, reason="gift")
    assert (order.charge("card", 1).amounts.gross, order.charge("card", 1).added) == (eur("2.44"), True)
    order = _send(desk, (1, 1))
    assert _billed(order)[1] == [("engraving", "1.25"), ("card", "2.00")]


def test_what_was_added_is_taken_off_again_and_what_was_billed_is_not(
    make_desk: Callable[..., Any], quote: Quote
) -> None:
    desk = _desk(make_desk, quote)
    desk.do(AddCharge("order-1", "rush", eur("7.00")), reason="haste")
    assert desk.do(RemoveCharge("order-1", "rush"), reason="mistake").billable == eur("34.50")
    assert desk.refused(RemoveCharge("order-1", "rush"), reason="x") == ("orders.unknown_charge",)
    assert desk.refused(RemoveCharge("order-1", "freight"), reason="x") == ("authority.approval_required",)
    assert desk.do(RemoveCharge("order-1", "wrap", line=1), reason="x", role="supervisor").charge("wrap", 1) is None
    _send(desk, (2, 1))
    for command in (
        RemoveCharge("order-1", "freight"),
        OverrideCharge("order-1", "freight", eur("4.00")),
        RestoreCharge("order-1", "freight"),
    ):
        assert desk.refused(command, reason="x") == ("orders.charge_billed",)


def test_a_charge_that_cannot_be_is_refused(make_desk: Callable[..., Any], quote: Quote) -> None:
    kind = HoldType("audit", blocks=("orders.*_charge",), on_lines=True)
    desk = _desk(make_desk, quote, hold_types=(kind,))
    rush = AddCharge("order-1", "rush", eur("7.00"))
    for command, code in (
        (evolve(rush, charge="freight"), "value.not_accepted"),
        (evolve(rush, amount=eur("-1.00")), "value.not_accepted"),
        (evolve(rush, amount=eur("1.005")), "value.not_accepted"),
        (evolve(rush, per_unit=True), "value.not_accepted"),
        (evolve(rush, amount=Money("7.00", "USD")), "money.currency_mismatch"),
        (evolve(rush, line=9), "orders.unknown_line"),
        (OverrideCharge("order-1", "freight", Money("7.00", "USD")), "money.currency_mismatch"),
        (OverrideCharge("order-1", "freight", eur("1.005")), "value.not_accepted"),
    ):
        assert desk.refused(command, reason="x", role="supervisor") == (code,), command
    assert desk.refused(rush) == ("authority.reason_required",)
    with pytest.raises(InvalidValue):
        AddCharge("order-1", "", eur("1"))
    desk.do(CancelLine("order-1", 1, 1), reason="other")
    assert desk.refused(OverrideCharge("order-1", "engraving", eur("1.00"), line=1), reason="x") == (
        "value.not_accepted",
    )
    desk.do(ApplyHold("order-1", "audit", line=1), reason="other")
    assert desk.refused(OverrideCharge("order-1", "wrap", eur("2.00"), line=1), reason="x") == ("orders.on_hold",)
    assert desk.do(rush, reason="haste").charge("rush") is not None


def test_nothing_is_added_where_nothing_is_left_to_bill(make_desk: Callable[..., Any], quote: Quote) -> None:
    desk = _desk(make_desk, quote)
    _send(desk, (1, 2), (2, 1))
    assert desk.refused(AddCharge("order-1", "rush", eur("7.00")), reason="haste") == ("orders.nothing_to_bill",)


@given(steps=st.lists(st.tuples(st.sampled_from(["ship", "cancel", "add", "change"]), st.integers(0, 700)), max_size=9))
def test_invoices_sum_to_the_order_whatever_happens_to_its_charges(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], steps: list[tuple[str, int]]
) -> None:
    plain = make_quote(("5", "20.00", "0.00"), ("2", "5.00", "0.00"), charges=(("freight", "4.00", "0.00"),))
    engraving = _charge("engraving", "2.51", 1, per_unit=True)
    desk = _desk(make_desk, evolve(plain, charges=(*plain.charges, engraving), total=plain.total + engraving.amount))
    order = desk.order
    for at, (step, number) in enumerate(steps):
        line = order.lines[number % 2]
        amount = eur(str(Decimal(number) / 100))
        if step == "ship" and line.open:
            order = _send(desk, (line.number, 1))
        elif step == "cancel" and line.open:
            order = desk.do(CancelLine("order-1", line.number, 1), reason="other")
        elif step == "add" and line.to_bill:
            command = AddCharge("order-1", f"c{at}", amount, line=line.number, per_unit=bool(number % 3))
            order = desk.do(command, reason="x", role="supervisor")
        elif step == "change" and order.charges[0].place not in order.billed_charges and order.open:
            order = desk.do(OverrideCharge("order-1", "freight", amount), reason="x", role="supervisor")
        assert order.billable.amount >= order.invoiced.amount >= 0
    if order.open:
        desk.do(ShipLines("order-1"))
        order = desk.do(InvoiceShipment("order-1"))
    assert sum_money((each.total for each in order.invoices), "EUR") == order.billable


def test_a_document_names_the_goods_that_a_charge_is_for_and_a_summary_what_is_owed(
    make_desk: Callable[..., Any], quote: Quote
) -> None:
    """The second invoice bills order line 1 as its first line; a canceled wrap is owed no more."""
    desk = _desk(make_desk, quote)
    _send(desk, (2, 1))
    order = _send(desk, (1, 1))
    second = invoice_commands(order)[1]
    assert [(line.number, line.source) for line in second.lines] == [(1, 1)]
    assert [(each.id, each.line) for each in second.charges] == [("wrap", 1), ("engraving", 1)]
    assert [each.id for each in summary(order).charges] == ["freight", "wrap", "engraving"]
    other = _desk(make_desk, quote)
    left = other.do(CancelLine("order-1", 1), reason="other")
    assert [each.id for each in summary(left).charges] == ["freight"]
    assert summary(other.do(CancelOrder("order-1"), reason="other")).charges == ()
