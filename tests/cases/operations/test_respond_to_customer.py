"""The response that the clocks wait for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicecore.cases.operations.add_internal_note import AddInternalNote
from servicecore.cases.operations.cancel_case import CancelCase
from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.respond_to_customer import RespondToCustomer
from servicecore.cases.sla.clock import Phase
from servicecore.cases.sla.policy import Metric
from servicecore.errors import InvalidValue

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def test_only_the_first_answer_is_the_first_response(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(LATER, RespondToCustomer("case-1", "hello", channel="chat"))
    subject.do(LATER + timedelta(hours=1), RespondToCustomer("case-1", "again"))
    assert subject.case.first_response_at == LATER
    assert [each.channel for each in subject.case.activities] == ["chat", "phone"]
    assert subject.case.timers.latest(Metric.FIRST_RESPONSE).ended_at == LATER


def test_an_internal_note_is_not_a_response(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(LATER, AddInternalNote("case-1", "ask Ada"))
    assert subject.case.first_response_at is None
    assert subject.case.timers.latest(Metric.FIRST_RESPONSE).phase is Phase.RUNNING


def test_an_answer_leaves_a_waiting_case_waiting(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, ChangeState("case-1", "pending", waits_for="parts"))
    subject.do(LATER, RespondToCustomer("case-1", "parts are on their way"))
    assert (subject.case.state, subject.case.pause_reason) == ("pending", "parts")
    assert subject.case.timers.latest(Metric.RESOLUTION).phase is Phase.PAUSED


@pytest.mark.parametrize("command", [RespondToCustomer("case-1", " \n"), AddInternalNote("case-1", "")])
def test_an_empty_message_is_refused(desk: Any, command: Any) -> None:
    subject = desk()
    subject.open(AT)
    assert subject.refused(LATER, command) == ("cases.empty_message",)


def test_a_cancelled_case_takes_no_answer(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, CancelCase("case-1"))
    assert subject.refused(LATER, RespondToCustomer("case-1", "hello")) == ("cases.not_open",)


def test_negative_minutes_cannot_be_said() -> None:
    with pytest.raises(InvalidValue, match="-1 minutes"):
        RespondToCustomer("case-1", "hello", minutes=-1)
