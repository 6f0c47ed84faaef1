"""Record a failure: the same work failed again, and is parked where it failed too often."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.engine.work.failed_work import FailedWork, WorkStatus
from servicecore.engine.work.retry_policy import RetryPolicy
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation


@frozen(field_transformer=checked_fields)
class RecordFailure(Command):
    """Note that work failed again.

    Attributes:
        work: id of the failed work.
        version: of the event that failed; 0 for due work.
        error: what went wrong, in words.
        is_hopeless: whether another attempt cannot help: it is parked at once.

    """

    name: ClassVar[str] = "engine.record_failure"
    target: ClassVar[str] = "work"
    work: str
    version: int
    error: str
    is_hopeless: bool = False


@frozen
class FailureRecorded(Event[FailedWork]):
    """Work failed again."""

    type_name: ClassVar[str] = "engine.failure_recorded"
    version: int
    attempts: int
    error: str
    at: datetime
    retry_at: datetime | None

    def apply(self, state: FailedWork) -> FailedWork:
        """Return the work after this failure."""
        return evolve(
            state,
            version=self.version,
            status=WorkStatus.PARKED if self.retry_at is None else WorkStatus.RETRYING,
            attempts=self.attempts,
            error=self.error,
            failed_at=self.at,
            retry_at=self.retry_at,
        )


def decide(state: FailedWork, command: RecordFailure, facts: Facts) -> Decision[FailedWork]:
    """Return the failure; what was done before, or fails at a later event, counts from one."""
    again = state.is_open and state.version == command.version
    attempts = state.attempts + 1 if again else 1
    retry_at = None if command.is_hopeless else facts.of(RetryPolicy).retry_at(attempts, facts.now)
    return (FailureRecorded(command.version, attempts, command.error, facts.now, retry_at),)


RECORD_FAILURE: Final = Operation(
    command=RecordFailure, decide=decide, events=(FailureRecorded,), automatic=True, capabilities=("F12",)
)
