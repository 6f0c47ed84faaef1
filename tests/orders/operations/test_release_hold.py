from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from servicecore.orders import ApplyHold, FraudAssessment, HoldStatus, ReleaseHold, ShipLines
from servicecore.pricing.quote import Quote


def test_the_only_hold_is_released_without_its_number_and_keeps_its_history(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.do(ApplyHold("order-1", "agent", note="call back"), reason="other")
    desk.now += timedelta(hours=1)
    hold = desk.do(ReleaseHold("order-1"), reason="verified").holds[0]
    assert (hold.status, hold.note, hold.applied_by, hold.ended_by, hold.end_reason) == (
        HoldStatus.RELEASED,
        "call back",
        "agent-1",
        "agent-1",
        "verified",
    )
    assert hold.ended_at == desk.now


def test_releasing_a_hold_that_does_not_stand_is_refused(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    assert desk.refused(ReleaseHold("order-1"), reason="verified") == ("orders.no_active_hold",)
    desk.do(ApplyHold("order-1", "agent"), reason="other")
    desk.do(ApplyHold("order-1", "customer"), reason="other")
    # Two stand: which one has to be said.
    assert desk.refused(ReleaseHold("order-1"), reason="verified") == ("orders.no_active_hold",)
    assert desk.refused(ReleaseHold("order-1", 3), reason="verified") == ("orders.no_active_hold",)
    assert desk.refused(ReleaseHold("order-1", 1)) == ("authority.reason_required",)
    assert desk.refused(ReleaseHold("order-1", 1), reason="whim") == ("orders.unknown_reason",)
    desk.do(ReleaseHold("order-1", 1), reason="verified")
    assert desk.refused(ReleaseHold("order-1", 1), reason="verified") == ("orders.no_active_hold",)


def test_a_hold_that_lapsed_cannot_be_released_and_stops_nothing_even_before_it_was_noted(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk()
    desk.place(make_quote())
    desk.answer()
    desk.do(ApplyHold("order-1", "agent", until=desk.now + timedelta(hours=1)), reason="other")
    desk.now += timedelta(hours=1)
    assert desk.refused(ReleaseHold("order-1"), reason="verified") == ("orders.no_active_hold",)
    desk.do(ShipLines("order-1"))


def test_a_fraud_hold_is_released_by_a_supervisor_only(
    make_desk: Callable[..., Any], make_quote: Callable[..., Quote]
) -> None:
    desk = make_desk(fraud=FraudAssessment((), ("silent-rule",)))
    desk.place(make_quote())
    assert desk.refused(ReleaseHold("order-1"), reason="verified") == ("orders.hold_role",)
    desk.do(ReleaseHold("order-1"), role="supervisor", reason="verified")
