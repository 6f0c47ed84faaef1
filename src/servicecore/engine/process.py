"""A process: what one room's events make another room do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from attrs import frozen

from servicecore.engine.runtime import Runtime
from servicecore.errors import ServiceCoreError
from servicecore.kernel.events import Event
from servicecore.kernel.operations import Command


class NotReady(ServiceCoreError):
    """Raised by a process that cannot react yet; the event stays in the outbox and comes again."""

    code: ClassVar[str] = "engine.process_not_ready"
    retryable: ClassVar[bool] = True


@frozen
class Process:
    """What one room's events make another room do.

    Attributes:
        name: stable; part of the idempotency key of each command that it causes.
        reacts_to: classes of events.
        react: ``(runtime, aggregate id, event) -> commands``; reads, asks, and writes nothing itself.

    """

    name: str
    reacts_to: tuple[type[Event[Any]], ...]
    react: Callable[[Runtime, str, Any], tuple[Command, ...]]
