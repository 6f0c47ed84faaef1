"""Events: what happened, the only way that state changes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from attrs import frozen

from servicecore.errors import ServiceCoreError

S = TypeVar("S")


@frozen
class Event(Generic[S]):
    """Something that happened to an aggregate whose state is of class ``S``.

    A subclass is frozen, names itself by ``type_name`` (``orders.hold_applied``) and carries ``type_version``;
    a stored event of an older version is upcast before it is read.
    """

    type_name: ClassVar[str]
    type_version: ClassVar[int] = 1

    @abstractmethod
    def apply(self, state: S) -> S:
        """Return the state after this event."""
        raise NotImplementedError


@frozen
class CreatingEvent(Event[S]):
    """The first event of an aggregate: it makes the state out of itself."""

    @abstractmethod
    def create(self) -> S:
        """Return the first state."""
        raise NotImplementedError

    def apply(self, state: S) -> S:
        """Refuse: an aggregate begins once.

        Raises:
            BrokenHistory: always.

        """
        raise BrokenHistory(f"{self.type_name} begins an aggregate that exists already: {state!r}")


class BrokenHistory(ServiceCoreError):
    """Raised when a list of events cannot be folded: the log is damaged."""

    code: ClassVar[str] = "servicecore.broken_history"


def fold(events: Iterable[Event[S]], state: S | None = None) -> S:
    """Return the state that ``events`` make, in order, from ``state`` or from nothing.

    Raises:
        BrokenHistory: the first event does not create, or a later one does, or there is none.

    """
    for event in events:
        if state is None:
            if not isinstance(event, CreatingEvent):
                raise BrokenHistory(f"{event.type_name} cannot be the first event")
            state = event.create()
        else:
            state = event.apply(state)
    if state is None:
        raise BrokenHistory("a history without events has no state")
    return state
