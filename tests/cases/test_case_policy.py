"""Settings of the desk that contradict themselves are refused when they are made."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.policy import Escalation, Metric, SlaPolicy, Target
from servicecore.cases.states import Category, StateMap
from servicecore.errors import InvalidValue
from servicecore.kernel.workcalendar import WorkCalendar

HOUR = timedelta(hours=1)


def code_of(refused: pytest.ExceptionInfo[InvalidValue]) -> str:
    return refused.value.problem.code


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"default_calendar": "mars"}, "cases.unknown_calendar"),
        ({"default_sla": "gold"}, "cases.unknown_sla"),
        ({"opening_state": "pending"}, "cases.state_out_of_place"),
        ({"resolved_state": "solved"}, "cases.state_out_of_place"),
    ],
)
def test_what_is_named_has_to_exist(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        CasePolicy(**settings)
    assert code_of(refused) == code


def test_a_service_level_needs_a_calendar_and_knows_every_state(rome: WorkCalendar, standard: SlaPolicy) -> None:
    with pytest.raises(InvalidValue) as refused:
        CasePolicy(sla_policies=(standard,))
    assert code_of(refused) == "cases.unknown_calendar"
    assert refused.value.problem.path == "sla_policies[0].calendar"
    with pytest.raises(InvalidValue) as refused:
        CasePolicy(states=StateMap(paused=("parked",)), calendars=(("rome", rome),), sla_policies=(standard,))
    assert code_of(refused) == "cases.unknown_state"


def test_ids_stand_once(rome: WorkCalendar, standard: SlaPolicy) -> None:
    with pytest.raises(InvalidValue) as refused:
        CasePolicy(calendars=(("rome", rome), ("rome", rome)))
    assert code_of(refused) == "cases.repeated_id"
    with pytest.raises(InvalidValue) as refused:
        CasePolicy(calendars=(("rome", rome),), sla_policies=(standard, standard))
    assert code_of(refused) == "cases.repeated_id"


def test_a_first_response_may_not_take_longer_than_the_resolution(rome: WorkCalendar) -> None:
    targets = (Target("normal", Metric.FIRST_RESPONSE, 2 * HOUR), Target("normal", Metric.RESOLUTION, HOUR))
    with pytest.raises(InvalidValue) as refused:
        CasePolicy(calendars=(("rome", rome),), default_calendar="rome", sla_policies=(SlaPolicy("odd", targets),))
    assert code_of(refused) == "cases.response_after_resolution"
    assert refused.value.problem.path == "sla_policies[0].targets[0]"


def test_two_targets_for_one_priority_and_metric_are_refused() -> None:
    twice = Target("normal", Metric.RESOLUTION, HOUR)
    with pytest.raises(InvalidValue) as refused:
        SlaPolicy("odd", (twice, twice))
    assert code_of(refused) == "cases.repeated_target"


def test_targets_and_warnings_are_not_negative() -> None:
    with pytest.raises(InvalidValue):
        Target("normal", Metric.RESOLUTION, -HOUR)
    with pytest.raises(InvalidValue):
        SlaPolicy("odd", (), warn_ratios=(Decimal(0),))


def test_a_state_stands_in_one_category() -> None:
    states = StateMap()
    assert [states.category(name) for name in ("open", "pending", "closed", "merged")] == list(Category)
    with pytest.raises(InvalidValue) as refused:
        StateMap(paused=("open",))
    assert code_of(refused) == "cases.repeated_state"


@pytest.mark.parametrize("levels", [(0,), (1, 1)])
def test_levels_of_escalation_start_at_1_and_stand_once(levels: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue):
        SlaPolicy("odd", (), escalations=tuple(Escalation(level) for level in levels))
