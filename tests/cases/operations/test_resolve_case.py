"""The resolution activity with the time spent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicecore.cases.operations.add_internal_note import AddInternalNote
from servicecore.cases.operations.resolve_case import ResolveCase

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, (30, 30)),
        ({"total_minutes": 45}, (45, 45)),
        ({"billable_minutes": 0}, (30, 0)),
        ({"total_minutes": 45, "billable_minutes": 15}, (45, 15)),
    ],
)
def test_time_is_the_sum_of_the_activities_or_what_the_agent_says(
    desk: Any, given: dict[str, Any], kept: tuple[int, int]
) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, AddInternalNote("case-1", "looked", minutes=10))
    subject.do(AT, AddInternalNote("case-1", "repaired", minutes=20))
    subject.do(AT + timedelta(hours=1), ResolveCase("case-1", "problem_solved", **given))
    (resolution,) = subject.case.resolutions
    assert (resolution.total_minutes, resolution.billable_minutes) == kept


def test_resolving_twice_is_refused(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT, ResolveCase("case-1", "no_fault"))
    assert subject.refused(AT, ResolveCase("case-1", "no_fault")) == ("cases.not_open",)


def test_an_unknown_type_and_more_billable_than_spent_are_told_together(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    command = ResolveCase("case-1", "magic", total_minutes=10, billable_minutes=11)
    assert subject.refused(AT, command) == ("cases.resolution_type", "cases.billable_above_total")
