"""Handing events on: processes make other rooms react, and observers hear of it; at least once, in log order."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from attrs import define, field, frozen

from servicecore.engine.execute import execute
from servicecore.engine.process import Process
from servicecore.engine.receipts import FollowUpRefused
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.runtime import Runtime
from servicecore.errors import Refused, ServiceCoreError
from servicecore.kernel.operations import Command
from servicecore.plugins.requests import EventEnvelope
from servicecore.storage.ports import LoggedEvent

_PAGE: Final = 100
_ATTEMPTS: Final = 5


@frozen
class Waiting:
    """An event that could not be handed on yet; it stays in the outbox and comes again with the next run."""

    process: str
    position: int
    reason: str


@frozen
class HandedOn:
    """What handing on did: events, commands, what was refused, and what has to come again."""

    events: int = 0
    commands: int = 0
    refused: tuple[FollowUpRefused, ...] = ()
    waiting: tuple[Waiting, ...] = ()


@define
class _Tally:
    events: int = 0
    commands: int = 0
    refused: list[FollowUpRefused] = field(factory=list)
    waiting: dict[int, Waiting] = field(factory=dict)


def hand_on(runtime: Runtime, processes: tuple[Process, ...], *, limit: int = 10_000) -> HandedOn:
    """Run the processes for at most ``limit`` waiting events and tell the observers.

    A repeat after a crash causes nothing twice: the key of each command names process, log position and command.
    An event whose process is not ready, or fails, stays, and does not stop the others.
    """
    tally = _Tally()
    while tally.events < limit:
        batch = runtime.store.outbox(limit=min(_PAGE, limit - tally.events) + len(tally.waiting))
        fresh = [each for each in batch if each.position not in tally.waiting]
        if not fresh:
            break
        for logged in fresh:
            _hand_on(runtime, processes, logged, tally)
    return HandedOn(tally.events, tally.commands, tuple(tally.refused), tuple(tally.waiting.values()))


def _hand_on(runtime: Runtime, processes: tuple[Process, ...], logged: LoggedEvent, tally: _Tally) -> None:
    for process in processes:
        if logged.event.type_name not in {each.type_name for each in process.reacts_to}:
            continue
        try:
            _react(runtime, process, logged, tally)
        except Exception as error:  # noqa: BLE001 - whatever a process does must not keep the other events waiting
            known = isinstance(error, ServiceCoreError)
            reason = str(error) if known else f"{type(error).__name__}: {error}"
            tally.waiting[logged.position] = Waiting(process.name, logged.position, reason)
            return
    runtime.host.publish(_envelope(logged))
    runtime.store.handed_on(logged.position)
    tally.events += 1


def _react(runtime: Runtime, process: Process, logged: LoggedEvent, tally: _Tally) -> None:
    """Execute what ``process`` wants; a refusal of what somebody else has done meanwhile makes it think again."""
    event = runtime.journal.read_event(logged.event)
    commands = process.react(runtime, logged.id, event)
    for attempt in range(1, _ATTEMPTS + 1):
        refused = _execute_all(runtime, process, logged, commands, tally)
        if not refused:
            return
        again = process.react(runtime, logged.id, event)
        if again == commands or attempt == _ATTEMPTS:
            tally.refused.extend(refused)
            return
        commands = again


def _execute_all(
    runtime: Runtime, process: Process, logged: LoggedEvent, commands: tuple[Command, ...], tally: _Tally
) -> tuple[FollowUpRefused, ...]:
    refused: list[FollowUpRefused] = []
    for command in commands:
        try:
            execute(runtime, Request(command, SYSTEM, key=_key(runtime, process, logged, command)))
            tally.commands += 1
        except Refused as refusal:
            refused.append(FollowUpRefused(process.name, logged.position, command.name, refusal.problems))
    return tuple(refused)


def _key(runtime: Runtime, process: Process, logged: LoggedEvent, command: Command) -> str:
    text = f"{command.name} {runtime.journal.write(command)}"
    return f"{process.name}:{logged.position}:{sha256(text.encode()).hexdigest()[:16]}"


def _envelope(logged: LoggedEvent) -> EventEnvelope:
    return EventEnvelope(
        position=logged.position,
        kind=logged.kind,
        id=logged.id,
        version=logged.version,
        type_name=logged.event.type_name,
        type_version=logged.event.type_version,
        at=logged.event.at,
        data=logged.event.data,
        meta=logged.event.meta,
    )
