"""The states that were read or written last: a text that was read before is not read again."""

from __future__ import annotations

import threading
from typing import Any, Final

_MOST: Final = 1000


class RecentStates:
    """Remembers for the last aggregates which state their document's text says; safe to share between threads.

    Reading is a pure function of the text, and a state is never changed: whoever has the same text gets the same
    state. The text is compared whole, so what others wrote, or what damage did, is read anew.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._states: dict[tuple[str, str], tuple[str, Any]] = {}

    def get(self, kind: str, id: str, text: str) -> Any:  # noqa: A002 - the field's own name
        """Return the state that ``text`` says, or None where it is not remembered."""
        found = self._states.get((kind, id))
        return found[1] if found is not None and found[0] == text else None

    def keep(self, kind: str, id: str, text: str, state: Any) -> None:  # noqa: A002 - the field's own name
        """Remember that ``text`` says ``state``, and forget what was kept longest ago where there is too much."""
        with self._lock:
            self._states.pop((kind, id), None)
            self._states[kind, id] = (text, state)
            if len(self._states) > self._most:
                del self._states[next(iter(self._states))]
