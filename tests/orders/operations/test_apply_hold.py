from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.orders import (
    ApplyHold,
    HoldApplied,
    HoldStatus,
    HoldType,
    LineQuantity,
    OrderPolicy,
    ReleaseHold,
    ShipLines,
)
from servicecore.pricing.quote import Quote


def test_several_holds_stand_at_once_and_each_blocks_on_its_own(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("2", "20.00", "0.00")))
    desk.answer()
    desk.do(ApplyHold("order-1", "agent"), reason="other")
    desk.do(ApplyHold("order-1", "address"), reason="address")
    assert desk.refused(ShipLines("order-1")) == ("orders.on_hold", "orders.on_hold")
    desk.do(ReleaseHold("order-1", 1), reason="verified")
    assert desk.refused(ShipLines("order-1")) == ("orders.on_hold",)
    order = desk.do(ReleaseHold("order-1", 2), reason="verified")
    assert [hold.status for hold in order.holds] == [HoldStatus.RELEASED, HoldStatus.RELEASED]
    desk.do(ShipLines("order-1"))


def test_a_hold_on_a_line_lets_the_other_lines_go(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote(("1", "10.00", "0.00"), ("1", "10.00", "0.00")))
    desk.answer()
    desk.do(ApplyHold("order-1", "customer", line=2, note="wants to think"), reason="customer_request")
    assert desk.refused(ShipLines("order-1")) == ("orders.on_hold",)
    desk.do(ShipLines("order-1", (LineQuantity(1, Decimal(1)),)))
    assert desk.refused(ShipLines("order-1", (LineQuantity(2, Decimal(1)),))) == ("orders.on_hold",)


def test_what_cannot_be_held_is_refused_with_its_reason(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    assert desk.refused(ApplyHold("order-1", "agent")) == ("authority.reason_required",)
    assert desk.refused(ApplyHold("order-1", "nonsense"), reason="other") == ("orders.unknown_hold_type",)
    assert desk.refused(ApplyHold("order-1", "agent", line=9), reason="other") == ("orders.unknown_line",)
    assert desk.refused(ApplyHold("order-1", "address", line=1), reason="other") == ("orders.unknown_hold_type",)
    assert desk.refused(ApplyHold("order-1", "agent"), reason="whim") == ("orders.unknown_reason",)
    assert desk.refused(ApplyHold("order-1", "agent", until=desk.now), reason="other") == ("orders.hold_end",)
    desk.do(ApplyHold("order-1", "agent"), reason="other")
    assert desk.refused(ApplyHold("order-1", "agent"), reason="other") == ("orders.already_held",)
    desk.do(ApplyHold("order-1", "agent", line=1), reason="other")


def test_a_type_for_some_roles_is_refused_to_others(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(OrderPolicy(hold_types=(HoldType("fraud", apply_roles=("supervisor",)),)))
    desk.place(make_quote())
    assert desk.refused(ApplyHold("order-1", "fraud"), reason="other") == ("orders.hold_role",)
    desk.do(ApplyHold("order-1", "fraud"), role="supervisor", reason="other")


def test_a_type_stops_nothing_unless_it_says_so(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(OrderPolicy(hold_types=(HoldType("mark"),)))
    desk.place(make_quote())
    desk.answer()
    desk.do(ApplyHold("order-1", "mark"), reason="other")
    desk.do(ShipLines("order-1"))


def test_a_hold_whose_type_was_taken_away_still_stops_goods(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(OrderPolicy(hold_types=(HoldType("mark"),)))
    desk.place(make_quote())
    desk.answer()
    desk.do(ApplyHold("order-1", "mark"), reason="other")
    desk.policy = OrderPolicy()
    assert desk.refused(ShipLines("order-1")) == ("orders.on_hold",)


@pytest.mark.parametrize("operation", ["orders.capture_payment", "orders.authorize_payment", "orders.cancel_order"])
def test_a_type_on_lines_cannot_stop_what_works_on_the_whole_order(operation: str) -> None:
    HoldType("x", blocks=(operation,))
    with pytest.raises(InvalidValue):
        HoldType("x", blocks=(operation,), on_lines=True)


@given(lasts=st.integers(1, 500), until=st.none() | st.integers(1, 500), later=st.integers(0, 1000))
def test_a_hold_stands_up_to_its_end_and_not_at_it(
    make_desk: Callable[..., Any],
    make_quote: Callable[..., Quote],
    lasts: int,
    until: int | None,
    later: int,
) -> None:
    """The command's own end wins over the type's duration; the end itself is free (half-open)."""
    desk = make_desk(OrderPolicy(hold_types=(HoldType("short", ("orders.*",), lasts=timedelta(hours=lasts)),)))
    desk.place(make_quote())
    end = None if until is None else desk.now + timedelta(hours=until)
    order = desk.do(ApplyHold("order-1", "short", until=end), reason="other")
    assert isinstance(desk.history[-1], HoldApplied)
    stands = order.holds[0].holds_at(desk.now + timedelta(hours=later))
    assert stands == (later < (lasts if until is None else until))
