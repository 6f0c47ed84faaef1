"""Release work: somebody repaired the cause, and parked work is tried again, or its event is left out."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from attrs import evolve, frozen

from servicecore.engine.work.failed_work import FailedWork, WorkStatus
from servicecore.kernel.checked_fields import checked_fields
from servicecore.kernel.events import Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import Command, Decision, Operation, refuse
from servicecore.kernel.problems import Problem, ProblemKind

NOT_OPEN: Final = ProblemKind(
    "engine.work_not_open",
    en="the work is {value}; accepted: {accepted}",
    it="il lavoro è nello stato {value}; valori ammessi: {accepted}",
    de="die Arbeit ist im Zustand {value}; zulässig: {accepted}",
)
NOTHING_TO_SKIP: Final = ProblemKind(
    "engine.nothing_to_skip",
    en="work of {value} cannot be left out; accepted: {accepted}",
    it="il lavoro di {value} non si può tralasciare; valori ammessi: {accepted}",
    de="Arbeit von {value} kann nicht ausgelassen werden; zulässig: {accepted}",
)


@frozen(field_transformer=checked_fields)
class ReleaseWork(Command):
    """Let failed work be tried again with the next run, its failures forgotten.

    Attributes:
        work: id of the failed work, as ``ServiceCore.parked`` lists it.
        skip: for a delivery, whether the event that failed is left out and the one after it is next.

    """

    name: ClassVar[str] = "engine.release_work"
    target: ClassVar[str] = "work"
    work: str
    skip: bool = False


@frozen
class WorkReleased(Event[FailedWork]):
    """Failed work is to be tried again."""

    type_name: ClassVar[str] = "engine.work_released"
    version: int
    at: datetime

    def apply(self, state: FailedWork) -> FailedWork:
        """Return the work, due at once."""
        return evolve(state, version=self.version, status=WorkStatus.RELEASED, attempts=0, retry_at=self.at)


def guard(state: FailedWork, _facts: Facts) -> tuple[Problem, ...]:
    """Return why the work cannot be released (``engine.work_not_open``)."""
    if state.is_open:
        return ()
    return (NOT_OPEN.at("work", value=state.status.value, accepted="retrying, parked or released"),)


def decide(state: FailedWork, command: ReleaseWork, facts: Facts) -> Decision[FailedWork]:
    """Return the release, or why not (``engine.nothing_to_skip``)."""
    if command.skip and not state.is_delivery:
        return refuse(NOTHING_TO_SKIP.at("skip", value=state.consumer, accepted="deliveries of events"))
    return (WorkReleased(state.version + 1 if command.skip else state.version, facts.now),)


RELEASE_WORK: Final = Operation(
    command=ReleaseWork, decide=decide, guard=guard, events=(WorkReleased,), capabilities=("F12",)
)
