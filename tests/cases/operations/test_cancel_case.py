"""Giving a case up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servicecore.cases.activities import ResolutionKind
from servicecore.cases.operations.cancel_case import CancelCase
from servicecore.cases.sla.clock import Phase

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def test_clocks_are_neither_met_nor_missed_and_the_reason_is_kept(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.do(AT + timedelta(hours=1), CancelCase("case-1", "bought elsewhere"))
    (cancellation,) = subject.case.resolutions
    assert (cancellation.kind, cancellation.resolution_type) == (ResolutionKind.CANCELLATION, "withdrawn")
    assert {clock.phase for clock in subject.case.timers.clocks} == {Phase.CANCELLED}
    assert subject.wakeup is None


def test_it_takes_a_reason(desk: Any) -> None:
    subject = desk()
    subject.open(AT)
    subject.reason = None
    assert subject.refused(AT, CancelCase("case-1")) == ("authority.reason_required",)
