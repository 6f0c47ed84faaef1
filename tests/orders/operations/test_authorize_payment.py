from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore.billing import PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import (
    AuthorizePayment,
    Card,
    OrderPaymentStatus,
    OrderPolicy,
    open_payment_requests,
    payment_status,
)
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize("status", [PaymentStatus.DECLINED, PaymentStatus.NOT_SENT])
def test_a_declined_or_unsent_authorization_is_asked_for_again_with_a_new_key(
    status: PaymentStatus, make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    order = desk.answer(status)
    assert payment_status(order) is OrderPaymentStatus.FAILED_AUTH
    order = desk.do(AuthorizePayment("order-1"))
    assert [each.key for each in open_payment_requests(order)] == ["order-1/2"]
    assert payment_status(desk.answer()) is OrderPaymentStatus.AUTHORIZED


@pytest.mark.parametrize(
    "status", [PaymentStatus.UNKNOWN, PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED, PaymentStatus.APPROVED]
)
def test_what_may_already_be_set_aside_is_never_asked_for_twice(
    status: PaymentStatus, make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    assert desk.refused(AuthorizePayment("order-1")) == ("orders.nothing_to_authorize",)
    desk.answer(status)
    assert desk.refused(AuthorizePayment("order-1")) == ("orders.nothing_to_authorize",)


def test_another_tender_can_be_named_and_has_to_have_room(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    # 100.00 over cards of 70.00 and 60.00; both decline. The second alone has no room for 100.00.
    desk = make_desk()
    desk.place(
        make_quote(("1", "100.00", "0.00")),
        Card("tok_1", max_amount=eur("70.00")),
        Card("tok_2", max_amount=eur("60.00")),
    )
    desk.answer(PaymentStatus.DECLINED)
    assert desk.refused(AuthorizePayment("order-1", tender=1)) == ("orders.tenders_exhausted",)
    assert desk.refused(AuthorizePayment("order-1", tender=2)) == ("orders.unknown_tender",)
    assert desk.refused(AuthorizePayment("order-1", tender=-1)) == ("orders.unknown_tender",)
    order = desk.do(AuthorizePayment("order-1"))
    assert [each.request.amount for each in open_payment_requests(order)] == [eur("70.00"), eur("30.00")]


def test_an_authorization_that_lapsed_counts_nothing_and_is_asked_for_again(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer(lasting=timedelta(days=7))
    desk.now += timedelta(days=7)
    order = desk.do(AuthorizePayment("order-1"))
    assert [each.request.amount for each in open_payment_requests(order)] == [eur("10.00")]


def test_nothing_is_asked_at_submit_where_the_policy_waits(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(OrderPolicy(authorize_at_submit=False))
    order = desk.place(make_quote())
    assert open_payment_requests(order) == ()
    assert payment_status(order) is OrderPaymentStatus.AWAIT_AUTH
    assert len(open_payment_requests(desk.do(AuthorizePayment("order-1")))) == 1
