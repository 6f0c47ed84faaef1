"""States, commands and events as the store keeps them, with who did what and why beside each event."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

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

    def write_event(self, event: Event[Any], meta: Meta, at: datetime) -> StoredEvent:
        """Return ``event`` as it is stored."""
        return self.types.encode_event(event, meta=self.codec.encode(meta), at=at)

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
