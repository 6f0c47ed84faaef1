from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from servicecore.billing import PaymentStatus
from servicecore.kernel.money import Money
from servicecore.orders import (
    AddTender,
    ApplyHold,
    AuthorizePayment,
    Card,
    HoldType,
    OrderPolicy,
    open_payment_requests,
)
from servicecore.pricing.quote import Quote


def test_after_a_decline_another_card_pays(make_desk: Callable[..., Any], make_quote: Callable[..., Quote]) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer(PaymentStatus.DECLINED)
    order = desk.do(AddTender("order-1", Card("tok_2")))
    assert open_payment_requests(order) == ()
    (waits,) = open_payment_requests(desk.do(AuthorizePayment("order-1", tender=1)))
    assert (waits.gateway, waits.request.token, waits.request.amount) == (
        "manual",
        "tok_2",
        Money(Decimal("10.00"), "EUR"),
    )


def test_a_limit_in_another_currency_and_a_held_order_are_refused(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(OrderPolicy(hold_types=(HoldType("money", blocks=("orders.add_tender",)),)))
    desk.place(make_quote())
    dollars = Card("tok_2", max_amount=Money(Decimal(5), "USD"))
    assert desk.refused(AddTender("order-1", dollars)) == ("orders.tender_currency",)
    desk.do(ApplyHold("order-1", "money"), reason="other")
    assert desk.refused(AddTender("order-1", Card("tok_2"))) == ("orders.on_hold",)
