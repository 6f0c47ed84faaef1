"""A deadline told day by day: what each date counted, why not more, and when the clock stood still (F07)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.cases.sla.clock import EndedBy, SlaClock
from servicecore.cases.sla.derive import read_clock
from servicecore.cases.sla.policy import Metric
from servicecore.cases.sla.timers import SlaTimers
from servicecore.kernel.explain import BrokenExplanation
from servicecore.kernel.problems import Text
from servicecore.kernel.workcalendar import LedgerDay


class Standing(Enum):
    """Why a clock stood still between two pieces of counted time."""

    PAUSED = "paused"
    RESOLVED = "resolved"


_STOOD: Final = {
    Standing.PAUSED: Text(
        "stood still from {start} to {end}: the case was waiting",
        "fermo da {start} a {end}: la richiesta era in attesa",
        "stand still von {start} bis {end}: der Vorgang wartete",
    ),
    Standing.RESOLVED: Text(
        "stood still from {start} to {end}: the case was resolved",
        "fermo da {start} a {end}: la richiesta era risolta",
        "stand still von {start} bis {end}: der Vorgang war gelöst",
    ),
}
_TOTAL: Final = Text(
    "{elapsed} counted of {target}; {remaining} left; due {due}",
    "{elapsed} conteggiate su {target}; restano {remaining}; scadenza {due}",
    "{elapsed} von {target} gezählt; {remaining} übrig; fällig {due}",
)
_OPEN_DUE: Final = Text("unknown while it stands still", "ignota finché è fermo", "unbekannt, solange sie still steht")
_AHEAD: Final = Text("still to come:", "ancora da venire:", "noch ausstehend:")


@frozen
class LedgerLine:
    """One line of the ledger, in order of time.

    Attributes:
        start: of the stretch, and ``end``: half-open; a counted stretch has one line for each local date.
        calendar: key of the calendar that measured it; empty where the clock stood still.
        day: what the date counted and why; None where the clock stood still.
        standing: why it stood still; None where it ran.

    """

    start: datetime
    end: datetime
    calendar: str
    day: LedgerDay | None = None
    standing: Standing | None = None

    @property
    def counted(self) -> timedelta:
        """Return the working time of the line."""
        return timedelta(0) if self.day is None else self.day.counted

    def text(self, locale: str = "en") -> str:
        """Return the line for a person; instants are in UTC, dates those of the calendar's zone."""
        if self.day is not None:
            return self.day.text(locale)
        sentence = _STOOD[self.standing or Standing.PAUSED]
        return sentence.render({"start": _shown(self.start), "end": _shown(self.end)}, locale)


@frozen
class ClockExplanation:
    """How a clock came to what it has counted, and how it will come to its deadline.

    Attributes:
        metric: of the clock, and ``cycle``.
        target: working time that it may take.
        elapsed: counted so far; the sum of ``lines``, which the constructor checks.
        due: the deadline; None while it stands still before it.
        lines: from the start to the instant of the explanation, or to the clock's end.
        ahead: from there to the deadline, where that is to come; with ``lines`` they sum to the target.

    """

    metric: Metric
    cycle: int
    target: timedelta
    elapsed: timedelta
    due: datetime | None
    lines: tuple[LedgerLine, ...]
    ahead: tuple[LedgerLine, ...] = ()

    def __attrs_post_init__(self) -> None:
        counted = sum((line.counted for line in self.lines), timedelta(0))
        if counted != self.elapsed:
            raise BrokenExplanation(f"the ledger of {self.metric.value} sums to {counted}, not to {self.elapsed}")
        coming = sum((line.counted for line in self.ahead), timedelta(0))
        if self.ahead and counted + coming != self.target:
            raise BrokenExplanation(f"the ledger of {self.metric.value} ahead sums to {coming}, not to what is left")

    def text(self, locale: str = "en") -> str:
        """Return the ledger, one line each, and the total."""
        written = [line.text(locale) for line in self.lines]
        due = _OPEN_DUE.render({}, locale) if self.due is None else _shown(self.due)
        params = {
            "elapsed": str(self.elapsed),
            "target": str(self.target),
            "remaining": _signed(self.target - self.elapsed),
            "due": due,
        }
        written.append(_TOTAL.render(params, locale))
        if self.ahead:
            written.append(_AHEAD.render({}, locale))
            written.extend(line.text(locale) for line in self.ahead)
        return "\n".join(written)


def explain_clock(timers: SlaTimers, clock: SlaClock, at: datetime) -> ClockExplanation:
    """Return the ledger of ``clock`` up to ``at``, an instant not before its last change, and ahead to its due."""
    reading = read_clock(timers, clock, at)
    lines: list[LedgerLine] = []
    reached = clock.started_at
    standing = Standing.PAUSED
    for piece in clock.segments:
        lines.extend(_stood(reached, piece.start, standing))
        lines.extend(_ran(timers, piece.calendar, piece.start, piece.end))
        reached = piece.end
        standing = Standing.RESOLVED if piece.ended_by is EndedBy.STOP else Standing.PAUSED
    ahead: tuple[LedgerLine, ...] = ()
    if clock.run_from is not None:
        lines.extend(_stood(reached, clock.run_from, standing))
        lines.extend(_ran(timers, clock.calendar, clock.run_from, at))
        if reading.due is not None and reading.remaining > timedelta(0):
            ahead = _ran(timers, clock.calendar, max(at, clock.run_from), reading.due)
    elif clock.live:
        lines.extend(_stood(reached, at, standing))
    return ClockExplanation(clock.metric, clock.cycle, clock.target, reading.elapsed, reading.due, tuple(lines), ahead)


def _stood(start: datetime, end: datetime, standing: Standing) -> tuple[LedgerLine, ...]:
    return (LedgerLine(start, end, "", standing=standing),) if start < end else ()


def _ran(timers: SlaTimers, key: str, start: datetime, end: datetime) -> tuple[LedgerLine, ...]:
    days = timers.calendar_of(key).compiled().ledger(start, end)
    return tuple(LedgerLine(start, end, key, day=day) for day in days)


def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")


def _signed(duration: timedelta) -> str:
    return f"-{-duration}" if duration < timedelta(0) else str(duration)
