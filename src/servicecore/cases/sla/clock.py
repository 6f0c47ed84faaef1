"""One SLA clock: pieces of counted time, kept as they were measured; every deadline is derived from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from attrs import evolve, frozen

from servicecore.cases.sla.policy import Metric
from servicecore.kernel.workcalendar import WorkCalendar

CalendarOf: TypeAlias = Callable[[str], WorkCalendar]
"""Finds the calendar that a segment's key names."""


class Phase(Enum):
    """Where a clock stands; ``not_started`` is the answer where a case has no clock of the metric."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class EndedBy(Enum):
    """Why a piece of counted time ended."""

    PAUSE = "pause"
    STOP = "stop"
    CALENDAR = "calendar"
    GAP = "gap"
    CANCEL = "cancel"


@frozen
class Segment:
    """A closed piece of running time, half-open ``[start, end)``.

    Attributes:
        start: instant.
        end: instant.
        calendar: key of the calendar that measured it.
        counted: working time in it.
        total: working time in it and in all before it.
        ended_by: what ended it; ``gap`` marks resolved time that was counted at a reopening.

    """

    start: datetime
    end: datetime
    calendar: str
    counted: timedelta
    total: timedelta
    ended_by: EndedBy


class MarkKind(Enum):
    """What was crossed."""

    WARNING = "warning"
    ESCALATION = "escalation"
    DUE = "due"


@frozen
class Mark:
    """A crossing that was announced; it is never taken back, a breach may be revised.

    Attributes:
        kind: warning, escalation or due.
        ratio: the warning's or escalation's share of the target; 1 for the due.
        due: the crossed instant: the warning's, the escalation's or the deadline.
        crossed_at: when it came true; later than ``due`` only where a change put the deadline into the past.
        at: when it was announced.
        revised_at: when a breach was revised because the deadline moved beyond the crossing; escalations from the
            deadline on are revised with it.
        level: of an escalation; 0 otherwise.

    """

    kind: MarkKind
    ratio: Decimal
    due: datetime
    crossed_at: datetime
    at: datetime
    revised_at: datetime | None = None
    level: int = 0


@frozen
class SlaClock:
    """The clock of one metric and cycle of a case (SD 3.6).

    Attributes:
        metric: what is measured, and ``cycle`` the how-manieth time, from 1.
        target: working time that it may take.
        started_at: when the cycle began.
        changed_at: last instant at which a fact moved the clock; crossings before it are known.
        calendar: key of the calendar for the time to come.
        phase: running, paused, stopped or cancelled.
        segments: closed pieces of counted time in order; only added to, except by ``recompute``.
        run_from: start of the open piece while running.
        ended_at: when it stopped or was cancelled.
        cancelled_because: ``case_cancelled``, ``no_target``, ``superseded``; empty otherwise.
        marks: what was announced.

    """

    metric: Metric
    cycle: int
    target: timedelta
    started_at: datetime
    changed_at: datetime
    calendar: str
    phase: Phase = Phase.PAUSED
    segments: tuple[Segment, ...] = ()
    run_from: datetime | None = None
    ended_at: datetime | None = None
    cancelled_because: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def banked(self) -> timedelta:
        """Return the working time of the closed pieces."""
        return self.segments[-1].total if self.segments else timedelta(0)

    @property
    def live(self) -> bool:
        """Return whether it is running or paused."""
        return self.phase in (Phase.RUNNING, Phase.PAUSED)

    def elapsed(self, at: datetime, calendar_of: CalendarOf) -> timedelta:
        """Return the working time counted up to ``at``, or up to the end where it has ended before."""
        if self.run_from is None:
            return self.banked
        return self.banked + calendar_of(self.calendar).compiled().elapsed(self.run_from, at)

    def crossing(self, work: timedelta, calendar_of: CalendarOf) -> tuple[datetime, str] | None:
        """Return the earliest instant at which ``work`` is counted, with the key of its calendar.

        None where a clock that stands still has not counted as much. O(log n) in the number of pieces.
        """
        index = bisect_left(self.segments, work, key=lambda segment: segment.total)
        if index < len(self.segments):
            piece = self.segments[index]
            rest = work - (piece.total - piece.counted)
            return calendar_of(piece.calendar).compiled().due(piece.start, rest), piece.calendar
        if self.run_from is None:
            return None
        return calendar_of(self.calendar).compiled().due(self.run_from, work - self.banked), self.calendar

    def run(self, at: datetime) -> SlaClock:
        """Return the clock running from ``at``; a running one stays as it is."""
        if self.run_from is not None:
            return self
        return evolve(self, phase=Phase.RUNNING, run_from=at, ended_at=None, changed_at=at)

    def pause(self, at: datetime, calendar_of: CalendarOf) -> SlaClock:
        """Return the clock standing still from ``at``; a paused one stays as it is."""
        if self.phase is Phase.PAUSED:
            return self
        return evolve(self._closed(at, EndedBy.PAUSE, calendar_of), phase=Phase.PAUSED, ended_at=None, changed_at=at)

    def stop(self, at: datetime, calendar_of: CalendarOf) -> SlaClock:
        """Return the clock stopped at ``at``: met, or missed where its due lies before."""
        return evolve(self._closed(at, EndedBy.STOP, calendar_of), phase=Phase.STOPPED, ended_at=at, changed_at=at)

    def cancel(self, at: datetime, because: str, calendar_of: CalendarOf) -> SlaClock:
        """Return the clock cancelled at ``at``: neither met nor missed."""
        closed = self._closed(at, EndedBy.CANCEL, calendar_of)
        return evolve(closed, phase=Phase.CANCELLED, ended_at=at, changed_at=at, cancelled_because=because)

    def retarget(self, at: datetime, target: timedelta) -> SlaClock:
        """Return the clock with another target; what was counted stands."""
        return self if target == self.target else evolve(self, target=target, changed_at=at)

    def measured_from(self, at: datetime, key: str, calendar_of: CalendarOf) -> SlaClock:
        """Return the clock that measures with calendar ``key`` from ``at`` on (``split``)."""
        split = self._closed(at, EndedBy.CALENDAR, calendar_of)
        return evolve(split, calendar=key, run_from=None if self.run_from is None else at, changed_at=at)

    def measured_anew(self, at: datetime, key: str, calendar_of: CalendarOf) -> SlaClock:
        """Return the clock with every piece measured with calendar ``key`` (``recompute``)."""
        pieces: list[Segment] = []
        total = timedelta(0)
        for piece in self.segments:
            counted = calendar_of(key).compiled().elapsed(piece.start, piece.end)
            total += counted
            pieces.append(evolve(piece, calendar=key, counted=counted, total=total))
        return evolve(self, calendar=key, segments=tuple(pieces), changed_at=at)

    def counting(self, start: datetime, end: datetime, key: str, calendar_of: CalendarOf) -> SlaClock:
        """Return the clock with the standstill ``[start, end)`` counted after all (``count_gap``)."""
        return self._with_piece(start, end, key, EndedBy.GAP, calendar_of)

    def _closed(self, at: datetime, ended_by: EndedBy, calendar_of: CalendarOf) -> SlaClock:
        if self.run_from is None:
            return self
        return evolve(self._with_piece(self.run_from, at, self.calendar, ended_by, calendar_of), run_from=None)

    def _with_piece(
        self, start: datetime, end: datetime, key: str, ended_by: EndedBy, calendar_of: CalendarOf
    ) -> SlaClock:
        if end <= start:
            return self
        counted = calendar_of(key).compiled().elapsed(start, end)
        piece = Segment(start, end, key, counted, self.banked + counted, ended_by)
        return evolve(self, segments=(*self.segments, piece))
