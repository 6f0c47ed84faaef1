"""Due work: everything whose time has come, each once, in order, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attrs import field, frozen

from servicecore.engine.execute import execute
from servicecore.engine.outbox import Waiting, hand_on
from servicecore.engine.payments import reconcile
from servicecore.engine.process import Process
from servicecore.engine.receipts import FollowUpRefused
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.errors import ServiceCoreError
from servicecore.orders import ORDER
from servicecore.storage.ports import Due

_LEASE: Final = timedelta(minutes=5)
_BATCH: Final = 100


@frozen
class DueFailure:
    """An aggregate whose due work or open payment failed; a later run tries again."""

    kind: str
    id: str
    reason: str


@frozen
class DueReport:
    """What a run did.

    Attributes:
        woken: how many aggregates had their turn.
        events: how many events that made.
        payments: how many open payments were settled.
        failures: what failed, and why.
        refused: commands of processes that were refused.
        waiting: events that could not be handed on yet, and why; they come again.

    """

    woken: int = 0
    events: int = 0
    payments: int = 0
    failures: tuple[DueFailure, ...] = field(default=())
    refused: tuple[FollowUpRefused, ...] = field(default=())
    waiting: tuple[Waiting, ...] = field(default=())


def run_due(runtime: Runtime, processes: tuple[Process, ...], *, limit: int) -> DueReport:
    """Settle open payments, hand waiting events on, and wake at most ``limit`` due aggregates, earliest first.

    Events carry the instant that they fell due and the instant of this run; after downtime everything that was
    missed happens once, in order. An aggregate that fails is reported and does not stop the others.
    """
    reconciled = reconcile(runtime)
    handed = [hand_on(runtime, processes)]
    woken = events = 0
    failures = [DueFailure(ORDER.name, order, reason) for order, reason in reconciled.failures]
    while woken < limit:
        batch = runtime.store.lease_due(runtime.clock.now(), limit=min(_BATCH, limit - woken), lease=_LEASE)
        if not batch:
            break
        for due in batch:
            try:
                events += _wake(runtime, due)
            except Exception as error:  # noqa: BLE001 - whatever one aggregate does must not keep the others waiting
                known = isinstance(error, ServiceCoreError)
                failures.append(
                    DueFailure(due.kind, due.id, str(error) if known else f"{type(error).__name__}: {error}")
                )
            woken += 1
        handed.append(hand_on(runtime, processes))
    refused = tuple(each for one in handed for each in one.refused)
    return DueReport(woken, events, reconciled.settled, tuple(failures), refused, handed[-1].waiting)


def _wake(runtime: Runtime, due: Due) -> int:
    kind = runtime.registry.kind(due.kind)
    if kind.wake is None:
        return 0
    return len(execute(runtime, Request(kind.wake(due.id), SYSTEM)).events)
