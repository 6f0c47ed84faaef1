"""A case from opening to resolution, with its deadlines, driven through judge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from servicecore.cases.activities import ActivityKind
from servicecore.cases.case import Case
from servicecore.cases.clock_events import ClockMove, SlaBreached, SlaClockMoved, SlaWarned
from servicecore.cases.kind import CASE
from servicecore.cases.operations.add_internal_note import AddInternalNote
from servicecore.cases.operations.change_calendar import ChangeCalendar
from servicecore.cases.operations.change_priority import ChangePriority
from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.resolve_case import ResolveCase
from servicecore.cases.operations.respond_to_customer import RespondToCustomer
from servicecore.cases.operations.run_sla_timers import RunSlaTimers
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.derive import read_clock
from servicecore.cases.sla.policy import Metric
from servicecore.storage.codec import JsonCodec


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of June 2026; Rome is two hours ahead, and opens 9-13 and 14-18 from Monday the 1st."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def moves(events: tuple[Any, ...]) -> list[tuple[str, ClockMove]]:
    return [(each.clock.metric.value, each.move) for each in events if isinstance(each, SlaClockMoved)]


def test_a_case_is_opened_answered_held_and_resolved_in_time(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8), order="O-9", channel="email")
    # 10:00 in Rome: 3 h until 13:00, 1 h after lunch -> first response due 15:00 Rome; warnings at 2 h and 3 h.
    assert rome.wakeup == utc(1, 10)
    assert CASE.indexes(rome.case)["order"] == ("O-9",)

    answered = rome.do(utc(1, 9), RespondToCustomer("case-1", "we are looking into it", minutes=10))
    assert moves(answered) == [("first_response", ClockMove.MET)]
    assert rome.case.state == "open"
    assert rome.case.first_response_at == utc(1, 9)

    held = rome.do(utc(1, 10), ChangeState("case-1", "pending", waits_for="customer"))
    assert moves(held) == [("resolution", ClockMove.PAUSED)]
    assert rome.wakeup is None

    # 2 h were used; the 2nd is a holiday; from the 3rd 9:00 Rome 6 more hours reach half of 16 h at 16:00 Rome.
    rome.do(utc(3, 7), ChangeState("case-1", "open"))
    assert rome.wakeup == utc(3, 14)
    rome.do(utc(3, 7, 30), AddInternalNote("case-1", "the fuse", minutes=25))

    resolved = rome.do(utc(3, 8), ResolveCase("case-1", "problem_solved", "changed the fuse"))
    assert moves(resolved) == [("resolution", ClockMove.MET)]
    assert rome.case.state == "resolved"
    assert rome.case.resolved_at == utc(3, 8)
    assert rome.case.resolutions[0].total_minutes == 35
    assert rome.case.resolutions[0].billable_minutes == 35
    assert rome.wakeup is None
    assert [each.kind for each in rome.case.activities] == [ActivityKind.AGENT_MESSAGE, ActivityKind.NOTE]


def test_after_downtime_every_crossing_is_announced_once_in_order_with_both_instants(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8))
    announced = rome.do(utc(3, 8), RunSlaTimers("case-1"))
    # First response of 4 h from 10:00 Rome: half at 12:00, three quarters at 13:00 (closing), due at 15:00.
    # Resolution of 16 h: 1st has 7 h, the 2nd is a holiday; at 10:00 Rome of the 3rd 8 h are used: half.
    assert [(type(each), each.metric, each.crossed_at, each.at) for each in announced] == [
        (SlaWarned, Metric.FIRST_RESPONSE, utc(1, 10), utc(3, 8)),
        (SlaWarned, Metric.FIRST_RESPONSE, utc(1, 11), utc(3, 8)),
        (SlaBreached, Metric.FIRST_RESPONSE, utc(1, 13), utc(3, 8)),
        (SlaWarned, Metric.RESOLUTION, utc(3, 8), utc(3, 8)),
    ]
    assert rome.do(utc(3, 8), RunSlaTimers("case-1")) == ()
    # Three quarters of 16 h are 12 h: 4 h later, lunch included 5 h.
    assert rome.wakeup == utc(3, 13)


def test_a_late_answer_tells_the_breach_before_the_answer_though_no_timer_ran(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8))
    events = rome.do(utc(1, 13, 1), RespondToCustomer("case-1", "sorry"))
    names = [each.type_name for each in events]
    assert names == [
        "cases.sla_warned",
        "cases.sla_warned",
        "cases.sla_breached",
        "cases.customer_answered",
        "cases.sla_clock_moved",
    ]
    assert moves(events) == [("first_response", ClockMove.MISSED)]


def test_exactly_at_the_deadline_is_in_time_and_the_wakeup_is_one_moment_later(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8))
    rome.do(utc(1, 13), RunSlaTimers("case-1"))
    assert rome.wakeup == utc(1, 13) + timedelta(microseconds=1)
    events = rome.do(utc(1, 13), RespondToCustomer("case-1", "just in time"))
    assert not [each for each in events if isinstance(each, SlaBreached)]
    assert moves(events) == [("first_response", ClockMove.MET)]


def test_a_case_without_service_level_has_no_clocks_and_no_wakeup(desk: Any) -> None:
    plain = desk(sla=None)
    plain.open(utc(1, 8))
    plain.do(utc(1, 9), RespondToCustomer("case-1", "hello"))
    plain.do(utc(1, 9), ResolveCase("case-1", "information_provided", total_minutes=5, billable_minutes=0))
    assert plain.case.timers is None
    assert plain.wakeup is None


def test_the_case_keeps_the_hours_that_it_was_opened_with_when_the_installation_edits_them(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8))
    (first, _) = rome.case.timers.clocks
    before = read_clock(rome.case.timers, first, utc(1, 12))
    rome.policy = desk(sla=None).policy
    rome.do(utc(1, 9), AddInternalNote("case-1", "new hours from today"))
    assert read_clock(rome.case.timers, first, utc(1, 12)) == before


def test_a_slow_clock_cannot_make_time_run_backwards(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8))
    rome.do(utc(1, 9), AddInternalNote("case-1", "a note"))
    rome.do(utc(1, 8, 30), RespondToCustomer("case-1", "from a machine that is half an hour behind"))
    (first, _) = rome.case.timers.clocks
    assert first.ended_at == utc(1, 9)
    assert first.banked == timedelta(hours=1)


def test_warning_marks_name_their_share(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8))
    rome.do(utc(1, 11), RunSlaTimers("case-1"))
    assert [mark.ratio for mark in rome.case.timers.clocks[0].marks] == [Decimal("0.5"), Decimal("0.75")]


def test_case_events_and_settings_are_stored_and_read_back_equal(desk: Any) -> None:
    rome = desk()
    rome.open(utc(1, 8), customer_waits=True)
    rome.do(utc(1, 9), ChangeState("case-1", "pending", waits_for="parts"))
    rome.do(utc(1, 10), ChangePriority("case-1", "high"))
    rome.do(utc(1, 11), ChangeCalendar("case-1", "round"))
    rome.do(utc(2, 11), RespondToCustomer("case-1", "found it", minutes=5))
    rome.do(utc(2, 12), ResolveCase("case-1", "problem_solved"))
    codec = JsonCodec()
    assert codec.decode(Case, codec.encode(rome.case)) == rome.case
    assert codec.decode(CasePolicy, codec.encode(rome.policy)) == rome.policy
    for event in rome.events:
        assert codec.decode(type(event), codec.encode(event)) == event
