"""States, commands and events as the store keeps them, with who did what and why beside each event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from attrs import field, frozen

from servicecore.engine.receipts import HistoryEntry
from servicecore.engine.recent_states import Recent, RecentStates
from servicecore.kernel.authority import Actor, Reason
from servicecore.kernel.events import Event
from servicecore.kernel.filing import Filing
from servicecore.kernel.operations import AggregateKind
from servicecore.storage.codec import JsonCodec
from servicecore.storage.event_types import EventTypes
from servicecore.storage.ports import Document, LoggedEvent, StoredEvent
from servicecore.storage.read_state import read_state

S = TypeVar("S")

_MOST_METAS: Final = 256


@frozen
class Meta:
    """Who did it and why, stored beside each event.

    Attributes:
        actor: with the roles held at the time.
        approver: id of the second person; empty where none was needed.
        reason: why.
        command: the command's name.
        key: idempotency key; empty where there was none.

    """

    actor: Actor
    approver: str = ""
    reason: Reason | None = None
    command: str = ""
    key: str = ""


@frozen
class Journal:
    """Writes and reads what is stored, through the codec.

    Attributes:
        codec: for states, commands and meta.
        types: for events.
        recent: what was read or written last.

    """

    codec: JsonCodec
    types: EventTypes
    recent: RecentStates = field(factory=RecentStates, eq=False, repr=False)
    _meta_text: Callable[[Actor, str, Reason | None, str], str] = field(init=False, eq=False, repr=False)

    @_meta_text.default
    def _remembering_meta_text(self) -> Callable[[Actor, str, Reason | None, str], str]:
        def text(actor: Actor, approver: str, reason: Reason | None, command: str) -> str:
            return self.codec.encode(Meta(actor, approver, reason, command))

        return lru_cache(_MOST_METAS)(text)

    def write_meta(self, actor: Actor, approver: str, reason: Reason | None, command: str, key: str) -> str:
        """Return the text of a ``Meta``; what has no key is said again and again, and is remembered."""
        if key:
            return self.codec.encode(Meta(actor, approver, reason, command, key))
        return self._meta_text(actor, approver, reason, command)

    def write_event(self, event: Event[Any], meta: str, at: datetime) -> StoredEvent:
        """Return ``event`` as it is stored, with the text of who did it and why."""
        return self.types.encode_event(event, meta=meta, at=at)

    def read_event(self, stored: StoredEvent) -> Event[Any]:
        """Return the event, upcast where it was written by an older release.

        Raises:
            StoreBroken: its type or version is unknown, or it is damaged.

        """
        return self.types.decode_event(stored.type_name, stored.type_version, stored.data)

    def read_state(self, kind: AggregateKind[S], document: Document) -> S:
        """Return the state.

        Raises:
            StoreBroken: the document is damaged or of a newer release.

        """
        known: S | None = self.recent.get(kind.name, document.id, document.data)
        if known is not None:
            return known
        state = read_state(kind, document, self.codec)
        self.recent.keep(kind.name, document.id, Recent(document.data, state))
        return state

    def write_state(self, kind: AggregateKind[S], id: str, state: S, filing: Filing) -> str:  # noqa: A002 - the field's own name
        """Return the text of the state of the aggregate ``id``, and remember it with what it is filed under."""
        last = self.recent.last(kind.name, id)
        encoded = self.codec.encode_like(state, None if last is None else last.encoded)
        self.recent.keep(kind.name, id, Recent(encoded.text, state, encoded, filing))
        return encoded.text

    def filing(self, kind: AggregateKind[S], id: str, state: S) -> Filing:  # noqa: A002 - the field's own name
        """Return what ``state`` of the aggregate ``id`` is filed under, worked out where that may have changed."""
        last = self.recent.last(kind.name, id)
        if last is not None and last.filing is not None and kind.is_filed_alike(last.state, state):
            return last.filing
        return kind.filing(state)

    def write(self, value: object) -> str:
        """Return the text of a command or a value."""
        return self.codec.encode(value)

    def entry(self, logged: LoggedEvent) -> HistoryEntry:
        """Return a logged event as the history shows it."""
        meta = self.codec.decode(Meta, logged.event.meta)
        return HistoryEntry(
            version=logged.version,
            at=logged.event.at,
            event=self.read_event(logged.event),
            actor=meta.actor,
            approver=meta.approver,
            reason=meta.reason,
            command=meta.command,
        )
