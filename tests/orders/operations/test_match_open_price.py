"""A competitor is cheaper before the invoice: what is left of a line is lowered, where the policy allows it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import PaymentOperation
from servicecore.kernel.money import Money
from servicecore.orders import (
    ORDER,
    ApplyHold,
    CancelLine,
    Card,
    GiftCardSale,
    HoldType,
    InvoiceShipment,
    LineQuantity,
    MatchOpenPrice,
    MatchPrice,
    OrderPolicy,
    PlaceOrder,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ShipLines,
    open_payment_requests,
)
from servicecore.pricing.override_permission import FloorCosts, OverridePermission
from servicecore.pricing.overrides import OverridePolicy
from servicecore.pricing.price_match import (
    CompetitorPrice,
    PriceMatch,
    PriceMatchFacts,
    PriceMatchPolicy,
    PriceMatchStatus,
)
from servicecore.pricing.quote import Quote

Make = Callable[..., Any]
ON = PriceMatchPolicy(open_units=True)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def at_rival(amount: str, **fields: Any) -> CompetitorPrice:
    return CompetitorPrice("rival", eur(amount), **fields)


def desk_of(make_desk: Make, quote: Quote, policy: PriceMatchPolicy = ON, orders: OrderPolicy | None = None) -> Any:
    desk = make_desk(orders)
    desk.matching = (policy, desk.matching[1])
    desk.do(PlaceOrder(quote=quote, tenders=(Card("tok_1"),)))
    desk.answer()
    return desk


def test_open_units_are_lowered_with_their_tax_and_the_competitor_stands_in_the_explanation(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # 3 at 50.00 with 33.00 tax (22 %); 40.00 elsewhere: 120.00 and 26.40.
    desk = desk_of(make_desk, make_quote(("3", "150.00", "33.00"), ("1", "7.00", "1.54")))
    order = desk.do(MatchOpenPrice("order-1", 1, at_rival("40.00")), reason="competitor_price")
    line = order.lines[0]
    assert (line.billable.net, line.billable.tax) == (eur("120.00"), eur("26.40"))
    assert order.billable == eur("154.94")  # 146.40 + 8.54
    assert line.override is not None
    assert (line.override.unit_price, line.override.original, line.override.price) == (
        eur("40.00"),
        eur("150.00"),
        eur("120.00"),
    )
    assert "rival: 40.00 EUR" in line.override.explanation.text("en")
    assert [step.delta for step in line.override.explanation.steps] == [eur("150.00"), eur("-30.00")]


def test_what_was_billed_keeps_its_price_and_is_matched_by_a_credit(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # One of three at 50.00 is billed; the other two go to 40.00; the billed one gets 10.00 back. 120.00 in all.
    desk = desk_of(make_desk, make_quote(("3", "150.00", "0.00")))
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    order = desk.do(MatchOpenPrice("order-1", 1, at_rival("40.00")), reason="other")
    assert order.invoiced == eur("50.00")
    assert order.billable == eur("130.00")
    desk.do(MatchPrice("order-1", 1, price=at_rival("40.00")), reason="other")
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    order = desk.answer()
    assert order.invoiced == eur("130.00")
    assert order.ledger.kept() == eur("120.00")
    assert desk.refused(MatchPrice("order-1", 1, price=at_rival("40.00")), reason="other") == ("price_match.not_lower",)
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(3)),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 1))
    order = desk.do(RefundReturn("order-1", 1), role="supervisor")
    assert order.returns[0].refunds[0].amount == eur("120.00")


def test_an_authorisation_that_is_not_needed_any_more_is_given_back(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # 50.00 secured by two cards of 40.00 and 10.00; at 40.00 the second one is voided.
    desk = make_desk()
    desk.matching = (ON, desk.matching[1])
    tenders = (Card("tok_1", max_amount=eur("40.00")), Card("tok_2"))
    desk.do(PlaceOrder(quote=make_quote(("1", "50.00", "0.00")), tenders=tenders))
    desk.answer()
    order = desk.do(MatchOpenPrice("order-1", 1, at_rival("40.00")), reason="other")
    (request,) = open_payment_requests(order)
    assert (request.request.operation, request.request.amount) == (PaymentOperation.VOID, eur("10.00"))


def test_the_policy_has_to_allow_it(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    desk = desk_of(make_desk, make_quote(("1", "50.00", "0.00")), PriceMatchPolicy())
    command = MatchOpenPrice("order-1", 1, at_rival("40.00"))
    assert desk.refused(command, reason="other") == ("price_match.open_units_off",)


def test_prices_that_are_not_lower_lines_that_are_not_there_and_units_that_are_gone_are_refused(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    desk = desk_of(make_desk, make_quote(("1", "50.00", "0.00"), ("1", "50.00", "0.00")))
    same = MatchOpenPrice("order-1", 1, at_rival("50.00"))
    assert desk.refused(same, reason="other") == ("price_match.not_lower",)
    assert desk.refused(same) == ("authority.reason_required",)
    assert desk.refused(MatchOpenPrice("order-1", 7), reason="other") == ("orders.unknown_line",)
    assert desk.refused(MatchOpenPrice("order-1", 1), reason="other") == ("price_match.no_price",)
    desk.do(CancelLine("order-1", 1), reason="other")
    gone = MatchOpenPrice("order-1", 1, at_rival("40.00"))
    assert desk.refused(gone, reason="other") == ("orders.nothing_to_bill",)


def test_a_hold_on_the_line_stops_it(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    holding = OrderPolicy(hold_types=(HoldType("dispute", blocks=("orders.match_open_price",), on_lines=True),))
    desk = desk_of(make_desk, make_quote(("1", "50.00", "0.00")), orders=holding)
    desk.do(ApplyHold("order-1", "dispute", line=1), reason="other")
    command = MatchOpenPrice("order-1", 1, at_rival("40.00"))
    assert desk.refused(command, reason="other") == ("orders.on_hold",)


def test_no_open_unit_goes_below_the_floor_without_an_approval(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # Cost 30.00 and 5 % over it are 31.50 (pricing property 41).
    desk = desk_of(make_desk, make_quote(("2", "100.00", "0.00")))
    permissions = (OverridePermission("agent", Decimal(5)), OverridePermission("supervisor"))
    costs = FloorCosts(Decimal(30), Decimal(30))
    desk.matching = (ON, PriceMatchFacts(None, costs, OverridePolicy(permissions)))
    below = MatchOpenPrice("order-1", 1, at_rival("31.49"))
    assert desk.refused(below, reason="other") == ("override.below_floor",)
    order = desk.do(below, reason="other", approver="supervisor")
    assert order.lines[0].override.approved_by == "supervisor-2"


def test_limits_in_percent_start_from_the_first_price_however_often_it_is_lowered(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # The agent may go 50 % below 100.00: 60.00 yes, then 49.99 no.
    desk = desk_of(make_desk, make_quote(("1", "100.00", "0.00")))
    desk.do(MatchOpenPrice("order-1", 1, at_rival("60.00")), reason="other")
    again = MatchOpenPrice("order-1", 1, at_rival("49.99"))
    assert desk.refused(again, reason="other") == ("authority.approval_required",)
    order = desk.do(MatchOpenPrice("order-1", 1, at_rival("50.00")), reason="other")
    steps = order.lines[0].override.explanation.steps
    assert [step.delta for step in steps] == [eur("100.00"), eur("-40.00"), eur("-10.00")]


def test_a_gift_card_is_never_matched(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    desk = make_desk(OrderPolicy(gift_card_items=("ITEM-1",)))
    desk.matching = (ON, desk.matching[1])
    desk.do(PlaceOrder(make_quote(("1", "50.00", "0.00")), (Card("tok_1"),), gift_cards=(GiftCardSale(1),)))
    desk.answer()
    command = MatchOpenPrice("order-1", 1, at_rival("40.00"))
    assert desk.refused(command, reason="other") == ("gift_card.price_fixed",)
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    assert desk.refused(MatchPrice("order-1", 1, price=at_rival("40.00")), reason="other") == ("gift_card.price_fixed",)


def test_of_a_bundle_only_its_own_line_is_matched(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    """OR 4: the component is refused before and after the invoice, with the line that can be matched."""
    quote = make_quote(("1", "50.00", "0.00"), ("1", "20.00", "0.00"))
    parts = (quote.cart.lines[0], evolve(quote.cart.lines[1], component_of=1))
    desk = desk_of(make_desk, evolve(quote, cart=evolve(quote.cart, lines=parts)))
    assert [line.component_of for line in desk.order.lines] == [0, 1]
    assert desk.refused(MatchOpenPrice("order-1", 2, at_rival("10.00")), reason="other") == ("price_match.parent_only",)
    desk.do(MatchOpenPrice("order-1", 1, at_rival("45.00")), reason="other")
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    command = MatchPrice("order-1", 2, price=at_rival("10.00"))
    assert desk.refused(command, reason="other") == ("price_match.parent_only",)
    desk.do(MatchPrice("order-1", 1, price=at_rival("40.00")), reason="other")
    assert desk.order.granted == eur("5.00")


def test_a_record_is_applied_to_open_units_and_the_order_is_found_by_it(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    desk = desk_of(make_desk, make_quote(("1", "50.00", "0.00")))
    record = PriceMatch("pm-1", "ITEM-1", at_rival("40.00"), Decimal(1), "", desk.now, "a", PriceMatchStatus.APPROVED)
    desk.matching = (ON, PriceMatchFacts(record, FloorCosts(None, None), OverridePolicy()))
    order = desk.do(MatchOpenPrice("order-1", 1, price_match="pm-1"), reason="other")
    assert ORDER.indexes(order)["price_match"] == ("pm-1",)


@settings(max_examples=60, deadline=None)
@given(
    net=st.integers(1, 99_999),
    tax=st.integers(0, 20_000),
    theirs=st.integers(0, 9_999),
    includes_tax=st.booleans(),
    billed=st.integers(0, 6),
    parts=st.lists(st.integers(1, 4), max_size=5),
)
def test_however_the_rest_is_billed_it_sums_to_the_matched_price(
    make_desk: Make,
    make_quote: Callable[..., Quote],
    *,
    net: int,
    tax: int,
    theirs: int,
    includes_tax: bool,
    billed: int,
    parts: list[int],
) -> None:
    """What was billed before stays; the rest, in any parts, comes to the competitor's price to the cent."""
    amounts = Money.from_minor(net, "EUR"), Money.from_minor(tax, "EUR")
    desk = desk_of(make_desk, make_quote(("7", str(amounts[0].amount), str(amounts[1].amount))))

    def bill(quantity: int) -> None:
        desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(quantity)),)), role="supervisor")
        desk.do(InvoiceShipment("order-1"))
        desk.answer()

    if billed:
        bill(billed)
    left = 7 - billed
    before, settled = desk.order.lines[0].next_share(Decimal(left)), desk.order.invoiced
    price = CompetitorPrice("rival", Money.from_minor(theirs, "EUR"), includes_tax=includes_tax)
    basis = before.gross if includes_tax else before.net
    command = MatchOpenPrice("order-1", 1, price)
    if basis <= price.net * left:
        assert desk.refused(command, role="supervisor", reason="other") == ("price_match.not_lower",)
        return
    desk.do(command, role="supervisor", reason="other")
    desk.answer()
    for quantity in (*parts, left):
        rest = int(desk.order.lines[0].open)
        if rest:
            bill(min(quantity, rest))
    line = desk.order.lines[0]
    last = line.billed_share(Decimal(billed), Decimal(left))
    assert (last.gross if includes_tax else last.net) == price.net * left
    assert last.net.amount >= 0
    assert 0 <= last.tax.amount <= before.tax.amount
    assert desk.order.invoiced == settled + last.gross == desk.order.billable
