"""Working time: calendars of wall-clock openings, due and elapsed in open time, and the ledger that explains them."""

from servicecore.kernel.workcalendar.arithmetic import NEGATIVE_DURATION, NEVER_DUE, OUT_OF_RANGE, CompiledCalendar
from servicecore.kernel.workcalendar.calendar import NEVER_OPEN, WorkCalendar
from servicecore.kernel.workcalendar.document import BAD_DATE, BAD_WEEKDAY
from servicecore.kernel.workcalendar.ledger import DayReason, LedgerDay
from servicecore.kernel.workcalendar.openings import BAD_TIME, INTERVAL_ORDER, DatedOpenings, Holiday, Opening
from servicecore.kernel.workcalendar.plan import DayBasis

__all__ = [
    "BAD_DATE",
    "BAD_TIME",
    "BAD_WEEKDAY",
    "INTERVAL_ORDER",
    "NEGATIVE_DURATION",
    "NEVER_DUE",
    "NEVER_OPEN",
    "OUT_OF_RANGE",
    "CompiledCalendar",
    "DatedOpenings",
    "DayBasis",
    "DayReason",
    "Holiday",
    "LedgerDay",
    "Opening",
    "WorkCalendar",
]
