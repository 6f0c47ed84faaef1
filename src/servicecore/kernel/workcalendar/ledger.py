"""Working time day by day: what each local date counted, or why it counted nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.kernel.problems import Text
from servicecore.kernel.workcalendar.plan import DayBasis, DayPlan, Plan, dates_shown, pieces


class DayReason(Enum):
    """Why a date counted what it counted.

    COUNTED: open time was counted. HOLIDAY, DATED, WEEKLY: closed all day by a holiday, by a dated entry, or because
    its weekday does not open. OUTSIDE: it opens, but not inside the span that was asked for.
    """

    COUNTED = "counted"
    HOLIDAY = "holiday"
    DATED = "dated"
    WEEKLY = "weekly"
    OUTSIDE = "outside"


_SENTENCES: Final = {
    DayReason.COUNTED: Text("{counted} counted", "conteggiate {counted}", "{counted} gezählt"),
    DayReason.HOLIDAY: Text("closed: holiday {note}", "chiuso: festività {note}", "geschlossen: Feiertag {note}"),
    DayReason.DATED: Text(
        "closed by an entry for this date", "chiuso per una voce di questa data", "für dieses Datum geschlossen"
    ),
    DayReason.WEEKLY: Text(
        "closed on this weekday", "chiuso in questo giorno della settimana", "an diesem Wochentag geschlossen"
    ),
    DayReason.OUTSIDE: Text(
        "no opening hours inside the span",
        "nessun orario di apertura nell'intervallo",
        "keine Öffnungszeit in der Spanne",
    ),
}
_CLOSED: Final = {
    DayBasis.WEEKLY: DayReason.WEEKLY,
    DayBasis.DATED: DayReason.DATED,
    DayBasis.HOLIDAY: DayReason.HOLIDAY,
}


@frozen
class LedgerDay:
    """One local date of a ledger.

    Attributes:
        on: the date on the wall calendar of the zone.
        counted: working time of the date inside the span; an hour that happens twice counts twice.
        reason: why.
        note: the holiday's name, where it has one.

    """

    on: date
    counted: timedelta
    reason: DayReason
    note: str = ""

    def text(self, locale: str = "en") -> str:
        """Return one line for a person: the date and what became of it."""
        minutes, seconds = divmod(self.counted // timedelta(seconds=1), 60)
        params = {"counted": f"{minutes // 60}:{minutes % 60:02}:{seconds:02}", "note": self.note}
        return f"{self.on.isoformat()}  {_SENTENCES[self.reason].render(params, locale).rstrip()}"


def write_ledger(plan: Plan, start: datetime, end: datetime) -> tuple[LedgerDay, ...]:
    """Return one entry for every local date shown in [start, end), in order; together they are the elapsed time."""
    counted = dict.fromkeys(sorted(set(dates_shown(plan, start, end))), timedelta(0))
    for day, piece_start, piece_end in pieces(plan, start, end):
        counted[day] += piece_end - piece_start
    return tuple(_entry(day, time, plan.of_date(day)) for day, time in counted.items())


def _entry(day: date, counted: timedelta, plan: DayPlan) -> LedgerDay:
    if counted:
        return LedgerDay(day, counted, DayReason.COUNTED)
    return LedgerDay(day, counted, DayReason.OUTSIDE if plan.spans else _CLOSED[plan.basis], plan.note)
