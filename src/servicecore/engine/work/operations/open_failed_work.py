"""Open failed work: something failed for the first time."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import frozen

from servicecore.engine.work.failed_work import FailedWork, WorkStatus, work_id
from servicecore.engine.work.retry_policy import RetryPolicy
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import CreatingEvent
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation


@frozen(field_transformer=checked_fields)
class OpenFailedWork(Command):
    """Note that something failed for the first time.

    Attributes:
        consumer: ``due``, or who was delivered to.
        kind: of the aggregate.
        subject: id of the aggregate.
        version: of the event that failed; 0 for due work.
        error: what went wrong, in words.
        is_hopeless: whether another attempt cannot help: it is parked at once.

    """

    name: ClassVar[str] = "engine.open_failed_work"
    target: ClassVar[str] = ""
    consumer: str
    kind: str
    subject: str
    version: int
    error: str
    is_hopeless: bool = False

    def given_id(self) -> str:
        """Return the id that consumer and aggregate make."""
        return work_id(self.consumer, self.kind, self.subject)


@frozen
class FailedWorkOpened(CreatingEvent[FailedWork]):
    """Something failed for the first time."""

    type_name: ClassVar[str] = "engine.failed_work_opened"
    id: str
    consumer: str
    kind: str
    subject: str
    version: int
    error: str
    at: datetime
    retry_at: datetime | None

    def create(self) -> FailedWork:
        """Return the work after its first failure."""
        return FailedWork(
            id=self.id,
            consumer=self.consumer,
            kind=self.kind,
            subject=self.subject,
            version=self.version,
            status=WorkStatus.PARKED if self.retry_at is None else WorkStatus.RETRYING,
            attempts=1,
            error=self.error,
            failed_at=self.at,
            retry_at=self.retry_at,
        )


def decide(_state: None, command: OpenFailedWork, facts: Facts) -> Decision[FailedWork]:
    """Return the first failure, with the instant of the next attempt."""
    return (
        FailedWorkOpened(
            id=facts.new_id,
            consumer=command.consumer,
            kind=command.kind,
            subject=command.subject,
            version=command.version,
            error=command.error,
            at=facts.now,
            retry_at=None if command.is_hopeless else facts.of(RetryPolicy).retry_at(1, facts.now),
        ),
    )


OPEN_FAILED_WORK: Final = Operation(
    command=OpenFailedWork, decide=decide, events=(FailedWorkOpened,), automatic=True, capabilities=("F12",)
)
