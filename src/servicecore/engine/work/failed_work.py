"""Failed work: one thing that could not be done or delivered, what went wrong, and when it is tried again."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final

from attrs import frozen

DUE: Final = "due"
"""The consumer of due work: the wake-up of an aggregate."""


class WorkStatus(Enum):
    """How failed work stands."""

    RETRYING = "retrying"
    PARKED = "parked"
    RELEASED = "released"
    DONE = "done"


@frozen
class FailedWork:
    """One thing that failed: the wake-up of an aggregate, or the delivery of its events to one consumer.

    As long as a delivery is not done, all later events of the same aggregate wait behind it for the same consumer.

    Attributes:
        id: made of consumer, kind and subject; see ``work_id``.
        consumer: ``due``, or who is delivered to: ``process:order-to-invoice``, ``plugin:acme``, ``subscriber:stock``.
        kind: of the aggregate.
        subject: id of the aggregate.
        version: of the event that failed; 0 for due work.
        status: how it stands.
        attempts: failures in a row.
        error: the last failure, in words.
        failed_at: of the last failure, aware UTC.
        retry_at: of the next attempt, aware UTC; None where it is parked or done.

    """

    id: str
    consumer: str
    kind: str
    subject: str
    version: int
    status: WorkStatus
    attempts: int
    error: str
    failed_at: datetime
    retry_at: datetime | None = None

    @property
    def is_delivery(self) -> bool:
        """Return whether events could not be delivered, as against due work that could not be done."""
        return self.consumer != DUE

    @property
    def is_open(self) -> bool:
        """Return whether it still has to be done."""
        return self.status is not WorkStatus.DONE


def work_id(consumer: str, kind: str, subject: str) -> str:
    """Return the id under which the failures of ``consumer`` with one aggregate are kept."""
    return f"{consumer}:{kind}/{subject}"
