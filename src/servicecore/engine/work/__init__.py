"""Failed work: what could not be done or delivered, tried again after pauses, parked at last, released by command."""

from servicecore.engine.work.failed_work import DUE, FailedWork, WorkStatus, work_id
from servicecore.engine.work.kind import FAILED_WORK
from servicecore.engine.work.operations.finish_work import FinishWork, WorkFinished
from servicecore.engine.work.operations.open_failed_work import FailedWorkOpened, OpenFailedWork
from servicecore.engine.work.operations.record_failure import FailureRecorded, RecordFailure
from servicecore.engine.work.operations.release_work import ReleaseWork, WorkReleased
from servicecore.engine.work.retry_policy import RetryPolicy

__all__ = [
    "DUE",
    "FAILED_WORK",
    "FailedWork",
    "FailedWorkOpened",
    "FailureRecorded",
    "FinishWork",
    "OpenFailedWork",
    "RecordFailure",
    "ReleaseWork",
    "RetryPolicy",
    "WorkFinished",
    "WorkReleased",
    "WorkStatus",
    "work_id",
]
