"""Many commands in few transactions: what begins aggregates is written in groups, each group whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from attrs import frozen

from servicecore.engine.coupon_codes import keep_codes
from servicecore.engine.decide import decide, new_id_of
from servicecore.engine.execute import change_of, execute
from servicecore.engine.requests import Request
from servicecore.engine.runtime import Runtime
from servicecore.errors import Refused, VersionConflict
from servicecore.kernel.events import Event
from servicecore.kernel.problems import Problem
from servicecore.storage.ports import Append, ClaimTaken


@frozen
class BatchResult:
    """What became of one request: its aggregate, or the problems.

    Attributes:
        request: as it was given.
        id: of the aggregate.
        problems: why it was refused; empty where it was done.

    """

    request: Request
    id: str
    problems: tuple[Problem, ...] = ()


def execute_in_groups(runtime: Runtime, requests: Iterable[Request], *, size: int = 200) -> Iterator[BatchResult]:
    """Execute ``requests`` and yield each result; ``size`` of them share one transaction.

    A group that loses a race, or whose members want the same thing, is decided once more, one by one. A process that
    dies leaves whole groups only. Idempotency keys are not kept: the ids of what begins, and the versions of what
    changes, make a repeat harmless. Coupons are not counted and payments not sent: this is for what other systems
    recorded.
    """
    waiting = iter(requests)
    while group := tuple(islice(waiting, size)):
        try:
            yield from _write(runtime, group)
        except (VersionConflict, ClaimTaken):
            yield from [_one(runtime, request) for request in group]


def _write(runtime: Runtime, group: tuple[Request, ...]) -> list[BatchResult]:
    """Write what ``group`` decides in one transaction."""
    results: list[BatchResult] = []
    changes: list[tuple[Append, tuple[Event[Any], ...]]] = []
    for request in group:
        decided = decide(runtime, request, new_id_of(runtime, request.command), may_recall=True)
        results.append(BatchResult(request, decided.id, decided.problems))
        if decided.events:
            changes.append((change_of(runtime, request, decided), decided.events))
    with runtime.store.transaction() as transaction:
        for change, events in changes:
            transaction.append(change)
            keep_codes(transaction, events)
    return results


def _one(runtime: Runtime, request: Request) -> BatchResult:
    try:
        return BatchResult(request, execute(runtime, request).id)
    except Refused as refusal:
        return BatchResult(request, request.command.target_id() or request.command.given_id(), refusal.problems)
