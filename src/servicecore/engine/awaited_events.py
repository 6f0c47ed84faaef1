"""Which events somebody waits for: what nobody here reacts to stays in the outbox for a while, and costs no commit."""

from __future__ import annotations

from typing import Any, Final

from servicecore.engine.process import Process
from servicecore.engine.runtime import Runtime
from servicecore.kernel.events import Event

_MOST_LEFT: Final = 100


class AwaitedEvents:
    """Says after each command whether its events have to be handed on at once; shared by threads.

    They have to be where a process reacts to one, or a plugin observes events. The rest waits until then, for due
    work, or until about a hundred are left. The first command of a process hands on what another one left behind, and
    so does the command after one whose handing on failed.
    """

    def __init__(self) -> None:
        self._processes: tuple[Process, ...] = ()
        self._reacted_to: frozenset[type] = frozenset()
        self._left = _MOST_LEFT

    def are_among(self, events: tuple[Event[Any], ...], runtime: Runtime, processes: tuple[Process, ...]) -> bool:
        """Return whether the outbox has to be looked through, now that ``events`` were committed."""
        if processes is not self._processes:
            self._reacted_to = frozenset(event for process in processes for event in process.reacts_to)
            self._processes = processes
        self._left += len(events)
        if (
            self._left < _MOST_LEFT
            and events
            and self._reacted_to.isdisjoint(map(type, events))
            and not any(each.observers for each in runtime.host.registrations)
        ):
            return False
        self.have_to_be_handed_on()
        return True

    def have_to_be_handed_on(self) -> None:
        """Note that some may be in the outbox, whatever is committed next."""
        self._left = _MOST_LEFT

    def were_handed_on(self) -> None:
        """Note that the outbox was looked through to its end."""
        self._left = 0
