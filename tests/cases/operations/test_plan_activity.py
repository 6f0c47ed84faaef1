"""Activities that are planned, done or dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicecore.cases.activities import ActivityKind, ActivityState, Regarding
from servicecore.cases.operations.cancel_activity import CancelActivity
from servicecore.cases.operations.cancel_case import CancelCase
from servicecore.cases.operations.complete_activity import CompleteActivity
from servicecore.cases.operations.plan_activity import PlanActivity
from servicecore.cases.operations.resolve_case import OpenActivities, ResolveCase
from servicecore.cases.sla.clock import Phase
from servicecore.cases.sla.policy import Metric

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def planned(desk: Any) -> Any:
    subject = desk()
    subject.open(AT)
    visit = PlanActivity(
        "case-1",
        ActivityKind.VISIT,
        "replace the pump",
        owner="u-2",
        planned_start=AT + 24 * HOUR,
        planned_minutes=60,
        regarding=(Regarding("order", "O-1"), Regarding("equipment", "S-9")),
    )
    subject.do(AT, visit)
    return subject


def test_planned_and_actual_figures_stand_side_by_side(desk: Any) -> None:
    subject = planned(desk)
    assert [each.number for each in subject.case.open_activities()] == [1]
    assert subject.case.minutes_spent() == 0
    subject.do(AT + 25 * HOUR, CompleteActivity("case-1", 1, minutes=75, outcome="pump replaced"))
    (visit,) = subject.case.activities
    assert (visit.planned_minutes, visit.minutes, visit.state) == (60, 75, ActivityState.COMPLETED)
    assert (visit.owner, visit.ended_at, len(visit.regarding)) == ("u-2", AT + 25 * HOUR, 2)
    assert subject.case.minutes_spent() == 75


def test_only_an_activity_that_reached_the_customer_is_a_response(desk: Any) -> None:
    inside = planned(desk)
    inside.do(AT + HOUR, CompleteActivity("case-1", 1))
    assert inside.case.timers.latest(Metric.FIRST_RESPONSE).phase is Phase.RUNNING
    called = planned(desk)
    called.do(AT + HOUR, CompleteActivity("case-1", 1, reached_customer=True))
    assert called.case.timers.latest(Metric.FIRST_RESPONSE).phase is Phase.STOPPED
    assert called.case.first_response_at == AT + HOUR


def test_a_cancelled_activity_takes_no_time_and_cannot_be_closed_twice(desk: Any) -> None:
    subject = planned(desk)
    subject.do(AT + HOUR, CancelActivity("case-1", 1, outcome="solved on the phone"))
    assert subject.case.minutes_spent() == 0
    assert subject.refused(AT + HOUR, CompleteActivity("case-1", 1)) == ("cases.no_open_activity",)
    assert subject.refused(AT + HOUR, CancelActivity("case-1", 2)) == ("cases.no_open_activity",)


def test_open_activities_keep_a_case_from_being_resolved_or_cancelled(desk: Any) -> None:
    subject = planned(desk)
    assert subject.refused(AT + HOUR, ResolveCase("case-1", "other")) == ("cases.open_activities",)
    assert subject.refused(AT + HOUR, CancelCase("case-1")) == ("cases.open_activities",)


@pytest.mark.parametrize(
    ("option", "state"),
    [(OpenActivities.CANCEL, ActivityState.CANCELLED), (OpenActivities.COMPLETE, ActivityState.COMPLETED)],
)
def test_resolving_may_close_them_along(desk: Any, option: OpenActivities, state: ActivityState) -> None:
    subject = planned(desk)
    subject.do(AT + HOUR, ResolveCase("case-1", "other", open_activities=option))
    assert (subject.case.activities[0].state, subject.case.state) == (state, "resolved")


def test_messages_are_not_planned_and_a_task_says_what_to_do(desk: Any) -> None:
    subject = planned(desk)
    command = PlanActivity("case-1", ActivityKind.AGENT_MESSAGE, " ")
    assert subject.refused(AT, command) == ("cases.not_plannable", "cases.empty_task")
