"""Retrying: failures are kept as failed work, tried again after pauses, parked at last, and done in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import ClassVar, Final

from servicecore.engine.consumers import Consumer, told
from servicecore.engine.execute import execute
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import find_state, load_state, states_found
from servicecore.engine.work import (
    DUE,
    FAILED_WORK,
    FailedWork,
    FinishWork,
    OpenFailedWork,
    RecordFailure,
    WorkStatus,
    work_id,
)
from servicecore.errors import Refused, ServiceCoreError
from servicecore.kernel.operations import Command
from servicecore.storage.ports import LoggedEvent, Transaction

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class StuckWakeup(ServiceCoreError):
    """Raised inside the engine when an aggregate had its turn and is due as before: it would have turns forever."""

    code: ClassVar[str] = "engine.stuck_wakeup"

    def __init__(self, kind: str, subject: str, wakeup: datetime) -> None:
        super().__init__(
            f"{kind} {subject} had its turn and still waits for one at {wakeup.isoformat()}",
            hint="what wakes it has to move its wake-up on: repair that, then release the work",
        )


class _Grown(ServiceCoreError):
    """Raised inside a transaction: the aggregate has more events than were delivered."""


def failed_work(runtime: Runtime, status: WorkStatus) -> Iterator[FailedWork]:
    """Yield the failed work of a status, by id."""
    return states_found(runtime, FAILED_WORK, "status", status.value)


def any_open(runtime: Runtime, what: str) -> bool:
    """Return whether any ``delivery``, or any ``due`` work, has failed and is not done yet."""
    with runtime.store.reading() as reader:
        return bool(reader.find(FAILED_WORK.name, "open", what, limit=1))


def is_held(runtime: Runtime, consumer: str, kind: str, subject: str) -> bool:
    """Return whether events of the aggregate wait for ``consumer`` behind one that failed."""
    work = find_state(runtime, FAILED_WORK, work_id(consumer, kind, subject))
    return work is not None and work.is_open


def note_failed_delivery(runtime: Runtime, consumer: str, logged: LoggedEvent, error: Exception) -> None:
    """Keep that ``consumer`` did not take an event; from now on later events of the aggregate wait behind it."""
    _note(runtime, consumer, logged.kind, logged.id, version=logged.version, error=error)


def note_failed_due(runtime: Runtime, kind: str, subject: str, error: Exception) -> FailedWork:
    """Keep that due work failed, and put its aggregate off until it is to be tried again, in one transaction.

    One whose wake-up is stuck is parked at once.
    """

    def put_off(transaction: Transaction) -> None:
        document = transaction.load(FAILED_WORK.name, work_id(DUE, kind, subject))
        if document is not None:
            work = runtime.journal.read_state(FAILED_WORK, document)
            transaction.postpone(kind, subject, work.retry_at or _NEVER)

    return _note(runtime, DUE, kind, subject, version=0, error=error, also=put_off)


def finish_due(runtime: Runtime, kind: str, subject: str) -> None:
    """Note that due work which had failed is done, where it had."""
    work = work_id(DUE, kind, subject)
    if is_held(runtime, DUE, kind, subject):
        execute(runtime, Request(FinishWork(work), SYSTEM))


def deliver_again(runtime: Runtime, consumer: Consumer, work: FailedWork) -> tuple[LoggedEvent, Exception] | None:
    """Deliver all events of the aggregate from the one that failed, in order; return the next that fails, and why.

    The work is done only where no event came meanwhile: what is committed before that is delivered here, what comes
    after it finds nothing in front of it.
    """
    delivered = work.version - 1
    while True:
        for logged in runtime.store.history(work.kind, work.subject):
            if logged.version > delivered:
                try:
                    consumer.deliver(logged)
                except Exception as error:  # noqa: BLE001 - whatever a consumer does must not keep the others waiting
                    note_failed_delivery(runtime, work.consumer, logged, error)
                    return logged, error
                delivered = logged.version
        try:
            execute(runtime, Request(FinishWork(work.id), SYSTEM), also=_unless_grown(work, delivered))
        except _Grown:
            continue
        return None


def _unless_grown(work: FailedWork, delivered: int) -> Callable[[Transaction], None]:
    def check(transaction: Transaction) -> None:
        document = transaction.load(work.kind, work.subject)
        if document is not None and document.version > delivered:
            raise _Grown(f"{work.kind} {work.subject} has version {document.version}")

    return check


def _note(
    runtime: Runtime,
    consumer: str,
    kind: str,
    subject: str,
    *,
    version: int,
    error: Exception,
    also: Callable[[Transaction], None] | None = None,
) -> FailedWork:
    work, reason, is_hopeless = work_id(consumer, kind, subject), told(error), isinstance(error, StuckWakeup)
    first = OpenFailedWork(consumer, kind, subject, version, reason, is_hopeless)
    again = RecordFailure(work, version, reason, is_hopeless)
    known = find_state(runtime, FAILED_WORK, work) is not None
    commands: tuple[Command, ...] = (again,) if known else (first, again)
    for command in commands:  # another worker may have opened it meanwhile
        try:
            execute(runtime, Request(command, SYSTEM), also=also)
            break
        except Refused:
            if command is commands[-1]:
                raise
    return load_state(runtime, FAILED_WORK, work)
