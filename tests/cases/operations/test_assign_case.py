"""Who holds a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicecore.cases.operations.assign_case import AssignCase
from servicecore.cases.operations.resolve_case import ResolveCase

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("command", "held"),
    [
        (AssignCase("case-1", owner="u-1"), ("u-1", "")),
        (AssignCase("case-1", owner="u-1", keep_in_queue=True), ("u-1", "q-1")),
        (AssignCase("case-1", queue="q-2"), ("", "q-2")),
        (AssignCase("case-1", owner="u-1", queue="q-2"), ("u-1", "q-2")),
        (AssignCase("case-1"), ("", "")),
    ],
)
def test_a_user_takes_it_out_of_its_queue_unless_it_stays_there(
    desk: Any, command: AssignCase, held: tuple[str, str]
) -> None:
    subject = desk()
    subject.open(AT, queue="q-1")
    subject.do(AT + timedelta(hours=1), command)
    assert (subject.case.owner, subject.case.queue) == held


def test_the_same_holder_is_refused_and_so_is_an_ended_case(desk: Any) -> None:
    subject = desk()
    subject.open(AT, owner="u-1")
    assert subject.refused(AT, AssignCase("case-1", owner="u-1")) == ("cases.nobody_new",)
    subject.do(AT, ResolveCase("case-1", "other"))
    assert subject.refused(AT, AssignCase("case-1", owner="u-2")) == ("cases.not_open",)
