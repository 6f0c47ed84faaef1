from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from servicecore.billing import Decline, PaymentOperation, PaymentOutcome, PaymentResult, PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import CancelOrder, RecordPaymentOutcome, open_payment_requests, unsettled_payments
from servicecore.pricing.quote import Quote

FINAL = (PaymentStatus.APPROVED, PaymentStatus.DECLINED, PaymentStatus.NOT_SENT)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def record(key: str, status: PaymentStatus, amount: str = "0", **changes: Any) -> RecordPaymentOutcome:
    result = PaymentResult(status, eur(amount), gateway_ref=f"ref-{key}", **changes)
    return RecordPaymentOutcome("order-1", PaymentOutcome(key, status, result))


def test_an_answer_is_recorded_with_its_reference_and_its_decline(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    decline = Decline("insufficient_funds", soft=True, message="51")
    order = desk.do(record("order-1/1", PaymentStatus.DECLINED, decline=decline), role="system")
    (transaction,) = order.ledger.transactions
    assert (transaction.status, transaction.decline, transaction.gateway_ref, transaction.approved) == (
        PaymentStatus.DECLINED,
        decline,
        "ref-order-1/1",
        eur("0"),
    )


@pytest.mark.parametrize(
    "outcome",
    [
        PaymentOutcome("order-1/1", PaymentStatus.APPROVED),
        PaymentOutcome("order-1/1", PaymentStatus.REQUESTED),
        PaymentOutcome("order-1/1", PaymentStatus.APPROVED, PaymentResult(PaymentStatus.APPROVED, eur("10.01"))),
        PaymentOutcome("order-1/1", PaymentStatus.APPROVED, PaymentResult(PaymentStatus.APPROVED, eur("0"))),
        PaymentOutcome("order-1/1", PaymentStatus.APPROVED, PaymentResult(PaymentStatus.APPROVED, eur("-1"))),
        PaymentOutcome("order-1/1", PaymentStatus.APPROVED, PaymentResult(PaymentStatus.APPROVED, eur("9.999"))),
        PaymentOutcome(
            "order-1/1", PaymentStatus.APPROVED, PaymentResult(PaymentStatus.APPROVED, Money(Decimal(10), "USD"))
        ),
        PaymentOutcome("order-1/1", PaymentStatus.APPROVED, PaymentResult(PaymentStatus.DECLINED, eur("10"))),
    ],
)
def test_an_answer_that_makes_no_sense_leaves_the_payment_unknown(
    outcome: PaymentOutcome, make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    order = desk.do(RecordPaymentOutcome("order-1", outcome), role="system")
    (transaction,) = order.ledger.transactions
    assert transaction.status is PaymentStatus.UNKNOWN
    assert transaction.reason
    assert open_payment_requests(order) == ()
    assert [each.key for each in unsettled_payments(order)] == ["order-1/1"]


@pytest.mark.parametrize(("first", "second"), list(product(PaymentStatus, PaymentStatus)))
def test_an_open_answer_may_be_followed_by_any_and_a_final_one_stands(
    first: PaymentStatus, second: PaymentStatus, make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    order = desk.do(record("order-1/1", first, "10.00" if first is PaymentStatus.APPROVED else "0"), role="system")
    settled = order.ledger.transactions[0].status
    again = record("order-1/1", second, "10.00" if second is PaymentStatus.APPROVED else "0")
    if settled in FINAL and second in FINAL and first is not second:
        assert desk.refused(again, role="system") == ("orders.payment_settled",)
        return
    expected = settled if settled in FINAL else (PaymentStatus.UNKNOWN if second is PaymentStatus.REQUESTED else second)
    assert desk.do(again, role="system").ledger.transactions[0].status is expected


def test_a_second_approval_of_another_amount_is_refused(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.do(record("order-1/1", PaymentStatus.APPROVED, "10.00"), role="system")
    before = len(desk.history)
    desk.do(record("order-1/1", PaymentStatus.APPROVED, "10.00"), role="system")
    assert len(desk.history) == before
    assert desk.refused(record("order-1/1", PaymentStatus.APPROVED, "9.00"), role="system") == (
        "orders.payment_settled",
    )


def test_an_answer_to_nothing_is_refused(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    desk.place(make_quote())
    assert desk.refused(record("order-2/1", PaymentStatus.APPROVED, "10.00"), role="system") == (
        "orders.unknown_payment",
    )


def test_an_authorization_that_arrives_after_the_cancellation_is_voided_at_once(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    assert len(open_payment_requests(desk.do(CancelOrder("order-1"), reason="other"))) == 1
    order = desk.answer()
    (waits,) = open_payment_requests(order)
    assert (waits.request.operation, waits.request.amount) == (PaymentOperation.VOID, eur("10.00"))
    assert desk.answer().ledger.authorized_open(desk.now) == eur("0")
