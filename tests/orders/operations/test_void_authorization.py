from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.billing import PaymentOperation, PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import CancelOrder, VoidAuthorization, open_payment_requests
from servicecore.pricing.quote import Quote


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_a_void_that_was_declined_is_asked_for_again(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer()
    desk.do(CancelOrder("order-1"), reason="other")
    assert desk.refused(VoidAuthorization("order-1")) == ("orders.nothing_to_void",)
    desk.answer(PaymentStatus.DECLINED)
    (waits,) = open_payment_requests(desk.do(VoidAuthorization("order-1")))
    assert (waits.key, waits.request.operation, waits.request.amount) == (
        "order-1/3",
        PaymentOperation.VOID,
        eur("10.00"),
    )


def test_an_authorization_that_is_needed_stays(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer()
    assert desk.refused(VoidAuthorization("order-1")) == ("orders.nothing_to_void",)
