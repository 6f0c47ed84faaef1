"""Handing events on: processes make other rooms react, and observers hear of it; at least once, in log order."""

from __future__ import annotations

from hashlib import sha256

from attrs import define, field, frozen

from servicecore.engine.execute import SYSTEM, Request, execute
from servicecore.engine.process import NotReady, Process
from servicecore.engine.runtime import Runtime
from servicecore.errors import Refused
from servicecore.kernel.operations import Command
from servicecore.kernel.problems import Problem
from servicecore.plugins.requests import EventEnvelope
from servicecore.storage.ports import LoggedEvent


@frozen
class FollowUpRefused:
    """A command that a process caused and that was refused: somebody has to look at it.

    Attributes:
        process: the process's name.
        position: of the event in the log.
        command: the refused command's name.
        problems: why.

    """

    process: str
    position: int
    command: str
    problems: tuple[Problem, ...]


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
    An event whose process is not ready stays, and does not stop the others.
    """
    tally = _Tally()
    while tally.events < limit:
        batch = runtime.store.outbox(limit=100 + len(tally.waiting))
        fresh = [each for each in batch if each.position not in tally.waiting]
        if not fresh:
            break
        for logged in fresh:
            _hand_on(runtime, processes, logged, tally)
    return HandedOn(tally.events, tally.commands, tuple(tally.refused), tuple(tally.waiting.values()))


def _hand_on(runtime: Runtime, processes: tuple[Process, ...], logged: LoggedEvent, tally: _Tally) -> None:
    interested = [each for each in processes if logged.event.type_name in {t.type_name for t in each.reacts_to}]
    if interested:
        event = runtime.journal.read_event(logged.event)
        for process in interested:
            try:
                commands = process.react(runtime, logged.id, event)
            except NotReady as reason:
                tally.waiting[logged.position] = Waiting(process.name, logged.position, str(reason))
                return
            for command in commands:
                _execute(runtime, process, logged, command, tally)
    runtime.host.publish(_envelope(logged))
    runtime.store.handed_on(logged.position)
    tally.events += 1


def _execute(runtime: Runtime, process: Process, logged: LoggedEvent, command: Command, tally: _Tally) -> None:
    text = f"{command.name} {runtime.journal.write(command)}"
    key = f"{process.name}:{logged.position}:{sha256(text.encode()).hexdigest()[:16]}"
    try:
        execute(runtime, Request(command, SYSTEM, key=key))
        tally.commands += 1
    except Refused as refusal:
        tally.refused.append(FollowUpRefused(process.name, logged.position, command.name, refusal.problems))


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
