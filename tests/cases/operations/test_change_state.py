"""Waiting, working on, closing for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.resolve_case import ResolveCase

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_case_waits_for_a_reason_and_forgets_it_when_work_goes_on(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, ChangeState("case-1", "pending", waits_for="third_party"))
    assert subject.case.pause_reason == "third_party"
    subject.do(AT + HOUR, ChangeState("case-1", "open"))
    assert subject.case.pause_reason == ""


def test_a_resolved_case_can_only_be_closed(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, ResolveCase("case-1", "other"))
    assert subject.refused(AT + HOUR, ChangeState("case-1", "open")) == ("cases.invalid_transition",)
    subject.do(AT + HOUR, ChangeState("case-1", "closed"))
    assert subject.case.state == "closed"
    assert subject.refused(AT + HOUR, ChangeState("case-1", "resolved")) == ("cases.invalid_transition",)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ChangeState("case-1", "resolved"), "cases.invalid_transition"),
        (ChangeState("case-1", "cancelled"), "cases.invalid_transition"),
        (ChangeState("case-1", "new"), "cases.invalid_transition"),
        (ChangeState("case-1", "asleep"), "cases.unknown_state"),
        (ChangeState("case-1", "pending"), "cases.pause_reason"),
        (ChangeState("case-1", "pending", waits_for="lunch"), "cases.pause_reason"),
        (ChangeState("case-1", "open", waits_for="parts"), "cases.pause_reason"),
    ],
)
def test_resolving_and_cancelling_take_their_own_operation_and_a_pause_a_known_reason(
    desk: Any, command: ChangeState, code: str
) -> None:
    subject = desk()
    subject.open(AT)
    assert subject.refused(AT, command) == (code,)
