"""Handing events on: processes make other rooms react, and observers hear of it; at least once, in order.

The order is that of each aggregate: an event that a consumer did not take holds later events of the same aggregate
back for that consumer, and nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from attrs import define, field, frozen

from servicecore.engine.consumers import Consumer, observers, told
from servicecore.engine.execute import execute
from servicecore.engine.process import Process
from servicecore.engine.receipts import FollowUpRefused
from servicecore.engine.requests import SYSTEM, Request
from servicecore.engine.retrying import any_open, is_held, note_failed_delivery
from servicecore.engine.runtime import Runtime
from servicecore.engine.work import FAILED_WORK
from servicecore.errors import Refused
from servicecore.kernel.operations import Command
from servicecore.storage.ports import LoggedEvent

MOST_AT_ONCE: Final = 10_000
"""Events that one run of handing on takes at most, unless it is told otherwise."""

_PAGE: Final = 100
_ATTEMPTS: Final = 5
_PROCESS: Final = "process:"


@frozen
class Waiting:
    """An event that a consumer did not take; it is delivered again after a pause, in front of what follows it.

    Attributes:
        process: who did not take it: a process's name, ``plugin:acme``, ``subscriber:stock``.
        position: of the event in the log.
        reason: what went wrong, in words.
        parked: whether it failed so often that somebody has to release it.

    """

    process: str
    position: int
    reason: str
    parked: bool = False

    @classmethod
    def of(cls, consumer: str, logged: LoggedEvent, error: Exception, *, parked: bool = False) -> Waiting:
        """Return that ``consumer`` did not take an event."""
        return cls(consumer.removeprefix(_PROCESS), logged.position, told(error), parked)


@frozen
class HandedOn:
    """What handing on did: events, commands, what was refused, and what has to come again."""

    events: int = 0
    commands: int = 0
    refused: tuple[FollowUpRefused, ...] = ()
    waiting: tuple[Waiting, ...] = ()


@define
class Tally:
    """What a run of handing on has come to so far."""

    events: int = 0
    commands: int = 0
    refused: list[FollowUpRefused] = field(factory=list)
    waiting: list[Waiting] = field(factory=list)

    def handed_on(self) -> HandedOn:
        """Return it as a value."""
        return HandedOn(self.events, self.commands, tuple(self.refused), tuple(self.waiting))


def hand_on(runtime: Runtime, processes: tuple[Process, ...], *, limit: int = MOST_AT_ONCE) -> HandedOn:
    """Run the processes for at most ``limit`` waiting events and tell the observers.

    A repeat after a crash causes nothing twice: the key of each command names process, log position and command.
    What a consumer does not take is kept for it as failed work, and does not stop the others.
    """
    tally = Tally()
    consumers = (*reacting(runtime, processes, tally), *observers(runtime))
    while tally.events < limit:
        batch = runtime.store.outbox(limit=min(_PAGE, limit - tally.events))
        if not batch:
            break
        hand_on_each(runtime, consumers, batch, tally)
        runtime.store.handed_on(*(logged.position for logged in batch))
        tally.events += len(batch)
    return tally.handed_on()


def hand_on_each(
    runtime: Runtime, consumers: tuple[Consumer, ...], batch: tuple[LoggedEvent, ...], tally: Tally
) -> None:
    """Deliver each event to each consumer, unless an earlier one of the same aggregate still waits for it.

    What tells of failed work is delivered once: a consumer that fails at that too would fail forever.
    """
    may_hold = any_open(runtime, "delivery")
    for logged in batch:
        for consumer in consumers:
            if may_hold and is_held(runtime, consumer.name, logged.kind, logged.id):
                continue
            try:
                consumer.deliver(logged)
            except Exception as error:  # noqa: BLE001 - whatever a consumer does must not keep the others waiting
                if logged.kind != FAILED_WORK.name:
                    tally.waiting.append(Waiting.of(consumer.name, logged, error))
                    note_failed_delivery(runtime, consumer.name, logged, error)
                    may_hold = True


def reacting(runtime: Runtime, processes: tuple[Process, ...], tally: Tally) -> tuple[Consumer, ...]:
    """Return ``processes`` as consumers, which count in ``tally`` what they do."""
    return tuple(Consumer(f"{_PROCESS}{each.name}", _reaction(runtime, each, tally)) for each in processes)


def _reaction(runtime: Runtime, process: Process, tally: Tally) -> Callable[[LoggedEvent], None]:
    names = frozenset(each.type_name for each in process.reacts_to)

    def react(logged: LoggedEvent) -> None:
        if logged.event.type_name in names:
            _react(runtime, process, logged, tally)

    return react


def _react(runtime: Runtime, process: Process, logged: LoggedEvent, tally: Tally) -> None:
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
    runtime: Runtime, process: Process, logged: LoggedEvent, commands: tuple[Command, ...], tally: Tally
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
