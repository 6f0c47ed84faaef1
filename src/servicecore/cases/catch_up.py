"""A case that waits until an instant comes back to work at that instant, however late anybody looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

from attrs import frozen

from servicecore.cases.case import Case, moment
from servicecore.cases.clock_events import CLOCK_EVENTS, told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import enter_state
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Refusal, after

C = TypeVar("C", bound=Command)
Decide: TypeAlias = "Callable[[Any, C, Facts], Decision[Case]]"


@frozen
class CaseResumed(Event[Case]):
    """The time until which a case waited has passed: ``crossed_at`` says when, ``at`` when it was noticed."""

    type_name: ClassVar[str] = "cases.case_resumed"
    state: str
    crossed_at: datetime
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the case back at work."""
        return state.in_state(self.state, self.crossed_at)


CATCH_UP_EVENTS: Final = (CaseResumed, *CLOCK_EVENTS)


def catch_up(case: Case, facts: Facts) -> tuple[Event[Case], ...]:
    """Return the resuming that has fallen due, with effect from its own instant; empty where none has (SD 2)."""
    now = moment(case, facts)
    if case.resume_at is None or case.resume_at > now:
        return ()
    to = facts.of(CasePolicy).working_state
    resumed = CaseResumed(to, case.resume_at, now)
    return told(case, case.resume_at, partial(enter_state, to=to), resumed, now=now)


def caught_up(decide: Decide[C]) -> Decide[C]:
    """Return ``decide`` for a case on which everything that has fallen due has happened before."""

    @wraps(decide)
    def decide_caught_up(state: Case, command: C, facts: Facts) -> Decision[Case]:
        before = catch_up(state, facts)
        decision = decide(after(state, before) if before else state, command, facts)
        return decision if isinstance(decision, Refusal) else (*before, *decision)

    return decide_caught_up
