"""Run the SLA timers of a case: announce every warning and deadline crossed up to now, once, in order."""

from __future__ import annotations

from typing import ClassVar, Final

from attrs import frozen

from servicecore.cases.case import Case, moment
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import announcements
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation


@frozen(field_transformer=checked_fields)
class RunSlaTimers(Command):
    """Announce what a case's clocks have crossed, and take it up when it waited long enough; due work does it (C11).

    Attributes:
        case: id of the case.

    """

    name: ClassVar[str] = "cases.run_sla_timers"
    target: ClassVar[str] = "case"
    case: str


def decide(state: Case, command: RunSlaTimers, facts: Facts) -> Decision[Case]:  # noqa: ARG001 - the state says it all
    """Return a warning or breach for each crossing up to now; nothing where nothing was crossed."""
    return announcements(state.timers, moment(state, facts))


RUN_SLA_TIMERS: Final = Operation(
    command=RunSlaTimers,
    decide=caught_up(decide),
    events=CATCH_UP_EVENTS,
    capabilities=("C11",),
    automatic=True,
)
