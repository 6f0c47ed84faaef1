from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.billing import PaymentOperation
from servicecore.customers import TaxExemption
from servicecore.kernel.authority import Reason
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.operations import Refusal, after, judge
from servicecore.orders import (
    ORDER,
    Amounts,
    ApplyHold,
    CancelLine,
    Card,
    ExemptFromTax,
    GiftCardSale,
    HoldType,
    InvoiceShipment,
    LineQuantity,
    OrderLine,
    OrderPolicy,
    OrderTax,
    OverrideFacts,
    OverridePrice,
    PlaceOrder,
    RestorePrice,
    ShipLines,
    open_payment_requests,
)
from servicecore.pricing import (
    FloorCost,
    MarginEnforcement,
    MarginLevel,
    MarginPolicy,
    OverridePermission,
    OverridePolicy,
)
from servicecore.pricing.deductions import Deducted
from servicecore.pricing.override_permission import FloorCosts
from servicecore.pricing.quote import Quote
from servicecore.storage.codec import JsonCodec


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_a_price_of_zero_is_a_price(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    """Vector order_changes/md-price-0: 2 at 25 become free of charge, 50.00 less."""
    desk = make_desk()
    desk.place(make_quote(("2", "50.00", "11.00")))
    order = desk.do(OverridePrice("order-1", 1, eur("0")), reason="other", approver="supervisor")
    assert order.lines[0].billable.gross == eur("0")
    assert order.billable == eur("0")


def test_only_what_is_left_is_priced_anew_and_every_other_line_keeps_its_price(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """6.5: one of three at 10.00 is billed; the other two at 9.50 are 19.00 and 4.18 of tax; line 2 is as it was."""
    desk = make_desk()
    desk.place(make_quote(("3", "30.00", "6.60"), ("1", "7.00", "1.54")))
    desk.answer()
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    before = desk.do(InvoiceShipment("order-1"))
    order = desk.do(OverridePrice("order-1", 1, eur("9.50")), reason="loyalty")
    line = order.lines[0]
    assert (line.billable.net, line.billable.tax) == (eur("29.00"), eur("6.38"))
    assert line.billed_amounts == before.lines[0].billed_amounts
    assert order.lines[1] == before.lines[1]
    told = line.override
    assert (told.original, told.price, told.reason, told.by) == (eur("20.00"), eur("19.00"), "loyalty", "agent-1")
    assert [str(step.delta) for step in told.explanation.steps] == ["20.00 EUR", "-1.00 EUR"]
    desk.answer()
    desk.do(ShipLines("order-1"))
    order = desk.do(InvoiceShipment("order-1"))
    assert order.invoiced == order.billable == eur("43.92")  # 12.20 + 23.18 + 8.54


def test_a_restored_price_is_the_agreed_one_with_its_tax(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """The tax that was agreed, not a new one: here 5.00 where the engine would say 6.60."""
    desk = make_desk()
    placed = desk.place(make_quote(("3", "30.00", "5.00")))
    assert desk.refused(RestorePrice("order-1", 1)) == ("orders.not_overridden",)
    desk.do(OverridePrice("order-1", 1, eur("9.00")), reason="other")
    desk.do(OverridePrice("order-1", 1, eur("9.90")), reason="other")
    order = desk.do(RestorePrice("order-1", 1))
    assert (order.billable, order.lines[0].override) == (placed.billable, None)
    assert order.lines[0].agreed == placed.lines[0].agreed
    assert [event.type_name for event in desk.history][-1] != "orders.price_overridden"
    assert desk.refused(RestorePrice("order-1", 2)) == ("orders.unknown_line",)


def test_the_agreed_price_takes_an_override_back(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """CC 8.3: 3 units at 10.00 without tax; back at 10.00 the tax is the 5.00 of then, and no limit is asked."""
    desk = make_desk()
    placed = desk.place(make_quote(("3", "30.00", "5.00")))
    desk.do(OverridePrice("order-1", 1, eur("9.00")), reason="other")
    order = desk.do(OverridePrice("order-1", 1, eur("10.00")), reason="other")
    assert (order.billable, order.lines[0].override) == (placed.billable, None)
    assert [event.type_name for event in desk.history][-1] == "orders.price_restored"
    order = desk.do(OverridePrice("order-1", 1, eur("10.00")), reason="other")
    assert order.lines[0].override.price == eur("30.00")


def test_the_limit_is_measured_by_the_agreed_price(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """Agents go 50 percent below; 30 percent of what 30 percent left is less than that, but 51 of the agreed."""
    desk = make_desk()
    desk.place(make_quote(("1", "10.00", "0.00")))
    assert desk.refused(OverridePrice("order-1", 1, eur("4.99")), reason="other") == ("authority.approval_required",)
    desk.do(OverridePrice("order-1", 1, eur("7.00")), reason="other")
    assert desk.refused(OverridePrice("order-1", 1, eur("4.90")), reason="other") == ("authority.approval_required",)
    order = desk.do(OverridePrice("order-1", 1, eur("4.90")), reason="other", approver="supervisor")
    assert order.lines[0].override.approved_by == "supervisor-2"


def test_the_floor_of_the_book_in_force_holds_on_orders_too(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("1", "200.00", "0.00")))
    policy = OverridePolicy((OverridePermission("agent", Decimal(5), FloorCost.ITEM_COST),), ("loyalty",))
    desk.limits = OverrideFacts(policy, FloorCosts(Decimal(100), None))
    desk.do(OverridePrice("order-1", 1, eur("105.00")), reason="loyalty")
    assert desk.refused(OverridePrice("order-1", 1, eur("104.99")), reason="loyalty") == ("override.below_floor",)
    assert desk.refused(OverridePrice("order-1", 1, eur("105.00")), reason="mood") == ("override.reason_required",)
    desk.limits = OverrideFacts(policy)
    assert desk.refused(OverridePrice("order-1", 1, eur("150")), reason="loyalty") == ("override.cost_unknown",)


def test_what_costs_less_gives_authorisations_back_and_what_costs_more_asks_for_the_rest(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """10.00 and 2.20 of tax become 12.00 and 2.64: 2.44 more; at 0 nothing of both is needed."""
    desk = make_desk()
    desk.place(make_quote(("1", "10.00", "2.20")))
    desk.answer()
    (more,) = open_payment_requests(desk.do(OverridePrice("order-1", 1, eur("12.00")), reason="other"))
    assert (more.request.operation, more.request.amount) == (PaymentOperation.AUTHORIZE, eur("2.44"))
    desk.answer()
    free = desk.do(OverridePrice("order-1", 1, eur("0.00")), reason="other", approver="supervisor")
    assert {each.request.operation for each in open_payment_requests(free)} == {PaymentOperation.VOID}


def test_tax_in_the_price_stays_in_the_price(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    """12.20 with 2.20 in it becomes 11.59 with 2.09 in it."""
    desk = make_desk()
    quote = make_quote(("1", "12.20", "2.20"), total=eur("12.20"), prices_include_tax=True)
    desk.place(quote)
    order = desk.do(OverridePrice("order-1", 1, eur("11.59")), reason="other")
    assert (order.lines[0].agreed.net, order.lines[0].agreed.tax) == (eur("9.50"), eur("2.09"))


def test_a_price_that_cannot_be_is_refused(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    kind = HoldType("packing", blocks=("orders.override_price",), on_lines=True)
    desk = make_desk(OrderPolicy(hold_types=(kind,)))
    desk.place(make_quote(("1", "10.00", "0.00"), ("1", "10.00", "0.00")))
    ask = OverridePrice("order-1", 1, eur("9.50"))
    assert desk.refused(ask) == ("authority.reason_required",)
    assert desk.refused(evolve(ask, line=3), reason="x") == ("orders.unknown_line",)
    assert desk.refused(evolve(ask, unit_price=Money("9.50", "USD")), reason="x") == ("money.currency_mismatch",)
    negative = evolve(ask, unit_price=eur("-1"))
    assert desk.refused(negative, reason="x", role="supervisor") == ("value.not_accepted",)
    desk.do(ApplyHold("order-1", "packing", line=1), reason="other")
    assert desk.refused(ask, reason="x") == ("orders.on_hold",)
    desk.do(CancelLine("order-1", 2), reason="other")
    assert desk.refused(evolve(ask, line=2), reason="x") == ("orders.nothing_to_bill",)


def test_no_tax_is_not_an_answer(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    """A tax engine that is silent, or answers for something else, refuses the change."""
    desk = make_desk()
    order = desk.place(make_quote(("1", "10.00", "2.20")))
    command = OverridePrice("order-1", 1, eur("9.50"))
    facts: Facts = evolve(desk.facts(), reason=Reason("other"))
    good = desk.tax_on(command)
    wrong = evolve(good, answer=evolve(good.answer, lines=()))
    for tax, code in (
        (OrderTax(good.request, engine="slow", failure="no answer in time"), "orders.no_tax_quote"),
        (OrderTax(), "orders.no_tax_quote"),
        (wrong, "pricing.tax_missing_key"),
    ):
        answer = judge(ORDER, order, command, facts.with_facts(tax))
        assert isinstance(answer, Refusal)
        assert answer.problems[0].code == code


@given(
    quantity=st.integers(1, 6),
    net=st.integers(0, 5000),
    steps=st.lists(st.tuples(st.sampled_from(["ship", "cancel", "price", "restore"]), st.integers(0, 900)), max_size=8),
)
def test_invoices_sum_to_the_order_however_often_its_price_changes(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    quantity: int,
    net: int,
    steps: list[tuple[str, int]],
) -> None:
    """What is billed never changes, nothing is below 0, and in the end all invoices are what the order costs."""
    desk = make_desk(OrderPolicy(ship_only_covered=False, authorize_at_submit=False))
    order = desk.place(make_quote((str(quantity), str(Decimal(net) / 100), "0.00")))
    for step, number in steps:
        line, billed = order.lines[0], order.lines[0].billed_amounts
        if step in {"ship", "cancel"} and line.open:
            units = Decimal(1 + number % int(line.open))
            if step == "ship":
                desk.do(ShipLines("order-1", (LineQuantity(1, units),)))
                order = desk.do(InvoiceShipment("order-1"))
                continue
            order = desk.do(CancelLine("order-1", 1, units), reason="other")
        elif step == "price" and line.to_bill:
            price = eur(str(Decimal(number) / 100))
            order = desk.do(OverridePrice("order-1", 1, price), role="supervisor", reason="other")
            left = order.lines[0].billable.net - billed.net
            assert left.to_minor() == number * int(line.to_bill)
        elif step == "restore" and line.override is not None and line.to_bill:
            order = desk.do(RestorePrice("order-1", 1))
        assert order.lines[0].billed_amounts == billed
        assert order.billable.amount >= 0
    if order.lines[0].open:
        desk.do(ShipLines("order-1"))
        order = desk.do(InvoiceShipment("order-1"))
    assert sum_money((each.total for each in order.invoices), "EUR") == order.billable


def test_a_gift_card_keeps_the_price_that_it_is_worth(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """The card is issued at its list price: another price would sell money below its value."""
    desk = make_desk(OrderPolicy(gift_card_items=("ITEM-1",)))
    desk.do(PlaceOrder(make_quote(("1", "50.00", "0.00")), (Card("tok_1"),), gift_cards=(GiftCardSale(1),)))
    cheap = OverridePrice("order-1", 1, eur("49.00"))
    assert desk.refused(cheap, reason="other", role="supervisor") == ("gift_card.price_fixed",)


def test_the_floor_is_compared_without_tax_where_prices_contain_it(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """A floor of 105.00 is 128.10 with 22 percent in it."""
    desk = make_desk()
    desk.place(make_quote(("1", "244.00", "44.00"), total=eur("244.00"), prices_include_tax=True))
    policy = OverridePolicy((OverridePermission("agent", Decimal(5), FloorCost.ITEM_COST),))
    desk.limits = OverrideFacts(policy, FloorCosts(Decimal(100), None))
    assert desk.refused(OverridePrice("order-1", 1, eur("128.09")), reason="x") == ("override.below_floor",)
    assert desk.do(OverridePrice("order-1", 1, eur("128.10")), reason="x").billable == eur("128.10")


@pytest.mark.parametrize("include_tax", [False, True])
def test_a_price_below_its_floor_may_be_raised(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], include_tax: bool
) -> None:
    """Agreed at 90.00 over a cost of 100.00: 95.00 is below the floor of 105.00, and better than what was agreed."""
    desk = make_desk()
    desk.place(make_quote(("1", "90.00", "0.00"), total=eur("90.00"), prices_include_tax=include_tax))
    policy = OverridePolicy((OverridePermission("agent", Decimal(5), FloorCost.ITEM_COST),))
    desk.limits = OverrideFacts(policy, FloorCosts(Decimal(100), None))
    assert desk.refused(OverridePrice("order-1", 1, eur("89.99")), reason="x") == ("override.below_floor",)
    assert desk.do(OverridePrice("order-1", 1, eur("95.00")), reason="x").lines[0].override.unit_price == eur("95.00")
    assert desk.refused(OverridePrice("order-1", 1, eur("89.99")), reason="x") == ("override.below_floor",)


def test_a_price_set_by_hand_alerts_of_its_margin_or_is_blocked(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """A11: cost 8.00 a unit and a royalty of 10 percent: 9.50 leaves 8.55, 6.875 percent; 12.00 would be acceptable."""
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "0.00")))
    bands = MarginPolicy(Decimal(35), Decimal(10))
    desk.limits = OverrideFacts(
        costs=FloorCosts(None, Decimal(8)), margin=bands, deductions=Deducted(percent=Decimal(10))
    )
    margin = desk.do(OverridePrice("order-1", 1, eur("9.50")), reason="x").lines[0].override.margin
    assert (margin.level, margin.percent) == (MarginLevel.ERROR, Decimal("6.8750"))
    assert (margin.deducted, margin.suggested) == (eur("1.90"), eur("12.00"))
    desk.limits = evolve(desk.limits, margin=evolve(bands, enforcement=MarginEnforcement.BLOCK))
    assert desk.refused(OverridePrice("order-1", 1, eur("9.77")), reason="x") == ("margin.blocked",)
    assert desk.do(OverridePrice("order-1", 1, eur("9.78")), reason="x").lines[0].override.unit_price == eur("9.78")
    desk.limits = evolve(desk.limits, costs=FloorCosts(None, None))
    unknown = desk.do(OverridePrice("order-1", 1, eur("9.00")), reason="x").lines[0].override.margin
    assert unknown.level is MarginLevel.UNKNOWN_COST


def test_a_line_that_the_quote_does_not_have_is_taxed_by_its_own_category(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """The quote knows line 1; line 2, books at 5.00, is overridden to 4.00 and 0.88 tax, exempted and restored."""
    quote = make_quote(("1", "10.00", "2.20"), ("1", "5.00", "1.10"))
    quote = evolve(quote, cart=evolve(quote.cart, ship_to_country="IT"))
    desk = make_desk()
    order = desk.place(quote)
    books = evolve(order.lines[1], tax_category="books")
    order = evolve(order, lines=(order.lines[0], books), quote=evolve(quote, lines=quote.lines[:1]))
    desk.order, desk.history = order, []
    command = OverridePrice("order-1", 2, eur("4.00"))
    assert [each.category for each in command.taxable(order)] == ["books"]
    order = after(order, _decided(desk, command, "loyalty"))
    assert order.lines[1].billable == Amounts(eur("4.00"), eur("0.88"))
    desk.order = order
    exempt = ExemptFromTax("order-1", TaxExemption("C-1", "IT"))
    assert [each.category for each in exempt.taxable(order)] == ["standard", "books"]
    order = after(order, _decided(desk, exempt))
    assert [line.billable.tax for line in order.lines] == [eur("0"), eur("0")]
    desk.order = order
    order = after(order, _decided(desk, RestorePrice("order-1", 2)))
    assert order.lines[1].billable == Amounts(eur("5.00"), eur("0.00"))


def _decided(desk: Any, command: Any, reason: str | None = None) -> Any:
    facts = desk.facts("supervisor", reason).with_facts(desk.tax_on(command))
    decision = judge(ORDER, desk.order, command, facts)
    assert not isinstance(decision, Refusal), decision
    return decision


def test_a_line_of_an_earlier_release_takes_the_category_of_its_quote(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """It was stored without a category of its own."""
    codec = JsonCodec()
    order = make_desk().place(make_quote(("1", "10.00", "2.20")))
    stored = json.loads(codec.encode(order.lines[0]))
    assert stored.pop("tax_category") == "standard"
    line = codec.from_plain(OrderLine, stored)
    assert line.tax_category == ""
    assert evolve(order, lines=(line,)).line_tax_category(line) == "standard"
