"""Opening a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore.cases.kind import CASE
from servicecore.cases.operations.open_case import OpenCase
from servicecore.cases.sla.policy import Metric, SlaPolicy, Target

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def test_the_case_begins_new_with_the_default_priority_and_two_clocks(desk: Any) -> None:
    subject = desk()
    subject.open(AT, subject="  no dial tone ", contact="Ada", owner="u-1")
    case = subject.case
    assert (case.id, case.state, case.priority, case.subject) == ("case-1", "new", "normal", "no dial tone")
    assert (case.opened_at, case.opened_by, case.owner) == (AT, "agent-7", "u-1")
    assert [clock.metric for clock in case.timers.clocks] == [Metric.FIRST_RESPONSE, Metric.RESOLUTION]


def test_it_is_found_by_what_it_names_and_not_by_what_it_leaves_out(desk: Any) -> None:
    subject = desk()
    subject.open(AT, order="O-1", item="I-1", serial="S-1", queue="q-1")
    indexes = CASE.indexes(subject.case)
    assert indexes["order"] == ("O-1",)
    assert indexes["queue"] == ("q-1",)
    assert "owner" not in indexes


def test_an_opening_that_awaits_an_answer_starts_the_update_clock(desk: Any) -> None:
    subject = desk()
    subject.open(AT, customer_waits=True)
    assert subject.case.timers.latest(Metric.UPDATE).target == timedelta(hours=3)


def test_the_case_may_choose_its_calendar(desk: Any) -> None:
    subject = desk()
    subject.open(AT, calendar="round")
    # 4 h round the clock; half of them is the first warning.
    assert subject.wakeup == AT + timedelta(hours=2)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"subject": ""}, "cases.subject_length"),
        ({"subject": "   "}, "cases.subject_length"),
        ({"subject": "x" * 255}, "cases.subject_length"),
        ({"customer": ""}, "value.not_accepted"),
        ({"priority": "asap"}, "cases.unknown_priority"),
        ({"sla": "gold"}, "cases.unknown_sla"),
        ({"calendar": "mars"}, "cases.unknown_calendar"),
    ],
)
def test_what_cannot_be_understood_is_refused(desk: Any, fields: dict[str, Any], code: str) -> None:
    given = {"customer": "C-1", "subject": "noise"} | fields
    assert desk().refused(AT, OpenCase(**given)) == (code,)


def test_everything_wrong_is_told_at_once(desk: Any) -> None:
    command = OpenCase(customer=" ", subject="", priority="asap", sla="gold")
    assert desk().refused(AT, command) == (
        "value.not_accepted",
        "cases.subject_length",
        "cases.unknown_priority",
        "cases.unknown_sla",
    )


def test_a_target_of_no_time_warns_at_once_and_is_late_one_moment_later(desk: Any) -> None:
    at_once = SlaPolicy(
        id="standard",
        targets=(Target("normal", Metric.RESOLUTION, timedelta(0)),),
        calendar="rome",
        warn_ratios=(Decimal("0.5"),),
    )
    subject = desk(sla=at_once)
    events = subject.open(AT)
    assert [event.type_name for event in events] == ["cases.case_opened", "cases.sla_warned"]
    assert subject.wakeup == AT + timedelta(microseconds=1)
