"""A deadline told day by day: what each date counted, why not more, and when the clock stood still (F07)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from attrs import frozen

from servicecore.cases.sla.clock import EndedBy, SlaClock
from servicecore.cases.sla.derive import read_clock
from servicecore.cases.sla.policy import Metric, OnCalendarChange
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
        "the case was waiting from {start} to {end}: {spared} of working time not counted",
        "richiesta in attesa da {start} a {end}: {spared} di orario di lavoro non conteggiate",
        "der Vorgang wartete von {start} bis {end}: {spared} Arbeitszeit nicht gezählt",
    ),
    Standing.RESOLVED: Text(
        "the case was resolved from {start} to {end}: {spared} of working time not counted",
        "richiesta risolta da {start} a {end}: {spared} di orario di lavoro non conteggiate",
        "der Vorgang war von {start} bis {end} gelöst: {spared} Arbeitszeit nicht gezählt",
    ),
}
_METRICS: Final = {
    Metric.FIRST_RESPONSE: Text("first response", "prima risposta", "erste Antwort"),
    Metric.NEXT_RESPONSE: Text("next response", "risposta successiva", "nächste Antwort"),
    Metric.UPDATE: Text("update", "aggiornamento", "Rückmeldung"),
    Metric.RESOLUTION: Text("resolution", "soluzione", "Lösung"),
}
_HEAD: Final = Text(
    "{metric}: counts from {start}, may take {target}",
    "{metric}: conta da {start}, può durare {target}",
    "{metric}: zählt ab {start}, darf {target} dauern",
)
_COUNTED: Final = Text(
    "{elapsed} counted, {remaining} left",
    "{elapsed} conteggiate, ne restano {remaining}",
    "{elapsed} gezählt, {remaining} übrig",
)
_OVER: Final = Text(
    "{elapsed} counted, {over} too many", "{elapsed} conteggiate, {over} di troppo", "{elapsed} gezählt, {over} zu viel"
)
_DUE: Final = Text("due {due}", "scadenza {due}", "fällig {due}")
_AHEAD: Final = Text("still to come:", "ancora da venire:", "noch ausstehend:")


@frozen
class LedgerLine:
    """One line of the ledger, in order of time.

    Attributes:
        start: of the stretch, and ``end``: half-open; a counted stretch has one line for each local date.
        calendar: key of the calendar that measured it.
        day: what the date counted and why; None where the clock stood still.
        standing: why it stood still; None where it ran.
        spared: working time that was not counted because it stood still.

    """

    start: datetime
    end: datetime
    calendar: str
    day: LedgerDay | None = None
    standing: Standing | None = None
    spared: timedelta = timedelta(0)

    @property
    def counted(self) -> timedelta:
        """Return the working time of the line."""
        return timedelta(0) if self.day is None else self.day.counted

    def text(self, locale: str = "en") -> str:
        """Return the line for a person; instants are in UTC, dates those of the calendar's zone."""
        if self.day is not None:
            return self.day.text(locale)
        sentence = _STOOD[self.standing or Standing.PAUSED]
        shown = {"start": _shown(self.start), "end": _shown(self.end), "spared": str(self.spared)}
        return sentence.render(shown, locale)


@frozen
class ClockExplanation:
    """How a clock came to what it has counted, and how it will come to its deadline.

    Attributes:
        metric: of the clock, and ``cycle``.
        target: working time that it may take.
        started_at: when the cycle began.
        elapsed: counted so far; the sum of ``lines``, which the constructor checks.
        due: the deadline; None while it stands still before it.
        lines: from the start to the instant of the explanation, or to the clock's end.
        ahead: from there to the deadline, where that is to come; with ``lines`` they sum to the target.

    """

    metric: Metric
    cycle: int
    target: timedelta
    started_at: datetime
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
        """Return the ledger, one line each, with what was counted, what is left and when it is due."""
        metric = _METRICS[self.metric].render({}, locale)
        head = {"metric": metric, "start": _shown(self.started_at), "target": str(self.target)}
        written = [_HEAD.render(head, locale)]
        written.extend(line.text(locale) for line in self.lines)
        left = self.target - self.elapsed
        total = _COUNTED if left >= timedelta(0) else _OVER
        figures = {"elapsed": str(self.elapsed), "remaining": str(left), "over": str(-left)}
        written.append(total.render(figures, locale))
        if self.ahead:
            written.append(_AHEAD.render({}, locale))
            written.extend(line.text(locale) for line in self.ahead)
        if self.due is not None:
            written.append(_DUE.render({"due": _shown(self.due)}, locale))
        return "\n".join(written)


def explain_clock(timers: SlaTimers, clock: SlaClock, at: datetime) -> ClockExplanation:
    """Return the ledger of ``clock`` up to ``at``, an instant not before its last change, and ahead to its due."""
    reading = read_clock(timers, clock, at)
    lines: list[LedgerLine] = []
    reached = clock.started_at
    standing = Standing.PAUSED
    for piece in clock.segments:
        lines.extend(_stood(timers, clock, reached, piece.start, standing))
        lines.extend(_ran(timers, piece.calendar, piece.start, piece.end))
        reached = piece.end
        standing = Standing.RESOLVED if piece.ended_by is EndedBy.STOP else Standing.PAUSED
    ahead: tuple[LedgerLine, ...] = ()
    if clock.run_from is not None:
        lines.extend(_stood(timers, clock, reached, clock.run_from, standing))
        lines.extend(_ran(timers, clock.calendar, clock.run_from, at))
        if reading.due is not None and reading.remaining > timedelta(0):
            ahead = _ran(timers, clock.calendar, max(at, clock.run_from), reading.due)
    elif clock.live:
        lines.extend(_stood(timers, clock, reached, at, standing))
    return ClockExplanation(
        metric=clock.metric,
        cycle=clock.cycle,
        target=clock.target,
        started_at=clock.started_at,
        elapsed=reading.elapsed,
        due=reading.due,
        lines=tuple(lines),
        ahead=ahead,
    )


def _stood(
    timers: SlaTimers, clock: SlaClock, start: datetime, end: datetime, standing: Standing
) -> tuple[LedgerLine, ...]:
    if timers.policy.on_calendar_change is not OnCalendarChange.SPLIT:
        return _still(timers, clock.calendar, start, end, standing)
    ends = [*(each.since for each in timers.calendars[1:]), end]
    return tuple(
        line
        for each, until in zip(timers.calendars, ends, strict=True)
        for line in _still(timers, each.key, max(start, each.since), min(end, until), standing)
    )


def _still(timers: SlaTimers, key: str, start: datetime, end: datetime, standing: Standing) -> tuple[LedgerLine, ...]:
    if end <= start:
        return ()
    spared = timers.calendar_of(key).compiled().elapsed(start, end)
    return (LedgerLine(start, end, key, standing=standing, spared=spared),)


def _ran(timers: SlaTimers, key: str, start: datetime, end: datetime) -> tuple[LedgerLine, ...]:
    days = timers.calendar_of(key).compiled().ledger(start, end)
    return tuple(LedgerLine(start, end, key, day=day) for day in days)


def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")
