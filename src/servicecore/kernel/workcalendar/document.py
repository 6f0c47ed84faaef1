"""Reading a calendar from its JSON form, refusing whatever it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from servicecore.errors import InvalidValue
from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE, ProblemKind
from servicecore.kernel.workcalendar.openings import BAD_TIME, DatedOpenings, Holiday, Opening

BAD_WEEKDAY: Final = ProblemKind(
    "calendar.bad_weekday",
    en="{value} is not a weekday; accepted: {accepted}",
    it="{value} non è un giorno della settimana; valori ammessi: {accepted}",
    de="{value} ist kein Wochentag; zulässig: {accepted}",
)
BAD_DATE: Final = ProblemKind(
    "calendar.bad_date",
    en="{value} is not a date; accepted: {accepted}",
    it="{value} non è una data; valori ammessi: {accepted}",
    de="{value} ist kein Datum; zulässig: {accepted}",
)

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PAIR: Final = 2


def check_fields(document: object, path: str, accepted: Iterable[str]) -> Mapping[str, Any]:
    """Return the document as a mapping.

    Raises:
        InvalidValue: ``value.wrong_type`` for anything else, ``value.not_accepted`` for a field not among them.

    """
    mapping: Mapping[str, Any] = _typed(document, path, Mapping, "an object")
    names = tuple(accepted)
    for name in mapping:
        if name not in names:
            raise NOT_ACCEPTED.error(f"{path}.{name}".lstrip("."), value=repr(name), accepted=", ".join(names))
    return mapping


def read_week(document: object, path: str) -> tuple[tuple[Opening, ...], ...]:
    """Return seven tuples of openings, Monday first, from an object of ``mon`` to ``sun``; none means closed.

    Raises:
        InvalidValue: ``calendar.bad_weekday``, ``calendar.bad_time``, ``calendar.interval_order``.

    """
    week = _typed(document, path, Mapping, "an object of weekdays")
    for name in week:
        if name not in WEEKDAYS:
            raise BAD_WEEKDAY.error(path, value=repr(name), accepted=", ".join(WEEKDAYS))
    return tuple(read_openings(week.get(name, ()), f"{path}.{name}") for name in WEEKDAYS)


def read_dates(document: object, path: str) -> tuple[DatedOpenings, ...]:
    """Return dated openings from an object of ISO dates.

    Raises:
        InvalidValue: ``calendar.bad_date``, ``calendar.bad_time``, ``calendar.interval_order``.

    """
    dates = _typed(document, path, Mapping, "an object of dates")
    return tuple(
        DatedOpenings(_read_date(text, path), read_openings(openings, f"{path}.{text}"))
        for text, openings in dates.items()
    )


def read_holidays(document: object, path: str) -> tuple[Holiday, ...]:
    """Return holidays from a list of ISO dates, or from an object of ISO date and name.

    Raises:
        InvalidValue: ``calendar.bad_date``, ``value.wrong_type``.

    """
    if isinstance(document, Mapping):
        return tuple(Holiday(_read_date(day, path), str(name)) for day, name in document.items())
    days = _typed(document, path, list | tuple, "a list of dates, or an object of date and name")
    return tuple(Holiday(_read_date(day, f"{path}[{place}]")) for place, day in enumerate(days))


def read_openings(document: object, path: str) -> tuple[Opening, ...]:
    """Return openings from a list of pairs of HH:MM."""
    listed = _typed(document, path, list | tuple, "a list of pairs of times")
    return tuple(_read_opening(pair, f"{path}[{place}]") for place, pair in enumerate(listed))


def _read_opening(document: object, path: str) -> Opening:
    pair = _typed(document, path, list | tuple, "a pair of times such as 09:00 and 17:00")
    if len(pair) != _PAIR:
        raise BAD_TIME.error(path, value=repr(document), accepted="a pair of times such as 09:00 and 17:00")
    start, end = (_read_minute(text, f"{path}[{place}]") for place, text in enumerate(pair))
    try:
        return Opening(start, end)
    except InvalidValue as refused:
        raise InvalidValue(refused.problem.under(path)) from None


def _read_minute(text: object, path: str) -> int:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BAD_TIME.error(path, value=repr(text), accepted="HH:MM from 00:00 to 23:59, or 24:00 as an end")
    hours, minutes = (int(part) for part in match.groups() if part is not None)
    return hours * 60 + minutes


def _read_date(text: object, path: str) -> date:
    try:
        if isinstance(text, str) and _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BAD_DATE.error(path, value=repr(text), accepted="a date such as 2026-12-25")


def _typed(value: object, path: str, wanted: Any, accepted: str) -> Any:
    if not isinstance(value, wanted):
        raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted=accepted)
    return value
