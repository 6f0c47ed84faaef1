"""The kind of failed work, as the engine sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from servicecore.engine.work.failed_work import FailedWork, WorkStatus
from servicecore.engine.work.operations.finish_work import FINISH_WORK
from servicecore.engine.work.operations.open_failed_work import OPEN_FAILED_WORK
from servicecore.engine.work.operations.record_failure import RECORD_FAILURE
from servicecore.engine.work.operations.release_work import RELEASE_WORK
from servicecore.kernel.operations import AggregateKind


def _indexes(state: FailedWork) -> Mapping[str, tuple[str, ...]]:
    found = {"status": (state.status.value,), "consumer": (state.consumer,)}
    return found | {"open": ("delivery" if state.is_delivery else "due",)} if state.is_open else found


def _next_wakeup(state: FailedWork) -> datetime | None:
    """Return when to deliver again; due work is tried again at its own aggregate's time, unless it was released."""
    return state.retry_at if state.is_delivery or state.status is WorkStatus.RELEASED else None


FAILED_WORK: Final = AggregateKind(
    name="failed_work",
    state=FailedWork,
    operations=(OPEN_FAILED_WORK, RECORD_FAILURE, RELEASE_WORK, FINISH_WORK),
    indexes=_indexes,
    found_by=("status", "consumer", "open"),
    next_wakeup=_next_wakeup,
)
"""Failed work: found by status, by consumer, and by whether it is an open delivery or open due work."""
