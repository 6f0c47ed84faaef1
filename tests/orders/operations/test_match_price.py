"""A competitor was cheaper: the difference is given back for billed units, and taken back when they return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.kernel.money import Money
from servicecore.orders import (
    ApplyHold,
    Card,
    HoldType,
    InvoiceShipment,
    LineQuantity,
    MatchPrice,
    OrderPolicy,
    PayRefund,
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
    Competitor,
    CompetitorPrice,
    PriceMatch,
    PriceMatchFacts,
    PriceMatchPolicy,
    PriceMatchStatus,
)
from servicecore.pricing.quote import Quote

Make = Callable[..., Any]


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def at_rival(amount: str, **fields: Any) -> CompetitorPrice:
    return CompetitorPrice("rival", eur(amount), **fields)


def invoiced(make_desk: Make, quote: Quote, policy: PriceMatchPolicy | None = None) -> Any:
    desk = make_desk()
    if policy is not None:
        desk.matching = (policy, desk.matching[1])
    desk.do(PlaceOrder(quote=quote, tenders=(Card("tok_1"),)))
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    return desk


def match(desk: Any, amount: str, quantity: int | None = None, **fields: Any) -> Any:
    units = None if quantity is None else Decimal(quantity)
    command = MatchPrice("order-1", 1, units, at_rival(amount, **fields))
    order = desk.do(command, role="supervisor", reason="competitor_price")
    desk.answer()
    return order.price_matches[-1]


def refund(desk: Any, quantity: int) -> Money:
    order = desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(quantity)),)), reason="unwanted")
    number = len(order.returns)
    desk.do(ReceiveReturn("order-1", number))
    order = desk.do(RefundReturn("order-1", number), role="supervisor")
    desk.answer()
    amount: Money = order.returns[-1].refunds[-1].amount
    return amount


def test_the_difference_of_two_units_goes_back_to_the_card(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # 5 x 50.00 billed, 40.00 elsewhere: 2 x 10.00 are 20.00.
    desk = invoiced(make_desk, make_quote(("5", "250.00", "0.00")))
    command = MatchPrice("order-1", 1, Decimal(2), at_rival("40.00"), note="seen in the window")
    order = desk.do(command, reason="competitor_price")
    (found,) = order.price_matches
    assert (found.amount, found.reason, found.note) == (eur("20.00"), "competitor_price", "seen in the window")
    assert [(each.request.token, each.request.amount) for each in open_payment_requests(order)] == [
        ("tok_1", eur("20.00"))
    ]
    order = desk.answer()
    assert order.ledger.refunded() == order.granted == eur("20.00")
    assert order.invoiced == eur("250.00")
    assert [(step.rule, step.delta) for step in found.explanation.steps] == [
        ("price_match.our_net", eur("100.00")),
        ("price_match.their_price", eur("-80.00")),
    ]


def test_what_can_be_matched_is_invoiced_less_matched_less_returned(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # 5 invoiced, 1 returned, 2 matched: 2 are left (vector price-match-available-qty).
    desk = invoiced(make_desk, make_quote(("5", "250.00", "0.00")))
    refund(desk, 1)
    match(desk, "40.00", 2)
    assert desk.order.line(1).matchable == Decimal(2)
    three = MatchPrice("order-1", 1, Decimal(3), at_rival("40.00"))
    assert desk.refused(three, reason="other") == ("price_match.qty_unavailable",)


def test_a_matched_unit_that_comes_back_gets_the_matched_price_only(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # 3 x 50.00, two matched at 40.00: the first two to come back get 40.00, the third 50.00; 150.00 in all.
    desk = invoiced(make_desk, make_quote(("3", "150.00", "0.00")))
    match(desk, "40.00", 2)
    assert [refund(desk, 1) for _ in range(3)] == [eur("40.00"), eur("40.00"), eur("50.00")]
    assert desk.order.ledger.refunded() == desk.order.granted == eur("150.00")
    assert desk.order.ledger.kept() == eur("0.00")
    assert [(step.text(), step.delta) for step in desk.order.returns[0].refunds[0].explanation.steps] == [
        ("paid for 1 of line 1 after discounts", eur("50.00")),
        ("credit of a price match for 1 of line 1, taken back", eur("-10.00")),
    ]


def test_units_kept_after_the_matched_ones_came_back_can_be_matched(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # 3 x 50.00, one matched and back: the other two are unmatched; 30.00 elsewhere gives 2 x 20.00.
    desk = invoiced(make_desk, make_quote(("3", "150.00", "0.00")))
    match(desk, "40.00", 1)
    assert refund(desk, 1) == eur("40.00")
    assert desk.order.line(1).matchable == Decimal(2)
    assert match(desk, "30.00").amount == eur("40.00")
    assert refund(desk, 2) == eur("60.00")
    assert desk.order.ledger.kept() == eur("0.00")


def test_the_tax_on_what_is_given_goes_back_with_it(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # 3 for 290.00 and 63.80 tax (22 %), 90.00 elsewhere without tax: 20.00 and 4.40 tax.
    desk = invoiced(make_desk, make_quote(("3", "290.00", "63.80")))
    found = match(desk, "90.00")
    assert (found.credit.net, found.credit.tax) == (eur("20.00"), eur("4.40"))


def test_a_price_with_tax_is_compared_with_ours_with_tax(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # 3 for 353.80 with tax, 109.80 each elsewhere with tax: 24.40, of which 63.80/353.80 = 4.40 is tax.
    desk = invoiced(make_desk, make_quote(("3", "290.00", "63.80")))
    found = match(desk, "109.80", includes_tax=True)
    assert (found.amount, found.credit.tax) == (eur("24.40"), eur("4.40"))
    assert found.explanation.steps[0].rule == "price_match.our_gross"


def test_shipping_and_adjustments_of_the_competitor_count(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # 50.00 against 40.00 + 3.50 shipping - 1.00 coupon = 42.50: 7.50.
    desk = invoiced(make_desk, make_quote(("1", "50.00", "0.00")))
    assert match(desk, "40.00", shipping=eur("3.50"), adjustments=eur("-1.00")).amount == eur("7.50")


def test_of_the_difference_to_some_competitors_only_a_part_is_given(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # 3 x 10.00 against 9.99: 0.03; half of it is 0.015, rounded half up to 0.02.
    policy = PriceMatchPolicy(competitors=(Competitor("rival", Decimal(50)),))
    desk = invoiced(make_desk, make_quote(("3", "30.00", "0.00")), policy)
    found = match(desk, "9.99")
    assert found.amount == eur("0.02")
    assert [step.rule for step in found.explanation.steps][-2:] == ["price_match.own_part", "kernel.rounded"]


def test_a_line_that_was_not_invoiced_is_refused(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # vector price-match-errors, first case
    desk = make_desk()
    desk.place(make_quote(("1", "50.00", "0.00"), ("1", "50.00", "0.00")))
    desk.answer()
    command = MatchPrice("order-1", 1, price=at_rival("40"))
    assert desk.refused(command, reason="other") == ("price_match.line_not_invoiced",)
    desk.do(ShipLines("order-1", (LineQuantity(2, Decimal(1)),)))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    assert desk.refused(command, reason="other") == ("price_match.line_not_invoiced",)


@pytest.mark.parametrize("amount", ["50", "55"])
def test_a_price_that_is_not_lower_is_refused(amount: str, make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # vector price-match-errors, second and third case
    desk = invoiced(make_desk, make_quote(("1", "50.00", "0.00")))
    command = MatchPrice("order-1", 1, price=at_rival(amount))
    assert desk.refused(command, reason="other") == ("price_match.not_lower",)


def test_all_credits_of_an_order_together_stay_below_the_cap(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # 3 x (50 - 10) = 120.00 exceed 100.00 (vector price-match-errors, fourth case); nothing is given in part.
    policy = PriceMatchPolicy(max_credit=(eur("100.00"),))
    desk = invoiced(make_desk, make_quote(("3", "150.00", "0.00")), policy)
    command = MatchPrice("order-1", 1, price=at_rival("10"))
    assert desk.refused(command, role="supervisor", reason="other") == ("credit.max_exceeded",)
    assert match(desk, "10", 2).amount == eur("80.00")
    assert desk.refused(command, role="supervisor", reason="other") == ("credit.max_exceeded",)
    assert match(desk, "30", 1).amount == eur("20.00")


def test_a_cap_of_zero_gives_nothing_and_another_currency_has_none(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    for cap in (eur("0.00"), Money("100.00", "USD")):
        desk = invoiced(make_desk, make_quote(("1", "50.00", "0.00")), PriceMatchPolicy(max_credit=(cap,)))
        command = MatchPrice("order-1", 1, price=at_rival("49.99"))
        assert desk.refused(command, reason="other") == ("credit.max_exceeded",)


def test_a_credit_to_the_account_pays_nothing_out_and_settles_nothing_of_the_order(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    # 100.00 paid; 20.00 stay on the account, so the returned unit gets 80.00 from the card.
    desk = invoiced(make_desk, make_quote(("1", "100.00", "0.00")))
    order = desk.do(MatchPrice("order-1", 1, price=at_rival("80.00"), to_account=True), reason="other")
    assert open_payment_requests(order) == ()
    assert (order.matched, order.granted) == (eur("20.00"), eur("0.00"))
    assert desk.refused(PayRefund("order-1")) == ("orders.nothing_to_pay_back",)
    assert refund(desk, 1) == eur("80.00")
    assert desk.order.ledger.kept() == eur("20.00")


def test_the_policy_says_where_a_credit_goes_unless_the_command_does(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    policy = PriceMatchPolicy(to_account=True)
    desk = invoiced(make_desk, make_quote(("2", "100.00", "0.00")), policy)
    assert match(desk, "45.00", 1).to_account
    command = MatchPrice("order-1", 1, Decimal(1), at_rival("45.00"), to_account=False)
    assert not desk.do(command, reason="other").price_matches[-1].to_account


def test_units_invoiced_too_long_ago_are_refused(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    desk = invoiced(make_desk, make_quote(("2", "100.00", "0.00")), PriceMatchPolicy(window=timedelta(days=14)))
    desk.now += timedelta(days=14)
    match(desk, "45.00", 1)
    desk.now += timedelta(seconds=1)
    command = MatchPrice("order-1", 1, price=at_rival("45.00"))
    assert desk.refused(command, reason="other") == ("price_match.window_over",)


def test_a_reason_from_the_list_is_required(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    desk = invoiced(make_desk, make_quote(("1", "50.00", "0.00")))
    command = MatchPrice("order-1", 1, price=at_rival("45.00"))
    assert desk.refused(command) == ("authority.reason_required",)
    assert desk.refused(command, reason="mood") == ("orders.unknown_reason",)


def test_a_credit_beyond_the_limit_needs_a_second_person(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # The agent's limit is 200.00, inclusive.
    desk = invoiced(make_desk, make_quote(("1", "1000.00", "0.00")))
    command = MatchPrice("order-1", 1, price=at_rival("799.99"))
    assert desk.refused(command, reason="other") == ("authority.approval_required",)
    order = desk.do(command, reason="other", approver="supervisor")
    assert order.price_matches[0].approved_by == "supervisor-2"


def test_no_unit_goes_below_the_floor_without_an_approval(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    # Cost 30.00 and 5 % over it are 31.50, the lowest price for agents (pricing property 41).
    desk = invoiced(make_desk, make_quote(("2", "100.00", "0.00")))
    permissions = (OverridePermission("agent", Decimal(5)), OverridePermission("supervisor"))
    costs = FloorCosts(Decimal(30), Decimal(30))
    desk.matching = (desk.matching[0], PriceMatchFacts(None, costs, OverridePolicy(permissions)))
    below = MatchPrice("order-1", 1, Decimal(1), at_rival("31.49"))
    assert desk.refused(below, reason="other") == ("override.below_floor",)
    desk.do(MatchPrice("order-1", 1, Decimal(1), at_rival("31.50")), reason="other")
    desk.answer()
    assert desk.do(below, reason="other", approver="supervisor").price_matches[-1].approved_by == "supervisor-2"


def test_a_price_or_a_record_is_named_and_not_both(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    desk = invoiced(make_desk, make_quote(("1", "50.00", "0.00")))
    assert desk.refused(MatchPrice("order-1", 1), reason="other") == ("price_match.no_price",)
    both = MatchPrice("order-1", 1, price=at_rival("45.00"), price_match="pm-1")
    assert desk.refused(both, reason="other") == ("price_match.no_price",)
    desk.matching = (PriceMatchPolicy(only_recorded=True), desk.matching[1])
    unrecorded = MatchPrice("order-1", 1, price=at_rival("45.00"))
    assert desk.refused(unrecorded, reason="other") == ("price_match.no_price",)


def test_another_currency_an_unknown_competitor_and_an_unknown_line_are_refused(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    desk = invoiced(make_desk, make_quote(("1", "50.00", "0.00")), PriceMatchPolicy(others_percent=None))
    command = MatchPrice("order-1", 1, price=CompetitorPrice("rival", Money("45", "USD")))
    assert desk.refused(command, reason="other") == ("price_match.unknown_competitor", "money.currency_mismatch")
    assert desk.refused(MatchPrice("order-1", 7), reason="other") == ("orders.unknown_line",)


def test_a_record_is_applied_once_it_is_approved_and_while_it_holds(
    make_desk: Make, make_quote: Callable[..., Quote]
) -> None:
    desk = invoiced(make_desk, make_quote(("2", "100.00", "0.00")))
    policy, facts = desk.matching
    pending = PriceMatch("pm-1", "ITEM-1", at_rival("40.00"), Decimal(3), "", desk.now, "agent-1")
    command = MatchPrice("order-1", 1, price_match="pm-1")

    def refused(record: PriceMatch | None) -> tuple[str, ...]:
        desk.matching = (policy, PriceMatchFacts(record, facts.costs, facts.overrides))
        codes: tuple[str, ...] = desk.refused(command, reason="other")
        return codes

    assert refused(None) == ("command.not_found",)
    assert refused(pending) == ("price_match.not_approved", "price_match.below_min_quantity")
    approved = PriceMatch(
        "pm-1", "ITEM-2", at_rival("40.00"), Decimal(1), "", desk.now, "a", PriceMatchStatus.APPROVED, desk.now
    )
    assert refused(approved) == ("price_match.expired", "price_match.other_item")
    held = PriceMatch("pm-1", "ITEM-1", at_rival("40.00"), Decimal(2), "", desk.now, "a", PriceMatchStatus.APPROVED)
    desk.matching = (policy, PriceMatchFacts(held, facts.costs, facts.overrides))
    order = desk.do(command, reason="other")
    assert (order.price_matches[0].record, order.matched) == ("pm-1", eur("20.00"))


def test_a_hold_that_stops_it_stops_it(make_desk: Make, make_quote: Callable[..., Quote]) -> None:
    desk = make_desk(OrderPolicy(hold_types=(HoldType("dispute", blocks=("orders.match_price",), on_lines=True),)))
    desk.place(make_quote(("1", "50.00", "0.00"), ("1", "50.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    command = MatchPrice("order-1", 1, price=at_rival("45.00"))
    assert desk.refused(command, reason="other") == ("orders.payment_unsettled",)
    desk.answer()
    desk.do(ApplyHold("order-1", "dispute", line=1), reason="other")
    assert desk.refused(command, reason="other") == ("orders.on_hold",)
    desk.do(MatchPrice("order-1", 2, price=at_rival("45.00")), reason="other")


@settings(max_examples=60, deadline=None)
@given(
    net=st.integers(1, 99_999),
    tax=st.integers(0, 20_000),
    theirs=st.integers(0, 9_999),
    includes_tax=st.booleans(),
    before=st.integers(0, 2),
    matched=st.integers(1, 7),
    story=st.lists(st.integers(1, 3), max_size=6),
)
def test_refunds_and_credits_sum_to_what_was_paid_and_none_is_below_zero(
    make_desk: Make,
    make_quote: Callable[..., Quote],
    *,
    net: int,
    tax: int,
    theirs: int,
    includes_tax: bool,
    before: int,
    matched: int,
    story: list[int],
) -> None:
    """Whatever is matched and in whatever parts seven units return, all of them together get what they cost."""
    paid = Money.from_minor(net, "EUR"), Money.from_minor(tax, "EUR")
    desk = invoiced(make_desk, make_quote(("7", str(paid[0].amount), str(paid[1].amount))))
    amounts = [refund(desk, before)] if before else []
    price = CompetitorPrice("rival", Money.from_minor(theirs, "EUR"), includes_tax=includes_tax)
    units = min(matched, 7 - before)
    ours = desk.order.line(1).billed_share(Decimal(before), Decimal(units))
    basis = ours.gross if includes_tax else ours.net
    command = MatchPrice("order-1", 1, Decimal(units), price)
    if basis.amount <= theirs * units * Decimal("0.01"):
        assert desk.refused(command, role="supervisor", reason="other") == ("price_match.not_lower",)
    else:
        match = desk.do(command, role="supervisor", reason="other").price_matches[0]
        desk.answer()
        given_basis = match.amount if includes_tax else match.credit.net
        assert given_basis == basis - price.net * units
        assert match.credit.net.amount >= 0
        assert 0 <= match.credit.tax.amount <= ours.tax.amount
    for count in (*story, 7):
        line = desk.order.line(1)
        left = int(line.returnable)
        if left:
            amounts.append(refund(desk, min(count, left)))
    assert all(each.amount >= 0 for each in amounts)
    total = sum((each.amount for each in amounts), Decimal(0)) + desk.order.matched.amount
    assert total == (paid[0] + paid[1]).amount
    assert desk.order.ledger.kept() == eur("0.00")
