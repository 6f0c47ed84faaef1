"""In which phase of its life a contract is on a day, for people who look at it."""

from __future__ import annotations

from datetime import date
from enum import Enum


class Phase(Enum):
    """A phase.

    UPCOMING before its start; CLOSING past the last day for notice without a renewal to come; TO_RENEW ended while
    a renewal is expected; CLOSED ended for good; CANCELLED never came about.
    """

    UPCOMING = "upcoming"
    IN_PROGRESS = "in_progress"
    CLOSING = "closing"
    TO_RENEW = "to_renew"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def phase(
    on: date, start: date, last_day: date, last_notice_day: date, *, renewal_expected: bool, cancelled: bool = False
) -> Phase:
    """Return the phase on civil day ``on`` of what runs from ``start`` to ``last_day``, inclusive."""
    if cancelled:
        return Phase.CANCELLED
    if on < start:
        return Phase.UPCOMING
    if on > last_day:
        return Phase.TO_RENEW if renewal_expected else Phase.CLOSED
    return Phase.CLOSING if on > last_notice_day and not renewal_expected else Phase.IN_PROGRESS
