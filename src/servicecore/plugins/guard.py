"""The guard: the one way in which the host calls a plugin; it always comes back, with an answer or a failure."""

from __future__ import annotations

import itertools
import threading
import time
import types
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Generic, TypeVar, final

from attrs import frozen

from servicecore.kernel.clock import Clock
from servicecore.plugins.calls import CallOutcome, FailureKind, PluginCall, PluginFailure
from servicecore.plugins.checks import Violation, show
from servicecore.plugins.exceptions import GatewayMisconfigured, GatewayUnavailable
from servicecore.plugins.manifest import PluginInfo
from servicecore.plugins.protocols import PluginContext
from servicecore.plugins.quarantine import Quarantine
from servicecore.plugins.scrub import Scrubber, describe, plugin_log
from servicecore.plugins.settings import SettingsSource
from servicecore.plugins.workers import Settled, Workers

T = TypeVar("T")

_SURE: Final = (GatewayUnavailable, GatewayMisconfigured)


class GuardedPlugin:
    """What the guard needs to know of a loaded plugin: who it is, its settings, its secrets, its log."""

    def __init__(self, info: PluginInfo, settings: SettingsSource, scrubber: Scrubber) -> None:
        self.info = info
        self.settings = settings
        self.scrubber = scrubber
        self.log = plugin_log(info.id, scrubber)


@frozen
class Ask(Generic[T]):
    """One question to a plugin.

    Attributes:
        operation: its name in records and in quarantine: ``gateway.charge``.
        run: asks it; lazy answers have to be made whole here, before the deadline.
        check: what is wrong with the answer.
        deadline: how long to wait.
        key: what it is about, for the record.
        evidence: an answer in words, for the record of one that comes too late.

    """

    operation: str
    run: Callable[[PluginContext], T]
    check: Callable[[object], tuple[Violation, ...]]
    deadline: timedelta
    key: str = ""
    evidence: Callable[[T], str] = lambda _answer: ""


@final
@frozen
class _Fault:
    kind: FailureKind
    detail: str
    at_once: bool = False


class Guard:
    """Calls plugins: quarantine, deadline, every exception, contract, secrets, record."""

    def __init__(self, clock: Clock, quarantine: Quarantine, keep_calls: int) -> None:
        self.quarantine = quarantine
        self.workers = Workers()
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: deque[PluginCall] = deque(maxlen=keep_calls)
        self._numbers = itertools.count(1)

    @property
    def calls(self) -> tuple[PluginCall, ...]:
        """Return the last call records, oldest first."""
        with self._lock:
            return tuple(self._calls)

    def call(self, plugin: GuardedPlugin, ask: Ask[T]) -> T | PluginFailure:
        """Return the plugin's answer where it keeps the contract, a failure otherwise; raises nothing of a plugin's."""
        began = self._clock.now()
        started = time.perf_counter()
        call_id = f"{plugin.info.id}-{next(self._numbers)}"

        def record(outcome: CallOutcome, kind: FailureKind | None = None, detail: str = "") -> None:
            call = PluginCall(
                id=call_id,
                plugin=plugin.info.id,
                version=plugin.info.version,
                operation=ask.operation,
                key=ask.key,
                at=began,
                seconds=time.perf_counter() - started,
                outcome=outcome,
                failure=kind,
                detail=detail,
            )
            with self._lock:
                self._calls.append(call)

        def context() -> PluginContext:
            return PluginContext(
                plugin=plugin.info.id,
                clock=self._clock,
                log=plugin.log,
                settings=plugin.settings.current(),
                call_id=call_id,
                deadline=began + ask.deadline,
            )

        answer = self._answer(plugin, ask, context, record)
        if type(answer) is not _Fault:
            self.quarantine.succeed(plugin.info.id, ask.operation)
            record(CallOutcome.ANSWERED)
            return answer
        detail = plugin.scrubber.shorten(answer.detail)
        record(CallOutcome.FAILED, answer.kind, detail)
        return PluginFailure(answer.kind, plugin.info.id, ask.operation, detail)

    def _answer(
        self,
        plugin: GuardedPlugin,
        ask: Ask[T],
        context: Callable[[], PluginContext],
        record: Callable[[CallOutcome, FailureKind | None, str], None],
    ) -> T | _Fault:
        identity = (plugin.info.id, ask.operation)
        refusal = self.quarantine.enter(*identity, self._clock.now())
        if refusal:
            return _Fault(FailureKind.NOT_CALLED, refusal)

        def late(settled: Settled[T | _Fault]) -> None:
            self.quarantine.hangs(plugin.info.id, -1)
            record(CallOutcome.LATE, None, plugin.scrubber.shorten(_evidence(ask, settled)))

        try:
            settled = self.workers.run(lambda: _run(ask, context), ask.deadline.total_seconds(), late)
        except RuntimeError as error:
            self.quarantine.fail(*identity, self._clock.now())
            return _Fault(FailureKind.NOT_CALLED, describe(error))
        except BaseException:
            # Somebody interrupts the host while it waits: the call goes on without it.
            self.quarantine.hangs(plugin.info.id, 1)
            self.quarantine.fail(*identity, self._clock.now())
            raise
        if settled is None:
            self.quarantine.hangs(plugin.info.id, 1)
            answer: T | _Fault = _Fault(FailureKind.TIMED_OUT, f"{ask.deadline.total_seconds()} seconds")
        else:
            answer = _checked(ask, settled)
        if type(answer) is _Fault:
            self._settle_fault(identity, answer)
        return answer

    def _settle_fault(self, identity: tuple[str, str], fault: _Fault) -> None:
        if fault.kind is FailureKind.UNAVAILABLE:
            self.quarantine.succeed(*identity)
        else:
            self.quarantine.fail(*identity, self._clock.now(), at_once=fault.at_once)


def _run(ask: Ask[T], context: Callable[[], PluginContext]) -> T | _Fault:
    """Run in the worker: exceptions become words here, so that even their text cannot harm the host."""
    try:
        given = context()
    except BaseException as error:  # noqa: BLE001 - the plugin was not called yet
        return _Fault(FailureKind.NOT_CALLED, describe(error))
    try:
        answer = ask.run(given)
    except _SURE as error:
        return _Fault(FailureKind.UNAVAILABLE, describe(error))
    except BaseException as error:  # noqa: BLE001 - SystemExit and the like end only the call
        return _Fault(FailureKind.RAISED, describe(error))
    if isinstance(answer, types.CoroutineType):
        answer.close()
    return answer


def _checked(ask: Ask[T], settled: Settled[T | _Fault]) -> T | _Fault:
    answer = settled.value
    if type(answer) is _Fault:
        return answer
    if settled.error is not None:
        return _Fault(FailureKind.RAISED, describe(settled.error))
    violations = ask.check(answer)
    if violations:
        at_once = any(violation.code != "status" for violation in violations)
        return _Fault(FailureKind.BROKE_CONTRACT, show(violations), at_once)
    return answer  # type: ignore[return-value]  # the check looked at the exact class


def _evidence(ask: Ask[T], settled: Settled[T | _Fault]) -> str:
    answer = _checked(ask, settled)
    if type(answer) is _Fault:
        return f"{answer.kind.value}: {answer.detail}"
    return ask.evidence(answer)
