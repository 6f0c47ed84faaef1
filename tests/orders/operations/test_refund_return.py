from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.billing import PaymentOperation, PaymentStatus
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal, judge
from servicecore.orders import (
    ORDER,
    Card,
    InvoiceShipment,
    LineQuantity,
    OnAccount,
    OrderPaymentStatus,
    PayRefund,
    PlaceOrder,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ReturnStatus,
    ShipLines,
    open_payment_requests,
    payment_status,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def paid(make_desk: Callable[..., Any], quote: Quote, *tenders: Any) -> Any:
    desk = make_desk()
    desk.do(PlaceOrder(quote=quote, tenders=tenders or (Card("tok_1"),)))
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    return desk


def back(desk: Any, quantity: int | str, line: int = 1) -> int:
    order = desk.do(RequestReturn("order-1", (LineQuantity(line, Decimal(quantity)),)), reason="unwanted")
    number: int = len(order.returns)
    desk.do(ReceiveReturn("order-1", number))
    return number


def granted(desk: Any, quantity: int, fee: Money | None = None) -> Money:
    number = back(desk, quantity)
    order = desk.do(RefundReturn("order-1", number, fee), role="supervisor")
    desk.answer()
    amount: Money = order.returns[-1].refunds[-1].amount
    return amount


def test_three_units_returned_one_by_one_get_back_the_line_to_the_cent(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 3 x 100.00 less 10.00: 290.00 paid, so 96.67, 96.66 and 96.67 (vector refund_amounts/alloc-1).
    desk = paid(make_desk, make_quote(("3", "290.00", "0.00")))
    assert [granted(desk, 1) for _ in range(3)] == [eur("96.67"), eur("96.66"), eur("96.67")]
    assert desk.order.ledger.refunded() == eur("290.00")
    assert payment_status(desk.order) is OrderPaymentStatus.PAID


def test_the_tax_that_was_recorded_goes_back_in_the_same_parts(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 9.99 and 0.70 tax for 3: two get 6.66 + 0.47, the last 3.33 + 0.23; 10.69 in all (refund_amounts/alloc-2).
    desk = paid(make_desk, make_quote(("3", "9.99", "0.70")))
    assert [granted(desk, 2), granted(desk, 1)] == [eur("7.13"), eur("3.56")]


def test_a_fee_is_kept_and_explained(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    # 50.00 returned, 7.50 restocking and 5.00 shipping kept: 37.50 (refund_amounts/alloc-5).
    desk = paid(make_desk, make_quote(("1", "50.00", "0.00")))
    assert granted(desk, 1, eur("12.50")) == eur("37.50")
    refund = desk.order.returns[0].refunds[0]
    assert [(step.rule, step.delta) for step in refund.explanation.steps] == [
        ("orders.refund_paid", eur("50.00")),
        ("orders.refund_fee", eur("-12.50")),
    ]
    assert desk.order.ledger.refunded() == eur("37.50")
    assert desk.order.returns[0].status is ReturnStatus.REFUNDED


def test_refusals_of_a_refund_name_field_value_and_what_would_be_accepted(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = paid(make_desk, make_quote(("1", "50.00", "0.00")))
    back(desk, 1)
    told = {
        RefundReturn("order-1", 1, eur("50.01")): ("fee", "50.01 EUR", "0 to 50.00 EUR"),
        RefundReturn("order-1", 1, credit=eur("50.01")): (
            "credit",
            "50.01 EUR",
            "0 to 50.00 EUR, in whole minor units",
        ),
    }
    for command, expected in told.items():
        facts = desk.facts("supervisor", "goodwill").with_facts(desk.tax_on(command))
        decision = judge(ORDER, desk.order, command, facts)
        assert isinstance(decision, Refusal)
        (problem,) = decision.problems
        assert (problem.path, problem.param("value"), problem.param("accepted")) == expected


@pytest.mark.parametrize("fee", ["50.01", "-0.01", "1.001"])
def test_a_fee_outside_of_what_was_paid_is_refused(
    fee: str, make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = paid(make_desk, make_quote(("1", "50.00", "0.00")))
    back(desk, 1)
    assert desk.refused(RefundReturn("order-1", 1, eur(fee))) == ("orders.wrong_fee",)
    assert desk.refused(RefundReturn("order-1", 1, Money(Decimal(1), "USD"))) == ("orders.wrong_fee",)


def test_a_refund_beyond_the_limit_needs_a_second_person(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # The agent's limit is 200.00, inclusive.
    desk = paid(make_desk, make_quote(("2", "400.02", "0.00")))
    back(desk, 1)
    assert desk.refused(RefundReturn("order-1", 1)) == ("authority.approval_required",)
    assert desk.refused(RefundReturn("order-1", 1), approver="agent") == ("authority.approval_required",)
    desk.do(RefundReturn("order-1", 1, eur("0.01")))
    back(desk, 1)
    desk.do(RefundReturn("order-1", 2), approver="supervisor")


def test_money_goes_back_to_the_tenders_by_priority_and_never_above_what_each_paid(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 50.00 on account, 30.00 and 20.00 on cards; the account takes nothing back, the second card comes first by its
    # priority. 40.00 go back as 20.00 and 20.00, further 40.00 as the 10.00 left on the first card; 30.00 stay owed.
    desk = paid(
        make_desk,
        make_quote(("10", "100.00", "0.00")),
        Card("tok_1", max_amount=eur("30.00")),
        Card("tok_2", max_amount=eur("20.00"), refund_priority=-1),
        OnAccount(max_amount=eur("50.00"), refundable=False),
    )
    back(desk, 4)
    order = desk.do(RefundReturn("order-1", 1))
    asked = [(each.request.token, each.request.operation, each.request.amount) for each in open_payment_requests(order)]
    assert asked == [
        ("tok_2", PaymentOperation.REFUND, eur("20.00")),
        ("tok_1", PaymentOperation.REFUND, eur("20.00")),
    ]
    desk.answer()
    back(desk, 4)
    order = desk.do(RefundReturn("order-1", 2))
    assert [(each.request.token, each.request.amount) for each in open_payment_requests(order)] == [
        ("tok_1", eur("10.00"))
    ]
    assert payment_status(desk.answer()) is OrderPaymentStatus.CREDIT_OWED


def test_what_was_billed_and_not_taken_lowers_what_is_due(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 2 x 10.00 billed, the capture declined: one unit back leaves 10.00 due and nothing to pay out.
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    back(desk, 1)
    assert desk.refused(RefundReturn("order-1", 1)) == ("orders.payment_unsettled",)
    desk.answer(PaymentStatus.DECLINED)
    order = desk.do(RefundReturn("order-1", 1))
    assert open_payment_requests(order) == ()
    assert order.granted == eur("10.00")


def test_a_refund_is_set_off_against_what_the_customer_still_owes(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 3 x 10.00 billed; 20.00 taken from the first card, the other 10.00 declined. The first unit back settles the
    # 10.00 that are due, nothing is paid out; the second pays out 10.00.
    desk = make_desk()
    tenders = (Card("tok_1", max_amount=eur("20.00")), Card("tok_2"))
    desk.do(PlaceOrder(quote=make_quote(("3", "30.00", "0.00")), tenders=tenders))
    desk.answer()
    desk.do(ShipLines("order-1"))
    desk.do(InvoiceShipment("order-1"))
    desk.answer_one(PaymentStatus.APPROVED)
    desk.answer_one(PaymentStatus.DECLINED)
    back(desk, 1)
    assert open_payment_requests(desk.do(RefundReturn("order-1", 1))) == ()
    assert desk.refused(PayRefund("order-1")) == ("orders.nothing_to_pay_back",)
    back(desk, 1)
    (waits,) = open_payment_requests(desk.do(RefundReturn("order-1", 2)))
    assert (waits.request.token, waits.request.amount) == ("tok_1", eur("10.00"))


def test_units_that_were_not_billed_or_did_not_arrive_are_not_refunded(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "0.00")))
    desk.answer()
    desk.do(ShipLines("order-1"))
    assert desk.refused(RefundReturn("order-1", 1)) == ("orders.unknown_return",)
    back(desk, 1)
    assert desk.refused(RefundReturn("order-1", 1)) == ("orders.not_invoiced",)
    desk.do(InvoiceShipment("order-1"))
    desk.answer()
    desk.do(RefundReturn("order-1", 1))
    assert desk.refused(RefundReturn("order-1", 1)) == ("orders.unknown_return",)


@settings(max_examples=80, deadline=None)
@given(
    net=st.integers(0, 20_000),
    tax=st.integers(0, 4_000),
    shipped=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    returned=st.lists(st.integers(1, 3), min_size=1, max_size=16),
)
def test_refunds_of_any_split_sum_to_what_was_billed(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    net: int,
    tax: int,
    shipped: list[int],
    returned: list[int],
) -> None:
    """Whatever the shipments were, returns in any parts get back the line's net and tax exactly, never more."""
    ordered = sum(shipped)
    quote = make_quote((str(ordered), str(Decimal(net).scaleb(-2)), str(Decimal(tax).scaleb(-2))))
    desk = make_desk()
    desk.place(quote)
    desk.answer()
    for quantity in shipped:
        desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(quantity)),)))
        desk.do(InvoiceShipment("order-1"))
        desk.answer()
    left = ordered
    amounts = []
    for quantity in [*returned, ordered]:
        part = min(quantity, left)
        if part:
            amounts.append(granted(desk, part))
            left -= part
        assert desk.order.ledger.refunded() == desk.order.granted <= quote.total
    assert sum((each.amount for each in amounts), Decimal(0)) == quote.total.amount
    assert desk.order.ledger.kept() == eur("0.00")
