"""What an order still has to secure, take or give back, followed through its life with the sums worked out by hand.

The order of most tests: 4 units at 10.00 and 2.20 tax, 48.80, and freight of 5.00 and 1.10 tax, 6.10; 54.90 in all, of
which the first card takes 30.00 at most and the second the other 24.90.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import PaymentOperation, PaymentStatus, TenderKind
from servicecore.kernel.money import Money
from servicecore.orders import (
    Amounts,
    Card,
    InvoiceShipment,
    LineQuantity,
    OnAccount,
    Order,
    OrderPolicy,
    PayRefund,
    PlaceOrder,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ShipLines,
)
from servicecore.orders.settlement import (
    balance,
    covered,
    plan_change,
    plan_voids,
    purse,
    shipped_value,
    to_capture,
    to_pay_back,
    to_secure,
)
from servicecore.pricing.quote import Quote

APPROVED, DECLINED = PaymentStatus.APPROVED, PaymentStatus.DECLINED
WEEK = timedelta(days=7)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _placed(make_desk: Callable[..., Any], make_quote: Callable[..., Quote], policy: OrderPolicy | None = None) -> Any:
    desk = make_desk(policy)
    quote = make_quote(("4", "40.00", "8.80"), charges=(("freight", "5.00", "1.10"),))
    desk.do(PlaceOrder(quote=quote, tenders=(Card("tok_1", max_amount=eur("30.00")), Card("tok_2"))))
    return desk


def _secured(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> Any:
    desk = _placed(make_desk, make_quote)
    desk.answer(lasting=WEEK)
    return desk


def _costing(order: Order, net: str, tax: str) -> Order:
    """Return the order as it is when its units cost ``net`` and ``tax``."""
    return order.with_line(order.lines[0].with_price(Amounts(eur(net), eur(tax)), None))


def _sums(order: Order, now: Any) -> str:
    """Return what is to be secured, taken and paid back, what stands behind the order, and what the customer owes."""
    figures = (to_secure(order, now), to_capture(order), to_pay_back(order), covered(order, now), balance(order))
    return " ".join(f"{each.amount:.2f}" for each in figures)


def test_the_sums_of_an_order_from_its_placing_to_a_refund(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = _placed(make_desk, make_quote)
    # 54.90 are asked for: nothing is left to ask, nothing is behind the order yet
    assert _sums(desk.order, desk.now) == "0.00 0.00 0.00 0.00 54.90"
    desk.answer_one(APPROVED, lasting=WEEK)
    desk.answer_one(DECLINED)
    # 30.00 are set aside for a week, 24.90 were declined
    assert _sums(desk.order, desk.now) == "24.90 0.00 0.00 30.00 54.90"
    assert _sums(desk.order, desk.now + WEEK) == "54.90 0.00 0.00 0.00 54.90"
    desk.policy = OrderPolicy(ship_only_covered=False)
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(2)),)))
    # two units are 24.40, and the freight goes with the first of them
    assert shipped_value(desk.order) == eur("30.50")
    desk.do(InvoiceShipment("order-1"))
    assert shipped_value(desk.order) == eur("30.50")
    # 30.50 are billed, of which the 30.00 are being taken; those still stand behind the order
    assert _sums(desk.order, desk.now) == "24.90 0.50 0.00 30.00 54.90"
    desk.answer()
    assert _sums(desk.order, desk.now) == "24.90 0.50 0.00 30.00 24.90"
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(1)),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 1))
    desk.do(RefundReturn("order-1", 1))
    # 12.20 are granted: 18.30 of the bill stay, so 11.70 of 30.00 are on their way back, and 18.30 are kept
    assert _sums(desk.order, desk.now) == "24.40 0.00 0.00 18.30 12.70"
    desk.answer(DECLINED)
    # they did not get through: 30.00 are kept, 11.70 too much
    assert _sums(desk.order, desk.now) == "12.70 0.00 11.70 30.00 12.70"
    desk.do(PayRefund("order-1"))
    desk.answer()
    # now they did: 18.30 of the 42.70 that the order costs are with us
    assert _sums(desk.order, desk.now) == "24.40 0.00 0.00 18.30 24.40"


def test_a_purse_charges_in_the_sequence_of_the_policy_under_the_name_of_the_order(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """Cards before the account here: the card takes 10.00 of the 12.20."""
    policy = OrderPolicy(authorize_at_submit=False, charging_sequence=(TenderKind.CARD, TenderKind.ON_ACCOUNT))
    desk = make_desk(policy)
    tenders = (OnAccount(), Card("tok_1", max_amount=eur("10.00")))
    desk.do(PlaceOrder(quote=make_quote(("1", "10.00", "2.20")), tenders=tenders))
    later = desk.now + WEEK
    intents = purse(desk.order, policy, later).authorize(eur("12.20")).intents
    assert [(each.key, each.tender, each.amount, each.at) for each in intents] == [
        ("order-1/1", 1, eur("10.00"), later),
        ("order-1/2", 0, eur("2.20"), later),
    ]


@pytest.mark.parametrize(
    ("net", "tax", "asked"),
    [
        ("50.00", "11.00", [(PaymentOperation.AUTHORIZE, "12.20")]),
        ("40.01", "8.80", [(PaymentOperation.AUTHORIZE, "0.01")]),
        ("40.00", "8.80", []),
        ("30.00", "6.60", []),
        ("20.00", "3.90", [(PaymentOperation.VOID, "24.90")]),
        ("20.01", "3.90", []),
    ],
)
def test_a_change_is_secured_where_it_costs_more_and_frees_what_is_not_needed_any_more(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote], net: str, tax: str, asked: list[tuple[Any, str]]
) -> None:
    """54.90 are set aside. 67.10 ask for 12.20 more; 30.00 do without the second card's 24.90, 30.01 do not."""
    desk = _secured(make_desk, make_quote)
    plan = plan_change(desk.order, _costing(desk.order, net, tax), desk.policy, desk.now)
    assert [(each.operation, str(each.amount.amount)) for each in plan.intents] == asked


def test_a_change_is_not_secured_where_the_policy_does_so_later(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = _secured(make_desk, make_quote)
    later = OrderPolicy(authorize_at_submit=False)
    plan = plan_change(desk.order, _costing(desk.order, "50.00", "11.00"), later, desk.now)
    assert (plan.intents, plan.unplanned) == ((), eur("0.00"))


def test_a_change_asks_for_no_more_than_it_costs_nor_than_is_missing(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """54.90 are set aside for what costs 42.70 now: 54.90 again ask for nothing, 57.34 for 2.44.

    Where 24.90 of it were declined, 12.20 more ask for 12.20.
    """
    desk = _secured(make_desk, make_quote)
    cheaper = _costing(desk.order, "30.00", "6.60")
    again, dearer = _costing(desk.order, "40.00", "8.80"), _costing(desk.order, "42.00", "9.24")
    assert plan_change(cheaper, again, desk.policy, desk.now).intents == ()
    assert [each.amount for each in plan_change(cheaper, dearer, desk.policy, desk.now).intents] == [eur("2.44")]
    short = _placed(make_desk, make_quote)
    short.answer_one(APPROVED)
    short.answer_one(DECLINED)
    plan = plan_change(short.order, _costing(short.order, "50.00", "11.00"), short.policy, short.now)
    assert [(each.tender, each.amount, each.at) for each in plan.intents] == [(1, eur("12.20"), short.now)]


def test_a_change_that_costs_the_same_frees_what_is_not_needed(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """54.90 are set aside for what costs 30.00."""
    desk = _secured(make_desk, make_quote)
    cheap = _costing(desk.order, "20.00", "3.90")
    plan = plan_change(cheap, cheap, desk.policy, desk.now)
    assert [(each.operation, each.amount) for each in plan.intents] == [(PaymentOperation.VOID, eur("24.90"))]


def test_what_was_taken_and_granted_lowers_what_has_to_stay_set_aside(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """One unit and the freight are billed: the first card's 18.30 are being taken, 11.70 and 24.90 stay set aside.

    The other three units cost 36.60: all is needed. Where they cost nothing, the second card's can go, but not the
    rest of an authorisation with a capture under way.
    """
    desk = _secured(make_desk, make_quote)
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    desk.do(InvoiceShipment("order-1"))
    plan = plan_voids(desk.order, desk.policy, desk.now)
    assert (plan.intents, plan.unplanned) == ((), eur("0.00"))
    free = _costing(desk.order, "0.00", "0.00")
    plan = plan_voids(free, desk.policy, desk.now)
    assert ([each.amount for each in plan.intents], plan.unplanned) == ([eur("24.90")], eur("11.70"))
    desk.answer()
    desk.do(RequestReturn("order-1", (LineQuantity(1, Decimal(1)),)), reason="unwanted")
    desk.do(ReceiveReturn("order-1", 1))
    desk.do(RefundReturn("order-1", 1))
    # 12.20 are granted and on their way back: 6.10 are kept of the 42.70 that the order costs, 36.60 are needed
    plan = plan_voids(desk.order, desk.policy, desk.now)
    assert (plan.intents, plan.unplanned) == ((), eur("0.00"))
    desk.answer(DECLINED)
    # they did not get through: 18.30 are kept, so 24.40 are needed, 12.20 too much; the 11.70 go, 0.50 stay spare
    plan = plan_voids(desk.order, desk.policy, desk.now)
    assert ([each.amount for each in plan.intents], plan.unplanned) == ([eur("11.70")], eur("0.50"))
    # from the lapse on nothing is set aside any more
    assert plan_voids(desk.order, desk.policy, desk.now + WEEK).intents == ()


def test_goods_that_were_sent_bring_their_own_charges_and_no_others(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    """Line 1 was sent, 10.00, with its wrap of 2.00; the wrap of line 2 for 3.00 waits."""
    quote = make_quote(
        ("1", "10.00", "0.00"), ("1", "7.00", "0.00"), charges=(("w1", "2.00", "0.00"), ("w2", "3.00", "0.00"))
    )
    charges = tuple(evolve(each, line=line) for line, each in enumerate(quote.charges, 1))
    desk = make_desk()
    desk.place(evolve(quote, charges=charges))
    desk.answer()
    assert shipped_value(desk.order) == eur("0.00")
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    assert shipped_value(desk.order) == eur("12.00")


@settings(max_examples=60)
@given(
    approved=st.lists(st.booleans(), min_size=2, max_size=2),
    sent=st.integers(0, 4),
    billed=st.booleans(),
    taken=st.lists(st.booleans(), min_size=2, max_size=2),
)
def test_what_is_secured_and_what_is_missing_are_what_the_order_costs(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    approved: list[bool],
    sent: int,
    billed: bool,
    taken: list[bool],
) -> None:
    """Whatever was declined: covered and missing make 54.90, taken and missing make the bill, nothing goes back."""
    desk = _placed(make_desk, make_quote, OrderPolicy(ship_only_covered=False))
    for each in approved:
        desk.answer_one(APPROVED if each else DECLINED)
    if sent:
        desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(sent)),)))
    if sent and billed:
        desk.do(InvoiceShipment("order-1"))
        for each in taken[: len(desk.order.ledger.to_send())]:
            desk.answer_one(APPROVED if each else DECLINED)
    order = desk.order
    assert covered(order, desk.now) + to_secure(order, desk.now) == eur("54.90")
    assert order.ledger.captured() + to_capture(order) == order.invoiced
    assert balance(order) + order.ledger.captured() == eur("54.90")
    assert to_pay_back(order) == eur("0.00")
