"""What the customer writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servicecore.cases.operations.change_state import ChangeState
from servicecore.cases.operations.record_customer_message import RecordCustomerMessage
from servicecore.cases.operations.resolve_case import ResolveCase
from servicecore.cases.operations.respond_to_customer import RespondToCustomer
from servicecore.cases.sla.clock import Phase
from servicecore.cases.sla.policy import Metric

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_message_brings_a_waiting_case_back_to_work(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, ChangeState("case-1", "pending", waits_for="customer"))
    subject.do(AT + HOUR, RecordCustomerMessage("case-1", "here is the number"))
    assert (subject.case.state, subject.case.pause_reason) == ("open", "")
    assert subject.case.timers.latest(Metric.RESOLUTION).run_from == AT + HOUR


def test_the_installation_may_leave_it_waiting(desk: Any) -> None:
    subject = desk(resume_on_customer_message=False)
    subject.open(AT)
    subject.do(AT, ChangeState("case-1", "pending", waits_for="customer"))
    subject.do(AT + HOUR, RecordCustomerMessage("case-1", "here is the number"))
    assert subject.case.state == "pending"
    assert subject.case.timers.latest(Metric.UPDATE).phase is Phase.PAUSED


def test_a_second_message_does_not_restart_the_clock(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT + HOUR, RespondToCustomer("case-1", "hello"))
    subject.do(AT + 2 * HOUR, RecordCustomerMessage("case-1", "and?"))
    before = subject.case.timers.clocks
    subject.do(AT + 2.5 * HOUR, RecordCustomerMessage("case-1", "hello?"))
    assert subject.case.timers.clocks == before
    assert subject.case.timers.latest(Metric.NEXT_RESPONSE).started_at == AT + 2 * HOUR


def test_a_message_after_the_resolution_is_kept_and_its_clock_waits_for_the_reopening(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT + HOUR, ResolveCase("case-1", "other"))
    subject.do(AT + 2 * HOUR, RecordCustomerMessage("case-1", "it is broken again", channel="email"))
    assert subject.case.state == "resolved"
    assert subject.case.activities[-1].channel == "email"
    assert subject.case.timers.latest(Metric.UPDATE).phase is Phase.PAUSED


def test_an_empty_message_is_refused(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    assert subject.refused(AT, RecordCustomerMessage("case-1", "")) == ("cases.empty_message",)
