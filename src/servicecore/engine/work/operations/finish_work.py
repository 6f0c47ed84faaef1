"""Finish work: what had failed is done."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.engine.work.failed_work import FailedWork, WorkStatus
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation


@frozen(field_transformer=checked_fields)
class FinishWork(Command):
    """Note that what had failed is done.

    Attributes:
        work: id of the failed work.

    """

    name: ClassVar[str] = "engine.finish_work"
    target: ClassVar[str] = "work"
    work: str


@frozen
class WorkFinished(Event[FailedWork]):
    """What had failed is done."""

    type_name: ClassVar[str] = "engine.work_finished"
    at: datetime

    def apply(self, state: FailedWork) -> FailedWork:
        """Return the work, done."""
        return evolve(state, status=WorkStatus.DONE, attempts=0, retry_at=None)


def decide(state: FailedWork, _command: FinishWork, facts: Facts) -> Decision[FailedWork]:
    """Return that it is done; nothing where it was already."""
    return (WorkFinished(facts.now),) if state.is_open else ()


FINISH_WORK: Final = Operation(
    command=FinishWork, decide=decide, events=(WorkFinished,), automatic=True, capabilities=("F12",)
)
