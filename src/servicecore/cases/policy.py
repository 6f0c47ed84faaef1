"""The settings of the service desk: states, priorities, calendars, service levels, reasons."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attrs import frozen

from servicecore.cases.sla.policy import SlaPolicy
from servicecore.cases.states import STANDARD_STATES, Category, StateMap
from servicecore.errors import InvalidValue
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.workcalendar import WorkCalendar

UNKNOWN_CALENDAR: Final = ProblemKind(
    "cases.unknown_calendar",
    en="there is no working calendar {value}; accepted: {accepted}",
    it="non esiste il calendario di lavoro {value}; valori ammessi: {accepted}",
    de="den Arbeitskalender {value} gibt es nicht; zulässig: {accepted}",
)
UNKNOWN_SLA: Final = ProblemKind(
    "cases.unknown_sla",
    en="there is no service level {value}; accepted: {accepted}",
    it="non esiste il livello di servizio {value}; valori ammessi: {accepted}",
    de="die Dienstgüte {value} gibt es nicht; zulässig: {accepted}",
)
STATE_OUT_OF_PLACE: Final = ProblemKind(
    "cases.state_out_of_place",
    en="{value} cannot be the {role}; accepted: {accepted}",
    it="{value} non può essere lo stato di {role}; valori ammessi: {accepted}",
    de="{value} kann nicht der Zustand für {role} sein; zulässig: {accepted}",
)
REPEATED_ID: Final = ProblemKind(
    "cases.repeated_id",
    en="{value} is defined twice; accepted: {accepted}",
    it="{value} è definito due volte; valori ammessi: {accepted}",
    de="{value} ist zweimal festgelegt; zulässig: {accepted}",
)


@frozen
class CasePolicy:
    """How this installation runs its desk.

    Attributes:
        states: names of states by category; a service level may read them differently for its clocks.
        opening_state: of a new case.
        working_state: after the first answer, and after a reopening.
        resolved_state: set by resolving only.
        closed_state: final state of a resolved case.
        cancelled_state: set by cancelling only.
        priorities: from least to most urgent.
        default_priority: where the opener names none.
        calendars: pairs of id and working calendar.
        default_calendar: for service levels that name none.
        sla_policies: the service levels.
        default_sla: for cases that name none; empty leaves them unmeasured.
        resolution_types: accepted kinds of resolutions.
        pause_reasons: accepted reasons for a paused state.
        resume_on_customer_message: whether a customer's message brings a paused case back to work.
        reopen_window: wall time after the resolution in which a case may be reopened; None for ever.

    Raises:
        InvalidValue: ``cases.unknown_calendar``, ``cases.unknown_sla``, ``cases.state_out_of_place``,
            ``cases.repeated_id``, ``cases.response_after_resolution``.

    """

    states: StateMap = STANDARD_STATES
    opening_state: str = "new"
    working_state: str = "open"
    resolved_state: str = "resolved"
    closed_state: str = "closed"
    cancelled_state: str = "cancelled"
    priorities: tuple[str, ...] = ("low", "normal", "high", "urgent")
    default_priority: str = "normal"
    calendars: tuple[tuple[str, WorkCalendar], ...] = ()
    default_calendar: str = ""
    sla_policies: tuple[SlaPolicy, ...] = ()
    default_sla: str = ""
    resolution_types: tuple[str, ...] = ("problem_solved", "information_provided", "duplicate", "no_fault", "other")
    pause_reasons: tuple[str, ...] = ("customer", "third_party", "parts", "scheduled")
    resume_on_customer_message: bool = True
    reopen_window: timedelta | None = None

    def __attrs_post_init__(self) -> None:
        self._check_states()
        _check_unique("calendars", tuple(name for name, _ in self.calendars))
        _check_unique("sla_policies", tuple(each.id for each in self.sla_policies))
        if self.default_calendar:
            self.calendar(self.default_calendar, "default_calendar")
        if self.default_sla:
            self.sla(self.default_sla, "default_sla")
        for index, each in enumerate(self.sla_policies):
            path = f"sla_policies[{index}]"
            self.calendar(each.calendar or self.default_calendar, f"{path}.calendar")
            for name in self.states.names():
                each.states.category(name)
            for problem in each.problems():
                raise InvalidValue(problem.under(path))

    def _check_states(self) -> None:
        wanted = (
            ("opening_state", self.opening_state, Category.RUNNING),
            ("working_state", self.working_state, Category.RUNNING),
            ("resolved_state", self.resolved_state, Category.RESOLVED),
            ("closed_state", self.closed_state, Category.RESOLVED),
            ("cancelled_state", self.cancelled_state, Category.CANCELLED),
        )
        for role, state, category in wanted:
            names = self.states.named(category)
            if state not in names:
                raise STATE_OUT_OF_PLACE.error(role, value=repr(state), role=role, accepted=", ".join(names))

    def calendar(self, name: str, path: str = "calendar") -> WorkCalendar:
        """Return the working calendar called ``name``.

        Raises:
            InvalidValue: ``cases.unknown_calendar``.

        """
        for each, calendar in self.calendars:
            if each == name:
                return calendar
        known = ", ".join(each for each, _ in self.calendars) or "none is set up"
        raise UNKNOWN_CALENDAR.error(path, value=repr(name), accepted=known)

    def sla(self, name: str, path: str = "sla") -> SlaPolicy:
        """Return the service level called ``name``.

        Raises:
            InvalidValue: ``cases.unknown_sla``.

        """
        for each in self.sla_policies:
            if each.id == name:
                return each
        known = ", ".join(each.id for each in self.sla_policies) or "none is set up"
        raise UNKNOWN_SLA.error(path, value=repr(name), accepted=known)


def _check_unique(path: str, names: tuple[str, ...]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise REPEATED_ID.error(f"{path}[{index}]", value=repr(name), accepted="each id once")
