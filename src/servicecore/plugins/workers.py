"""Daemon threads that run calls of plugins with a deadline; a call that hangs never keeps the program alive."""

from __future__ import annotations

import contextvars
import decimal
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final, Generic, TypeVar

from attrs import frozen

T = TypeVar("T")

_IDLE_SECONDS: Final = 10.0
_MAX_IDLE: Final = 8


@frozen
class Settled(Generic[T]):
    """A job that came to an end: its value, or the exception it ended with."""

    value: T | None = None
    error: BaseException | None = None


class _Job(Generic[T]):
    def __init__(self, run: Callable[[], T], late: Callable[[Settled[T]], None]) -> None:
        self._context = contextvars.copy_context()
        self._run = run
        self._late = late
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._settled: Settled[T] | None = None
        self._abandoned = False

    def work(self) -> Settled[T]:
        try:
            return Settled(value=self._context.run(self._isolated))
        except BaseException as error:  # noqa: BLE001 - whatever a plugin raises, SystemExit too, ends only the call
            return Settled(error=error)

    def settle(self, settled: Settled[T]) -> None:
        with self._lock:
            self._settled = settled
            abandoned = self._abandoned
        self._done.set()
        if abandoned:
            self._late(settled)

    def wait(self, seconds: float) -> Settled[T] | None:
        try:
            self._done.wait(seconds)
        finally:
            with self._lock:
                self._abandoned = self._settled is None
        return self._settled

    def _isolated(self) -> T:
        # A copied context shares the decimal context object: a plugin that changes it would change the host's sums.
        decimal.setcontext(decimal.getcontext().copy())
        return self._run()


class _Worker:
    def __init__(self, pool: Workers) -> None:
        self.inbox: SimpleQueue[_Job[object] | None] = SimpleQueue()
        self._pool = pool
        threading.Thread(target=self._live, name="servicecore-plugin", daemon=True).start()

    def _live(self) -> None:
        while True:
            try:
                job = self.inbox.get(timeout=_IDLE_SECONDS)
            except Empty:
                if self._pool.retire(self):
                    return
                continue
            if job is None:
                return
            settled = job.work()
            kept = self._pool.give_back(self)
            job.settle(settled)
            del job, settled
            if not kept:
                return


class Workers:
    """A pool of daemon threads that grows with the calls under way and shrinks when idle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._closed = False

    def run(
        self, run: Callable[[], T], seconds: float, late: Callable[[Settled[T]], None] = lambda _settled: None
    ) -> Settled[T] | None:
        """Run ``run`` in a worker and wait for at most ``seconds``; None where it is not done by then.

        The context variables are the caller's; changes to them stay in the call. What an abandoned call comes to
        in the end goes to ``late``, in the worker.

        Raises:
            RuntimeError: no thread can be started; nothing was run.

        """
        job = _Job(run, late)
        self._take().inbox.put(job)  # type: ignore[arg-type]  # a worker never looks into the value
        return job.wait(seconds)

    def give_back(self, worker: _Worker) -> bool:
        """Keep ``worker`` for the next call; False where it is not needed any more."""
        with self._lock:
            if self._closed or len(self._idle) >= _MAX_IDLE:
                return False
            self._idle.append(worker)
            return True

    def retire(self, worker: _Worker) -> bool:
        """Let an idle ``worker`` go; False where it was just given a job."""
        with self._lock:
            if worker not in self._idle:
                return False
            self._idle.remove(worker)
            return True

    def close(self) -> None:
        """Let the idle workers end; those that still work end by themselves."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.inbox.put(None)

    def _take(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Worker(self)
