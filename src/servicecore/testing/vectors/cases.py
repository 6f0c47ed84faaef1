"""The kinds of case vectors that the working calendar answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from servicecore.errors import InvalidValue
from servicecore.kernel.workcalendar import CompiledCalendar, WorkCalendar
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck, compare

_ERRORS: Final = {"time.unknown_zone": "unknown_timezone", "time.naive_instant": "naive_datetime"}
_LONGEST: Final = timedelta(days=40, minutes=1)
"""Where the minute walk that made the vectors stops following one opening."""


def _compiled(vector: Mapping[str, Any]) -> CompiledCalendar:
    return WorkCalendar.from_json(vector["calendar"]).compiled()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _due(calendar: CompiledCalendar, given: Mapping[str, Any]) -> datetime:
    return calendar.due(_at(given["start"]), timedelta(seconds=given["seconds"]))


def _due_back(calendar: CompiledCalendar, given: Mapping[str, Any]) -> datetime:
    return calendar.due_back(_at(given["end"]), timedelta(seconds=given["seconds"]))


def _elapsed(calendar: CompiledCalendar, given: Mapping[str, Any]) -> timedelta:
    return calendar.elapsed(_at(given["start"]), _at(given["end"]))


def _is_open(calendar: CompiledCalendar, given: Mapping[str, Any]) -> bool:
    return calendar.is_open(_at(given["at"]))


def _next_open(calendar: CompiledCalendar, given: Mapping[str, Any]) -> datetime:
    return calendar.next_open(_at(given["at"]))


def _intervals(calendar: CompiledCalendar, given: Mapping[str, Any]) -> tuple[tuple[datetime, datetime], ...]:
    return calendar.intervals(_at(given["from"]), given["count"], longest=_LONGEST)


def _add_business_days(calendar: CompiledCalendar, given: Mapping[str, Any]) -> datetime:
    return calendar.add_business_days(_at(given["start"]), given["days"])


_OPERATIONS: Final[Mapping[str, Callable[[CompiledCalendar, Mapping[str, Any]], object]]] = {
    "add_business_days": _add_business_days,
    "due": _due,
    "due_back": _due_back,
    "elapsed": _elapsed,
    "intervals": _intervals,
    "is_open": _is_open,
    "next_open": _next_open,
}


def check_due(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the due instant, and the first open instant from it where the vector states it."""
    calendar, expected = _compiled(vector), vector["expected"]
    due = _due(calendar, vector["input"])
    found = compare("due", expected["due"], _text(due))
    if "due_next_open" in expected:
        found += compare("due_next_open", expected["due_next_open"], _text(calendar.next_open(due)))
    return found


def check_due_back(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the latest start that leaves the open time before an end."""
    return compare("start", vector["expected"]["start"], _text(_due_back(_compiled(vector), vector["input"])))


def check_elapsed(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the open time between two instants, and the ledger's sum with it."""
    calendar, given = _compiled(vector), vector["input"]
    elapsed = _elapsed(calendar, given)
    ledger = calendar.ledger(_at(given["start"]), _at(given["end"]))
    return (
        *compare("seconds", timedelta(seconds=vector["expected"]["seconds"]), elapsed),
        *compare("ledger", elapsed, sum((day.counted for day in ledger), timedelta(0))),
    )


def check_is_open(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare whether an instant is open."""
    return compare("open", vector["expected"]["open"], _is_open(_compiled(vector), vector["input"]))


def check_next_open(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the first open instant."""
    return compare("at", vector["expected"]["at"], _text(_next_open(_compiled(vector), vector["input"])))


def check_intervals(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the first open intervals."""
    found = _intervals(_compiled(vector), vector["input"])
    return compare("intervals", vector["expected"]["intervals"], [[_text(start), _text(end)] for start, end in found])


def check_add_business_days(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the instant some working dates later."""
    return compare("at", vector["expected"]["at"], _text(_add_business_days(_compiled(vector), vector["input"])))


def check_calendar_error(vector: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Compare the code with which the calendar, or the operation on it, is refused."""
    operation = vector["input"].get("op")
    try:
        calendar = _compiled(vector)
        if operation is not None:
            _OPERATIONS[operation](calendar, vector["input"])
    except InvalidValue as refused:
        code = refused.problem.code
        return compare("error", vector["expected"]["error"], _ERRORS.get(code, code.rpartition(".")[2]))
    return compare("error", vector["expected"]["error"], None)


KINDS: Final[Mapping[str, VectorCheck]] = {
    "add_business_days": check_add_business_days,
    "calendar_error": check_calendar_error,
    "due": check_due,
    "due_back": check_due_back,
    "elapsed": check_elapsed,
    "intervals": check_intervals,
    "is_open": check_is_open,
    "next_open": check_next_open,
}
