"""The working calendar of a desk: weekly openings, dated openings, breaks and holidays in one time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from attrs import field, frozen

from servicecore.kernel.clock import zone
from servicecore.kernel.problems import ProblemKind
from servicecore.kernel.workcalendar.arithmetic import CompiledCalendar
from servicecore.kernel.workcalendar.document import (
    BAD_DATE,
    BAD_WEEKDAY,
    check_fields,
    read_dates,
    read_holidays,
    read_week,
)
from servicecore.kernel.workcalendar.openings import DatedOpenings, Holiday, Opening, net_spans
from servicecore.kernel.workcalendar.plan import DayBasis, DayPlan, Plan

NEVER_OPEN: Final = ProblemKind(
    "calendar.never_open",
    en="the calendar in {value} never opens; accepted: {accepted}",
    it="il calendario in {value} non apre mai; valori ammessi: {accepted}",
    de="der Kalender in {value} öffnet nie; zulässig: {accepted}",
)

_DAYS_A_WEEK: Final = 7
_NO_BREAKS: Final[tuple[tuple[Opening, ...], ...]] = ((),) * _DAYS_A_WEEK
_KEPT: Final = 128


@frozen(cache_hash=True)
class WorkCalendar:
    """When a desk works, written on the wall clock of one zone; an instant is open if that clock shows an open time.

    Attributes:
        zone: IANA name.
        weekly: seven tuples of openings, Monday first; they may overlap, touch and stand in any order (a union).
        dates: openings that replace the weekday's on a local date; an entry without openings closes it.
        weekly_breaks: seven tuples, Monday first, taken out of the openings, also of dated ones.
        dated_breaks: taken out on a local date, beside the weekday's breaks.
        holidays: local dates that are closed whatever ``dates`` says; only the date's own part of a night shift.

    Raises ``time.unknown_zone``, ``calendar.bad_weekday`` where a week has not seven days, ``calendar.bad_date``
    where a date has two entries, and ``calendar.never_open``. Source: vectors of cases, anchors cases 4.

    """

    zone: str = field()
    weekly: tuple[tuple[Opening, ...], ...] = field()
    dates: tuple[DatedOpenings, ...] = field(default=())
    weekly_breaks: tuple[tuple[Opening, ...], ...] = field(default=_NO_BREAKS)
    dated_breaks: tuple[DatedOpenings, ...] = field(default=())
    holidays: tuple[Holiday, ...] = field(default=())

    @zone.validator
    def _check_zone(self, _attribute: object, value: str) -> None:
        zone(value)

    @weekly.validator
    @weekly_breaks.validator
    def _check_week(self, attribute: Any, value: tuple[tuple[Opening, ...], ...]) -> None:
        if len(value) != _DAYS_A_WEEK:
            raise BAD_WEEKDAY.error(attribute.name, value=f"{len(value)} days", accepted="seven days, Monday first")

    @dates.validator
    @dated_breaks.validator
    def _check_dates(self, attribute: Any, value: tuple[DatedOpenings, ...]) -> None:
        seen: set[date] = set()
        for entry in value:
            if entry.on in seen:
                raise BAD_DATE.error(attribute.name, value=f"a second {entry.on}", accepted="one entry a date")
            seen.add(entry.on)

    def __attrs_post_init__(self) -> None:
        plan = self.plan()
        if not plan.week and not any(each.spans for each in plan.special.values()):
            accepted = "an opening that no break or holiday covers"
            raise NEVER_OPEN.error("weekly", value=self.zone, accepted=accepted)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> WorkCalendar:
        """Return the calendar written as ``{"tz", "weekly", "dates", "breaks": {"weekly", "dates"}, "holidays"}``.

        Times are HH:MM of the wall clock, 24:00 only as an end; holidays are a list of dates, or an object of date
        and name.

        Raises:
            InvalidValue: ``time.unknown_zone``, ``calendar.bad_time``, ``calendar.interval_order``,
                ``calendar.bad_weekday``, ``calendar.bad_date``, ``calendar.never_open``, ``value.not_accepted``
                for an unknown field, ``value.wrong_type``.

        """
        given = check_fields(document, "", ("tz", "weekly", "dates", "breaks", "holidays"))
        breaks = check_fields(given.get("breaks", {}), "breaks", ("weekly", "dates"))
        zone(given.get("tz", ""), "tz")
        return cls(
            zone=given["tz"],
            weekly=read_week(given.get("weekly", {}), "weekly"),
            dates=read_dates(given.get("dates", {}), "dates"),
            weekly_breaks=read_week(breaks.get("weekly", {}), "breaks.weekly"),
            dated_breaks=read_dates(breaks.get("dates", {}), "breaks.dates"),
            holidays=read_holidays(given.get("holidays", ()), "holidays"),
        )

    def compiled(self) -> CompiledCalendar:
        """Return the calendar ready for due and elapsed; equal calendars share one, the last 128 are kept."""
        return _compiled(self)

    def plan(self) -> Plan:
        """Return the net openings of every weekday and of every date that differs from its weekday."""
        openings = {each.on: each.openings for each in self.dates}
        breaks = {each.on: each.openings for each in self.dated_breaks}
        special: dict[date, DayPlan] = {}
        for day in (*openings, *breaks):
            weekday = day.weekday()
            taken = (*self.weekly_breaks[weekday], *breaks.get(day, ()))
            basis = DayBasis.DATED if day in openings or self.weekly[weekday] else DayBasis.WEEKLY
            special[day] = DayPlan.of(net_spans(openings.get(day, self.weekly[weekday]), taken), basis)
        for holiday in self.holidays:
            special[holiday.on] = DayPlan((), DayBasis.HOLIDAY, holiday.name)
        weekly = tuple(
            DayPlan.of(net_spans(opened, taken), DayBasis.WEEKLY)
            for opened, taken in zip(self.weekly, self.weekly_breaks, strict=True)
        )
        return Plan(zone(self.zone), weekly, special)


@lru_cache(maxsize=_KEPT)
def _compiled(calendar: WorkCalendar) -> CompiledCalendar:
    return CompiledCalendar(calendar.plan())
