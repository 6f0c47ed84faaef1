"""Change the working calendar that measures a case: other hours, or a newer version of the same."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.cases.case import Case, moment
from servicecore.cases.catch_up import CATCH_UP_EVENTS, caught_up
from servicecore.cases.clock_events import told
from servicecore.cases.policy import CasePolicy
from servicecore.cases.sla.timeline import calendar_in_force, change_calendar
from servicecore.cases.sla.timers import CalendarInForce
from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

NOT_MEASURED: Final = ProblemKind(
    "cases.not_measured",
    en="case {value} has no service level and so no calendar; accepted: {accepted}",
    it="la richiesta {value} non ha un livello di servizio e quindi nessun calendario; valori ammessi: {accepted}",
    de="Vorgang {value} hat keine Dienstgüte und daher keinen Kalender; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ChangeCalendar(Command):
    """Measure a case with another working calendar from now on (SD 1.10, C11).

    The service level's ``on_calendar_change`` says what becomes of time that is counted already. The same id takes
    the installation's present version of the calendar.

    Attributes:
        case: id of the case.
        calendar: id of the calendar.

    """

    name: ClassVar[str] = "cases.change_calendar"
    target: ClassVar[str] = "case"
    case: str
    calendar: str


@frozen
class CaseCalendarChanged(Event[Case]):
    """Another calendar is in force for a case; carries it by value."""

    type_name: ClassVar[str] = "cases.calendar_changed"
    in_force: CalendarInForce

    def apply(self, state: Case) -> Case:
        """Return the case with the calendar added."""
        timers = state.timers
        if timers is not None:
            timers = evolve(timers, calendars=(*timers.calendars, self.in_force))
        return evolve(state, changed_at=self.in_force.since, timers=timers)


def guard(state: Case, _facts: Facts) -> tuple[Problem, ...]:
    """Return why no calendar can be changed: nothing is measured (``cases.not_measured``)."""
    if state.timers is not None:
        return ()
    return (NOT_MEASURED.at("case", value=state.id, accepted="a case with a service level"),)


def decide(state: Case, command: ChangeCalendar, facts: Facts) -> Decision[Case]:
    """Return the change and what it does to the clocks, or why not (``cases.unknown_calendar``)."""
    try:
        calendar = facts.of(CasePolicy).calendar(command.calendar)
    except InvalidValue as refused:
        return refuse(refused.problem)
    if state.timers is None:
        return refuse(*guard(state, facts))
    at = moment(state, facts)
    changed = CaseCalendarChanged(calendar_in_force(state.timers, at, command.calendar, calendar))
    change = partial(change_calendar, calendar_id=command.calendar, calendar=calendar)
    return told(state, at, change, changed)


CHANGE_CALENDAR: Final = Operation(
    command=ChangeCalendar,
    decide=caught_up(decide),
    guard=guard,
    events=(CaseCalendarChanged, *CATCH_UP_EVENTS),
    capabilities=("C11", "F06"),
)
