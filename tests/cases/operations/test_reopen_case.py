"""Taking an ended case up again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servicecore.cases.operations.cancel_case import CancelCase
from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.reopen_case import ReopenCase
from servicecore.cases.operations.resolve_case import ResolveCase
from servicecore.cases.sla.clock import Phase
from servicecore.cases.sla.policy import Metric
from servicecore.kernel.authority import Role

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_reopening_keeps_the_resolution_as_superseded(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT + HOUR, ResolveCase("case-1", "other"))
    subject.do(AT + 2 * HOUR, ReopenCase("case-1"))
    subject.do(AT + 3 * HOUR, ResolveCase("case-1", "problem_solved"))
    first, second = subject.case.resolutions
    assert (first.superseded_at, second.superseded_at) == (AT + 2 * HOUR, None)
    assert (subject.case.reopen_count, subject.case.resolved_at) == (1, AT + 3 * HOUR)


def test_the_window_is_inclusive_and_then_over(desk: Any) -> None:
    subject = desk(reopen_window=timedelta(days=1))
    subject.open(AT)
    subject.do(AT, ResolveCase("case-1", "other"))
    late = AT + timedelta(days=1, seconds=1)
    assert subject.refused(late, ReopenCase("case-1")) == ("cases.reopen_window_over",)
    subject.do(AT + timedelta(days=1), ReopenCase("case-1"))
    assert subject.case.state == "open"


def test_a_closed_case_takes_a_further_right(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, ResolveCase("case-1", "other"))
    subject.do(AT, ChangeState("case-1", "closed"))
    subject.roles = (Role("agent", ("cases.reopen_case",)),)
    assert subject.refused(AT, ReopenCase("case-1")) == ("authority.not_permitted",)
    subject.roles = (Role("agent", ("cases.reopen_case", "cases.reopen_closed")),)
    subject.do(AT, ReopenCase("case-1"))
    assert subject.case.state == "open"


def test_a_reactivated_case_begins_new_cycles_of_what_its_cancelling_cut_off(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT + HOUR, CancelCase("case-1", "withdrawn"))
    subject.do(AT + 2 * HOUR, ReopenCase("case-1"))
    clocks = [(each.metric, each.cycle, each.phase) for each in subject.case.timers.clocks]
    assert clocks == [
        (Metric.FIRST_RESPONSE, 1, Phase.CANCELLED),
        (Metric.RESOLUTION, 1, Phase.CANCELLED),
        (Metric.FIRST_RESPONSE, 2, Phase.RUNNING),
        (Metric.RESOLUTION, 2, Phase.RUNNING),
    ]


def test_a_case_that_is_worked_on_cannot_be_reopened(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    assert subject.refused(AT, ReopenCase("case-1")) == ("cases.not_open",)
