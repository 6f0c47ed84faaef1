"""The guard's promises that are not about one kind of plugin: isolation, records, and a program that can end."""

from __future__ import annotations

import contextvars
import decimal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from servicecore.kernel.clock import FixedClock
from servicecore.plugins import EventEnvelope, PluginHost, PluginSettings
from servicecore.plugins.api import PluginContext, PluginInfo, hookimpl
from servicecore.plugins.calls import CallOutcome
from servicecore.plugins.workers import Workers

OpenHost = Callable[..., PluginHost]
EVENT = EventEnvelope(7, "order", "order-1", 1, "orders.placed", 1, datetime(2026, 3, 2, tzinfo=UTC), "{}")
TENANT: contextvars.ContextVar[str] = contextvars.ContextVar("tenant", default="nobody")


class Watcher:
    def __init__(self, watch: Callable[[PluginContext], object]) -> None:
        self._watch = watch

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="watcher", version="2.5", api="1.0")

    @hookimpl
    def servicecore_on_event(self, context: PluginContext) -> None:
        self._watch(context)


def test_the_plugin_sees_the_callers_context_and_cannot_change_it(open_host: OpenHost) -> None:
    seen: list[str] = []

    def watch(_context: PluginContext) -> None:
        seen.append(TENANT.get())
        TENANT.set("hijacked")

    token = TENANT.set("acme")
    assert open_host(Watcher(watch)).publish(EVENT) == ()
    assert (seen, TENANT.get()) == (["acme"], "acme")
    TENANT.reset(token)


def test_a_plugin_cannot_change_how_the_host_calculates(open_host: OpenHost) -> None:
    """A copied context shares its decimal context object; precision 2 would turn 1/3 into 0.33 for the host."""
    before = decimal.Decimal(1) / 3

    def watch(_context: PluginContext) -> None:
        decimal.getcontext().prec = 2

    assert open_host(Watcher(watch)).publish(EVENT) == ()
    assert decimal.Decimal(1) / 3 == before
    assert decimal.getcontext().prec != 2


def test_every_call_leaves_one_record_and_old_records_go(open_host: OpenHost, clock: FixedClock) -> None:
    contexts: list[PluginContext] = []
    host = open_host(Watcher(contexts.append), settings=PluginSettings(keep_calls=2))
    for _ in range(3):
        host.publish(EVENT)
    assert [call.id for call in host.calls] == [context.call_id for context in contexts[1:]]
    last = host.calls[-1]
    assert (last.plugin, last.version, last.operation, last.key) == ("watcher", "2.5", "event", "7")
    assert (last.at, last.outcome, last.failure) == (clock.now(), CallOutcome.ANSWERED, None)
    assert contexts[-1].deadline == clock.now() + timedelta(seconds=30)


def test_calls_from_many_threads_do_not_disturb_each_other(open_host: OpenHost) -> None:
    lock = threading.Lock()
    seen: list[str] = []

    def watch(context: PluginContext) -> None:
        with lock:
            seen.append(context.call_id)

    host = open_host(Watcher(watch), settings=PluginSettings(keep_calls=1000))
    threads = [threading.Thread(target=lambda: [host.publish(EVENT) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == len(seen) == len(host.calls) == 200


def test_the_host_works_on_after_it_was_closed_and_its_threads_end() -> None:
    workers = Workers()
    settled = workers.run(threading.current_thread, 5)
    assert settled is not None
    thread = settled.value
    assert isinstance(thread, threading.Thread)
    assert thread.daemon
    workers.close()
    thread.join(5)
    assert not thread.is_alive()
    again = workers.run(lambda: 7, 5)
    assert again is not None
    assert again.value == 7


def test_where_no_thread_can_be_started_nothing_was_called(
    open_host: OpenHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = open_host(Watcher(lambda _context: pytest.fail("called")))
    host.close()

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    (failure,) = host.publish(EVENT)
    assert failure.kind.nothing_happened


def test_a_hanging_plugin_does_not_keep_the_program_from_ending() -> None:
    program = """
        import threading
        from datetime import UTC, datetime, timedelta
        from servicecore.kernel.clock import FixedClock
        from servicecore.plugins import Deadlines, EventEnvelope, PluginHost, PluginSettings
        from servicecore.plugins.api import PluginInfo, hookimpl

        class Hanging:
            @hookimpl
            def servicecore_plugin_info(self):
                return PluginInfo(id="hanging", version="1", api="1.0")

            @hookimpl
            def servicecore_on_event(self):
                threading.Event().wait(120)

        now = datetime(2026, 3, 2, tzinfo=UTC)
        settings = PluginSettings(deadlines=Deadlines(observe=timedelta(seconds=0.05)))
        host = PluginHost((Hanging(),), clock=FixedClock(now), autoload=False, settings=settings)
        print(host.publish(EventEnvelope(1, "order", "o", 1, "orders.placed", 1, now, "{}"))[0].kind.value)
    """
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "timed_out"
    assert time.monotonic() - began < 30
