"""Many commands in few transactions: what begins aggregates is written in groups, each group whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from attrs import frozen

from servicecore.engine.execute import Request, change_of, decide, new_id_of
from servicecore.engine.runtime import Runtime
from servicecore.errors import VersionConflict
from servicecore.kernel.problems import Problem


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

    Requests of one group must be for different aggregates. A group that loses a race is decided once more, one by
    one. A process that dies leaves whole groups only. Idempotency keys are not kept: the ids of what begins, and
    the versions of what changes, make a repeat harmless.
    """
    waiting = iter(requests)
    while group := tuple(islice(waiting, size)):
        try:
            yield from _write(runtime, group)
        except VersionConflict:
            for request in group:
                yield from _write(runtime, (request,))


def _write(runtime: Runtime, group: tuple[Request, ...]) -> list[BatchResult]:
    decided = [decide(runtime, request, new_id_of(runtime, request.command)) for request in group]
    with runtime.store.transaction() as transaction:
        for request, each in zip(group, decided, strict=True):
            if each.events:
                transaction.append(change_of(runtime, request, each))
    return [BatchResult(request, each.id, each.problems) for request, each in zip(group, decided, strict=True)]
