"""Due work: everything whose time has come, each once, in order, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import define, evolve, field, frozen

from servicecore.engine.consumers import Consumer, observers, told
from servicecore.engine.execute import execute
from servicecore.engine.outbox import Tally, Waiting, hand_on, reacting
from servicecore.engine.payments import reconcile
from servicecore.engine.process import Process
from servicecore.engine.receipts import FollowUpRefused
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.retrying import StuckWakeup, any_open, deliver_again, finish_due, note_failed_due
from servicecore.engine.runtime import Runtime
from servicecore.engine.stored import load_state
from servicecore.engine.subscriptions import Subscriber, deliver
from servicecore.engine.work import FAILED_WORK
from servicecore.errors import ServiceCoreError
from servicecore.kernel.clock import FixedClock
from servicecore.orders import ORDER
from servicecore.storage.ports import Due

if TYPE_CHECKING:
    from servicecore.engine.service import ServiceCore

Opener: TypeAlias = "Callable[[], ServiceCore]"
MapLike: TypeAlias = "Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]"

_LEASE: Final = timedelta(minutes=5)
_BATCH: Final = 100
_CHUNK: Final = 25
_MOST_TURNS: Final = 8
"""How often a run wakes an aggregate that is due as before after each of its turns."""


@frozen
class DueFailure:
    """An aggregate whose due work or open payment failed; a later run tries again, unless it is parked.

    Attributes:
        kind: of the aggregate.
        id: of the aggregate.
        reason: what went wrong, in words.
        parked: whether it failed so often that somebody has to release it.

    """

    kind: str
    id: str
    reason: str
    parked: bool = False


@frozen
class DueReport:
    """What a run did.

    Attributes:
        woken: how many aggregates had their turn.
        events: how many events that made.
        payments: how many open payments were settled.
        failures: what failed, and why.
        refused: commands of processes that were refused.
        waiting: events that a consumer did not take in this run, and why; they come again.
        delivered: how many events subscribers got.

    """

    woken: int = 0
    events: int = 0
    payments: int = 0
    failures: tuple[DueFailure, ...] = field(default=())
    refused: tuple[FollowUpRefused, ...] = field(default=())
    waiting: tuple[Waiting, ...] = field(default=())
    delivered: int = 0


@define
class _Turns:
    """The turns of a run: who had how many without its wake-up moving on."""

    taken: dict[tuple[str, str], tuple[datetime, int]] = field(factory=dict)

    def begin(self, due: Due) -> bool:
        """Count a turn and return whether the aggregate may have it."""
        wakeup, turns = self.taken.get((due.kind, due.id), (due.wakeup, 0))
        turns = turns + 1 if due.wakeup <= wakeup else 1
        self.taken[due.kind, due.id] = (due.wakeup, turns)
        return turns <= _MOST_TURNS

    def forget(self, failure: DueFailure) -> None:
        """Leave the counting to the failed work: it has pauses of its own."""
        self.taken.pop((failure.kind, failure.id), None)


@frozen
class Turn:
    """What became of one due aggregate: how many events it made, why it failed, or what still cannot be delivered."""

    events: int = 0
    failure: DueFailure | None = None
    waiting: Waiting | None = None


def run_due(
    runtime: Runtime,
    processes: tuple[Process, ...],
    *,
    limit: int,
    subscribers: tuple[Subscriber, ...] = (),
    workers: int | Executor = 1,
    opener: Opener | None = None,
    now: datetime | None = None,
) -> DueReport:
    """Settle open payments, hand waiting events on, and wake at most ``limit`` due aggregates, earliest first.

    Events carry the instant that they fell due and the instant of this run; after downtime everything that was
    missed happens once, in order. An aggregate that fails is tried again after a pause, parked when it failed too
    often, and does not stop the others.
    """
    if now is not None:
        runtime = evolve(runtime, clock=FixedClock(now))
    reconciled = reconcile(runtime)
    tally = Tally()
    handed = [hand_on(runtime, processes)]
    consumers = {each.name: each for each in (*reacting(runtime, processes, tally), *observers(runtime))}
    consumers |= {each.consumer.name: each.consumer for each in subscribers}
    failures = [DueFailure(ORDER.name, order, reason) for order, reason in reconciled.failures]
    waiting: list[Waiting] = []
    turns = _Turns()
    woken = events = 0
    with _mapping(workers) as turns_of:
        while woken < limit:
            batch = runtime.store.lease_due(runtime.clock.now(), limit=min(_BATCH, limit - woken), lease=_LEASE)
            if not batch:
                break
            fresh = tuple(due for due in batch if turns.begin(due))
            stuck = (due for due in batch if due not in fresh)
            failures.extend(
                _noted(runtime, due.kind, due.id, StuckWakeup(due.kind, due.id, due.wakeup)) for due in stuck
            )
            for turn in _take_turns(runtime, consumers, fresh, turns_of, opener):
                events += turn.events
                if turn.failure is not None:
                    failures.append(turn.failure)
                    turns.forget(turn.failure)
                if turn.waiting is not None:
                    waiting.append(turn.waiting)
            woken += len(batch)
            handed.append(hand_on(runtime, processes))
    delivered = Tally()
    for subscriber in subscribers:
        deliver(runtime, subscriber, delivered, limit=limit)
    return DueReport(
        woken=woken,
        events=events,
        payments=reconciled.settled,
        failures=tuple(failures),
        refused=(*(each for one in handed for each in one.refused), *tally.refused),
        waiting=(*(each for one in handed for each in one.waiting), *waiting, *delivered.waiting),
        delivered=delivered.events,
    )


@contextmanager
def _mapping(workers: int | Executor) -> Iterator[MapLike]:
    """Yield what gives every due aggregate its turn: in this thread, in a pool made for the run, or elsewhere."""
    if isinstance(workers, Executor):
        yield workers.map
    elif workers > 1:
        with ThreadPoolExecutor(workers, thread_name_prefix="servicecore-due") as pool:
            yield pool.map
    else:
        yield map


def _take_turns(
    runtime: Runtime,
    consumers: Mapping[str, Consumer],
    batch: tuple[Due, ...],
    turns_of: MapLike,
    opener: Opener | None,
) -> Iterator[Turn]:
    """Yield what became of each; failed deliveries are repeated here, where the consumers are."""
    elsewhere = [due for due in batch if due.kind != FAILED_WORK.name]
    had_failed = any_open(runtime, "due")
    if opener is None:
        yield from turns_of(partial(_wake, runtime, had_failed=had_failed), elsewhere)
    else:
        chunks = [tuple(elsewhere[at : at + _CHUNK]) for at in range(0, len(elsewhere), _CHUNK)]
        for turns in turns_of(partial(_wake_elsewhere, opener, runtime.clock.now(), had_failed), chunks):
            yield from turns
    for due in batch:
        if due.kind == FAILED_WORK.name:
            yield _try_again(runtime, consumers, due)


def _wake_elsewhere(opener: Opener, now: datetime, had_failed: bool, batch: tuple[Due, ...]) -> tuple[Turn, ...]:
    """Give aggregates their turn in another process, which opens the installation for itself."""
    with opener() as core:
        runtime = evolve(core.runtime, clock=FixedClock(now))
        return tuple(_wake(runtime, due, had_failed=had_failed) for due in batch)


def _wake(runtime: Runtime, due: Due, *, had_failed: bool) -> Turn:
    try:
        kind = runtime.registry.kind(due.kind)
        if kind.wake is None:
            return Turn()
        receipt = execute(runtime, Request(kind.wake(due.id), SYSTEM))
        if not receipt.events:
            _check_moved(runtime, due, receipt.version)
        if had_failed:
            finish_due(runtime, due.kind, due.id)
    except Exception as error:  # noqa: BLE001 - whatever one aggregate does must not keep the others waiting
        return Turn(failure=_noted(runtime, due.kind, due.id, error))
    return Turn(len(receipt.events))


def _check_moved(runtime: Runtime, due: Due, version: int) -> None:
    """Raise ``StuckWakeup`` where a turn in which nothing happened leaves the aggregate as due as it was."""
    with runtime.store.reading() as reader:
        document = reader.load(due.kind, due.id)
    if document is not None and document.version == version and document.wakeup == due.wakeup:
        raise StuckWakeup(due.kind, due.id, due.wakeup)


def _noted(runtime: Runtime, kind: str, subject: str, error: Exception) -> DueFailure:
    """Keep the failure; where even that fails, the lease alone brings the aggregate back."""
    try:
        work = note_failed_due(runtime, kind, subject, error)
    except ServiceCoreError as worse:
        return DueFailure(kind, subject, f"{told(error)}; and that could not be kept: {worse}")
    return DueFailure(kind, subject, told(error), parked=work.retry_at is None)


def _try_again(runtime: Runtime, consumers: Mapping[str, Consumer], due: Due) -> Turn:
    """Do failed work again: deliveries from the event that failed, released due work by its aggregate's turn."""
    work = load_state(runtime, FAILED_WORK, due.id)
    if not work.is_delivery:
        return _wake(runtime, Due(work.kind, work.subject, due.wakeup), had_failed=True)
    consumer = consumers.get(work.consumer)
    if consumer is None:
        return Turn(failure=DueFailure(due.kind, due.id, f"there is no consumer {work.consumer} in this process"))
    failed = deliver_again(runtime, consumer, work)
    if failed is None:
        return Turn()
    parked = load_state(runtime, FAILED_WORK, due.id).retry_at is None
    return Turn(waiting=Waiting.of(work.consumer, *failed, parked=parked))
