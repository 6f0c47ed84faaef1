"""The states that were read or written last: a text that was read before is not read again."""

from __future__ import annotations

import threading
from typing import Any, Final

from attrs import frozen

from servicecore.kernel.filing import Filing
from servicecore.storage.codec import Encoded
from servicecore.storage.keep_newest import keep_newest

_MOST: Final = 500


@frozen
class Recent:
    """A state as it was read or written.

    Attributes:
        text: what was stored.
        state: what the text says.
        encoded: the state with the text of its fields; None where it was read.
        filing: what the state is filed under; None where nobody asked yet.

    """

    text: str
    state: Any
    encoded: Encoded | None = None
    filing: Filing | None = None


class RecentStates:
    """Remembers for the last aggregates which state their document's text says; safe to share between threads.

    Reading is a pure function of the text, and a state is never changed: whoever has the same text gets the same
    state. The text is compared whole, so what others wrote, or what damage did, is read anew.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._states: dict[tuple[str, str], Recent] = {}

    def get(self, kind: str, id: str, text: str) -> Any:  # noqa: A002 - the field's own name
        """Return the state that ``text`` says, or None where it is not remembered."""
        found = self._states.get((kind, id))
        return found.state if found is not None and found.text == text else None

    def last(self, kind: str, id: str) -> Recent | None:  # noqa: A002 - the field's own name
        """Return what is remembered of the aggregate, whatever its text is by now; None for nothing."""
        return self._states.get((kind, id))

    def keep(self, kind: str, id: str, recent: Recent) -> None:  # noqa: A002 - the field's own name
        """Remember a text and its state, and forget what was kept longest ago where there is too much."""
        with self._lock:
            keep_newest(self._states, (kind, id), recent, self._most)
