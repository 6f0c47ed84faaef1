"""Wall-clock openings of one day, dated openings and holidays: what a calendar is written in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeAlias

from attrs import field, frozen

from servicecore.kernel.problems import ProblemKind

INTERVAL_ORDER: Final = ProblemKind(
    "calendar.interval_order",
    en="the opening {value} does not end after it starts; accepted: {accepted}",
    it="l'apertura {value} non termina dopo l'inizio; valori ammessi: {accepted}",
    de="die Öffnungszeit {value} endet nicht nach ihrem Beginn; zulässig: {accepted}",
)
BAD_TIME: Final = ProblemKind(
    "calendar.bad_time",
    en="{value} is not a time of day; accepted: {accepted}",
    it="{value} non è un'ora del giorno; valori ammessi: {accepted}",
    de="{value} ist keine Uhrzeit; zulässig: {accepted}",
)

MINUTES_A_DAY: Final = 1440
_ACCEPTED_TIMES: Final = "00:00 to 23:59, or 24:00 as an end"

Span: TypeAlias = tuple[int, int]
"""Start and end of a stretch of one day, half-open, in minutes of the wall clock since its midnight."""


def clock_text(minute: int) -> str:
    """Return a minute of the day as HH:MM; 1440 is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


@frozen
class Opening:
    """One stretch of wall-clock time of a day, half-open; also used for breaks.

    Attributes:
        start: minutes since local midnight, 0 to 1439, inclusive.
        end: minutes since local midnight, up to 1440 (24:00), exclusive, after the start.

    Raises ``calendar.bad_time`` and ``calendar.interval_order``. A shift over midnight is two openings.

    """

    start: int = field()
    end: int = field()

    @start.validator
    def _check_start(self, _attribute: object, value: int) -> None:
        if not 0 <= value < MINUTES_A_DAY:
            raise BAD_TIME.error("start", value=f"minute {value}", accepted=_ACCEPTED_TIMES)

    @end.validator
    def _check_end(self, _attribute: object, value: int) -> None:
        if not 0 <= value <= MINUTES_A_DAY:
            raise BAD_TIME.error("end", value=f"minute {value}", accepted=_ACCEPTED_TIMES)
        if value <= self.start:
            raise INTERVAL_ORDER.error(value=str(self), accepted=f"an end after {clock_text(self.start)}")

    def __str__(self) -> str:
        return f"{clock_text(self.start)}-{clock_text(self.end)}"


@frozen
class DatedOpenings:
    """The openings (or breaks) of one local date; as openings they replace the weekday's, none means closed."""

    on: date
    openings: tuple[Opening, ...] = ()


@frozen
class Holiday:
    """A local date on which the calendar is closed whatever else it says, and the name that explanations show."""

    on: date
    name: str = ""


def net_spans(openings: Iterable[Opening], breaks: Iterable[Opening]) -> tuple[Span, ...]:
    """Return the union of the openings without the union of the breaks, sorted, disjoint and not touching."""
    remaining = _union(openings)
    for break_start, break_end in _union(breaks):
        remaining = [
            part
            for start, end in remaining
            for part in ((start, min(end, break_start)), (max(start, break_end), end))
            if part[0] < part[1]
        ]
    return tuple(remaining)


def _union(openings: Iterable[Opening]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((each.start, each.end) for each in openings):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
