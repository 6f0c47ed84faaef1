from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore.cases.case import Case
from servicecore.cases.kind import CASE
from servicecore.cases.operations.open_case import OpenCase
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.policy import Metric, SlaPolicy, Target
from servicecore.kernel.authority import Actor, Authority, Reason, Role
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Refusal, after, judge
from servicecore.kernel.workcalendar import WorkCalendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ROME = WorkCalendar.from_json(
    {
        "tz": "Europe/Rome",
        "weekly": {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in WEEKDAYS},
        "holidays": ["2026-06-02"],
    }
)
ROUND = WorkCalendar.from_json(
    {"tz": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in (*WEEKDAYS, "sat", "sun")}}
)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


STANDARD = SlaPolicy(
    id="standard",
    targets=(
        Target("low", Metric.RESOLUTION, hours(40)),
        Target("normal", Metric.FIRST_RESPONSE, hours(4)),
        Target("normal", Metric.NEXT_RESPONSE, hours(2)),
        Target("normal", Metric.UPDATE, hours(3)),
        Target("normal", Metric.RESOLUTION, hours(16)),
        Target("high", Metric.FIRST_RESPONSE, hours(1)),
        Target("high", Metric.RESOLUTION, hours(4)),
    ),
    calendar="rome",
    warn_ratios=(Decimal("0.5"), Decimal("0.75")),
)


class Desk:
    """One case driven through judge; every accepted event is kept, with the state that the fold of all gives."""

    def __init__(self, sla: SlaPolicy | None = STANDARD, **settings: Any) -> None:
        self.policy = CasePolicy(
            calendars=(("rome", ROME), ("round", ROUND)),
            default_calendar="rome",
            sla_policies=() if sla is None else (sla,),
            default_sla="" if sla is None else sla.id,
            **settings,
        )
        self.roles: tuple[Role, ...] = (Role("agent", ("cases.*",)),)
        self.reason: Reason | None = Reason("withdrawn")
        self.events: tuple[Event[Case], ...] = ()
        self.state: Case | None = None

    def facts(self, at: datetime) -> Facts:
        return Facts(
            now=at,
            actor=Actor("agent-7", roles="agent"),
            authority=Authority(self.roles),
            reason=self.reason,
            new_id="case-1",
            others=(self.policy,),
        )

    def do(self, at: datetime, command: Command) -> tuple[Event[Case], ...]:
        decision = judge(CASE, self.state, command, self.facts(at))
        assert not isinstance(decision, Refusal), decision
        self.events += decision
        if decision:
            self.state = after(self.state, decision)
            assert self.state == after(None, self.events)
        return decision

    def refused(self, at: datetime, command: Command) -> tuple[str, ...]:
        decision = judge(CASE, self.state, command, self.facts(at))
        assert isinstance(decision, Refusal), decision
        return tuple(problem.code for problem in decision.problems)

    def open(self, at: datetime, **fields: Any) -> tuple[Event[Case], ...]:
        return self.do(at, OpenCase(**({"customer": "C-1", "subject": "the printer is silent"} | fields)))

    @property
    def case(self) -> Case:
        assert self.state is not None
        return self.state

    @property
    def wakeup(self) -> datetime | None:
        return CASE.next_wakeup(self.case)


@pytest.fixture(scope="session")
def desk() -> type[Desk]:
    return Desk


@pytest.fixture(scope="session")
def standard() -> SlaPolicy:
    return STANDARD


@pytest.fixture(scope="session")
def rome() -> WorkCalendar:
    return ROME


@pytest.fixture(scope="session")
def round_the_clock() -> WorkCalendar:
    return ROUND
