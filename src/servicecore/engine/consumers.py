"""Consumers: everybody to whom events are handed on, each under a name that stays."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from servicecore.engine.receipts import HistoryEntry
from servicecore.engine.runtime import Runtime
from servicecore.errors import ServiceCoreError
from servicecore.plugins.requests import EventEnvelope
from servicecore.storage.ports import LoggedEvent


class DeliveryFailed(ServiceCoreError):
    """Raised inside the engine when an observer plugin did not take an event."""

    code = "engine.delivery_failed"
    retryable = True


@frozen
class Delivery(HistoryEntry):
    """One committed event as a subscriber gets it: an entry of its aggregate's history, with its place in the log.

    A repeated delivery has the same position.

    Attributes:
        position: place in the whole log, growing.
        kind: of the aggregate.
        id: of the aggregate.

    """

    position: int
    kind: str
    id: str


@frozen
class Consumer:
    """Somebody to whom events are handed on.

    Attributes:
        name: stable: ``process:order-to-invoice``, ``plugin:acme``, ``subscriber:stock``.
        deliver: hands one event on; raises where that failed.

    """

    name: str
    deliver: Callable[[LoggedEvent], None]


def observers(runtime: Runtime) -> tuple[Consumer, ...]:
    """Return the plugins that observe events."""
    ids = [each.info.id for each in runtime.host.registrations if each.observers]
    return tuple(Consumer(f"plugin:{each}", _telling(runtime, each)) for each in ids)


def subscriber(runtime: Runtime, name: str, callback: Callable[[Delivery], None]) -> Consumer:
    """Return the subscriber ``name``."""
    return Consumer(f"subscriber:{name}", lambda logged: callback(_delivery(runtime, logged)))


def told(error: Exception) -> str:
    """Return ``error`` in words: ours by its message, any other with its class."""
    return str(error) if isinstance(error, ServiceCoreError) else f"{type(error).__name__}: {error}"


def _telling(runtime: Runtime, plugin: str) -> Callable[[LoggedEvent], None]:
    def tell(logged: LoggedEvent) -> None:
        for failure in runtime.host.publish(_envelope(logged), to=(plugin,)):
            raise DeliveryFailed(failure.problem.text())

    return tell


def _delivery(runtime: Runtime, logged: LoggedEvent) -> Delivery:
    entry = runtime.journal.entry(logged)
    return Delivery(
        position=logged.position,
        kind=logged.kind,
        id=logged.id,
        version=logged.version,
        at=entry.at,
        event=entry.event,
        actor=entry.actor,
        approver=entry.approver,
        reason=entry.reason,
        command=entry.command,
    )


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
