"""Instants, local dates, and the clock that hands them in from outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from servicecore.kernel.problems import NOT_ACCEPTED, WRONG_TYPE, ProblemKind

NAIVE_INSTANT: Final = ProblemKind(
    "time.naive_instant",
    en="{value} has no time zone; accepted: {accepted}",
    it="{value} non ha un fuso orario; valori ammessi: {accepted}",
    de="{value} hat keine Zeitzone; zulässig: {accepted}",
)
UNKNOWN_ZONE: Final = ProblemKind(
    "time.unknown_zone",
    en="{value} is not a time zone; accepted: {accepted}",
    it="{value} non è un fuso orario; valori ammessi: {accepted}",
    de="{value} ist keine Zeitzone; zulässig: {accepted}",
)


class Clock(Protocol):
    """Tells the time; the only way that time enters."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""


class FixedClock:
    """A clock that stands until it is moved: for tests, demonstrations and replays."""

    def __init__(self, now: datetime) -> None:
        self._now = as_instant(now)

    def now(self) -> datetime:
        """Return the instant that was set last."""
        return self._now

    def move_to(self, now: datetime) -> None:
        """Set the instant; it may also go back."""
        self._now = as_instant(now)

    def advance(self, by: timedelta) -> None:
        """Move forward by ``by`` of wall time."""
        self._now += by


def as_instant(value: object, path: str = "at") -> datetime:
    """Return ``value`` in UTC.

    Raises:
        InvalidValue: ``time.naive_instant`` for a datetime without zone, ``value.not_accepted`` for one that UTC
            cannot hold (the first and last hours of the years 1 and 9999), ``value.wrong_type`` for anything else.

    """
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    if not isinstance(value, datetime):
        raise WRONG_TYPE.error(path, value=repr(value), type=type(value).__name__, accepted="an aware datetime")
    if value.tzinfo is None or value.utcoffset() is None:
        raise NAIVE_INSTANT.error(path, value=value.isoformat(), accepted="an aware datetime, such as in UTC")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise NOT_ACCEPTED.error(path, value=value.isoformat(), accepted="the years 1 to 9999 in UTC") from None


def zone(name: str, path: str = "zone") -> ZoneInfo:
    """Return the IANA time zone called ``name``.

    Raises:
        InvalidValue: ``time.unknown_zone``.

    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise UNKNOWN_ZONE.error(path, value=repr(name), accepted="an IANA name such as Europe/Rome") from None


def local_date(instant: datetime, zone_name: str) -> date:
    """Return the civil date that a wall calendar in ``zone_name`` shows at ``instant`` (specs: contracts 1)."""
    return as_instant(instant).astimezone(zone(zone_name)).date()
