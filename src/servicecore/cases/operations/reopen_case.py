"""Reopen a resolved case, or take up a cancelled one again."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.cases.case import Case, category_of, ended_only, moment
from servicecore.cases.clock_events import CLOCK_EVENTS, told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import begin_again, enter_state
from servicecore.cases.sla.timers import SlaTimers
from servicecore.cases.states import Category
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation
from servicecore.kernel.problems import Problem, ProblemKind

REOPEN_WINDOW_OVER: Final = ProblemKind(
    "cases.reopen_window_over",
    en="the case was resolved at {value} and can be reopened no more; accepted: {accepted}",
    it="la richiesta è stata risolta il {value} e non può più essere riaperta; valori ammessi: {accepted}",
    de="der Vorgang wurde am {value} gelöst und kann nicht mehr geöffnet werden; zulässig: {accepted}",
)
REOPEN_CLOSED: Final = "cases.reopen_closed"
"""The right to reopen a case that was closed for good."""


@frozen(field_transformer=checked_fields)
class ReopenCase(Command):
    """Take up an ended case again (SD 2, C02).

    The service level's ``on_reopen`` says whether the resolution clock goes on, counts the gap or begins anew. What
    cancelling cut off begins a new cycle. A closed case takes the further right ``cases.reopen_closed``.

    Attributes:
        case: id of the case.

    """

    name: ClassVar[str] = "cases.reopen_case"
    target: ClassVar[str] = "case"
    case: str


@frozen
class CaseReopened(Event[Case]):
    """An ended case is worked on again; its last resolution is superseded."""

    type_name: ClassVar[str] = "cases.case_reopened"
    was: str
    state: str
    at: datetime

    def apply(self, state: Case) -> Case:
        """Return the reopened case."""
        former = tuple(
            evolve(each, superseded_at=self.at) if each.superseded_at is None else each for each in state.resolutions
        )
        case = state.in_state(self.state, self.at)
        return evolve(case, resolutions=former, resolved_at=None, reopen_count=case.reopen_count + 1)


def guard(state: Case, facts: Facts) -> tuple[Problem, ...]:
    """Return why it cannot be reopened: it is not ended, closed for good, or its window is over.

    Problems: ``cases.not_open``, ``authority.not_permitted``, ``cases.reopen_window_over``.
    """
    problems = list(ended_only(state, facts))
    policy = facts.of(CasePolicy)
    if state.state == policy.closed_state:
        right = facts.authority.check_right(facts.actor, REOPEN_CLOSED)
        problems.extend(() if right is None else (right,))
    window = policy.reopen_window
    if window is not None and state.resolved_at is not None and facts.now > state.resolved_at + window:
        accepted = f"until {(state.resolved_at + window).isoformat()}, or a new case"
        problems.append(REOPEN_WINDOW_OVER.at("case", value=state.resolved_at.isoformat(), accepted=accepted))
    return tuple(problems)


def decide(state: Case, command: ReopenCase, facts: Facts) -> Decision[Case]:  # noqa: ARG001 - the guard has judged
    """Return the reopening and what it does to the clocks."""
    at = moment(state, facts)
    to = facts.of(CasePolicy).working_state
    cancelled = category_of(state, facts) is Category.CANCELLED
    change = partial(_taken_up, to=to, cancelled=cancelled)
    return told(state, at, change, CaseReopened(state.state, to, at))


def _taken_up(timers: SlaTimers, at: datetime, *, to: str, cancelled: bool) -> SlaTimers:
    timers = enter_state(timers, at, to)
    return begin_again(timers, at) if cancelled else timers


REOPEN_CASE: Final = Operation(
    command=ReopenCase,
    decide=decide,
    guard=guard,
    events=(CaseReopened, *CLOCK_EVENTS),
    capabilities=("C02", "C11"),
)
