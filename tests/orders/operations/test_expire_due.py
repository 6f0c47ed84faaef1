from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servicecore.orders import (
    ORDER,
    ApplyHold,
    AuthorizationExpired,
    ExpireDue,
    HoldExpired,
    HoldStatus,
    HoldType,
    OrderPaymentStatus,
    OrderPolicy,
    payment_status,
)
from servicecore.pricing.quote import Quote


def test_lapses_are_noted_once_in_order_with_the_instant_that_they_fell_due(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    start = desk.now
    desk.place(make_quote())
    desk.answer(lasting=timedelta(days=2))
    desk.do(ApplyHold("order-1", "agent", until=start + timedelta(days=3)), reason="other")
    order = desk.do(ApplyHold("order-1", "address", until=start + timedelta(days=1)), reason="other")
    assert ORDER.next_wakeup(order) == start + timedelta(days=1)
    # After two days of standstill: the address hold (day 1), then the authorisation (day 2); the agent's stands.
    desk.now = start + timedelta(days=2)
    before = len(desk.history)
    assert ORDER.wake is not None
    order = desk.do(ORDER.wake("order-1"), role="system")
    assert desk.history[before:] == [
        HoldExpired(2, start + timedelta(days=1)),
        AuthorizationExpired("order-1/1", start + timedelta(days=2)),
    ]
    assert [hold.status for hold in order.holds] == [HoldStatus.ACTIVE, HoldStatus.EXPIRED]
    assert payment_status(order) is OrderPaymentStatus.AWAIT_AUTH
    assert ORDER.next_wakeup(order) == start + timedelta(days=3)
    desk.do(ExpireDue("order-1"), role="system")
    assert len(desk.history) == before + 2


@given(
    holds=st.lists(st.integers(1, 50), max_size=5),
    authorization=st.none() | st.integers(1, 50),
    pauses=st.lists(st.integers(0, 30), min_size=1, max_size=5),
)
def test_however_time_is_cut_the_same_lapses_are_noted_in_the_same_order(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    holds: list[int],
    authorization: int | None,
    pauses: list[int],
) -> None:
    desk = make_desk(OrderPolicy(hold_types=tuple(HoldType(f"h{place}") for place in range(5))))
    start = desk.now
    desk.place(make_quote())
    desk.answer(lasting=None if authorization is None else timedelta(hours=authorization))
    for place, hours in enumerate(holds):
        desk.do(ApplyHold("order-1", f"h{place}", until=start + timedelta(hours=hours)), reason="other")
    seen = len(desk.history)
    for pause in pauses:
        desk.now += timedelta(hours=pause)
        order = desk.do(ExpireDue("order-1"), role="system")
        wakeup = ORDER.next_wakeup(order)
        assert wakeup is None or wakeup > desk.now
    noted = [each.crossed_at for each in desk.history[seen:]]
    ends = [*holds, *(() if authorization is None else (authorization,))]
    assert noted == sorted(start + timedelta(hours=hours) for hours in ends if hours <= sum(pauses))
