"""A unit of work of servicecore on a batch of the key-value database.

========================================== =======================================================
key                                        value
========================================== =======================================================
``document, kind, id``                     version, data, indexes, wakeup, digest, claims, due at
``event, position``                        kind, id, version, event, digest
``history, kind, id, version``             position
``outbox, position``                       1
``entry, kind, index name, value, id``     1
``word, kind, word, id``                   how often, of how many words
``due, microseconds, kind, id``            1
``claim, claim``                           owner
``counter, name``                          value
``kept, key``                              text
========================================== =======================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from keyvalue_store.database import Batch
from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.digest import chain_digest, from_microseconds, to_microseconds
from servicecore.storage.ports import Append, ClaimTaken, Document, LoggedEvent, StoredEvent, owner_name
from servicecore.storage.words import indexed_words


class Unit:
    """Reads and writes as ``servicecore.storage.ports.Transaction`` says."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        value = self.batch.get("document", kind, id)
        return None if value is None else to_document(kind, id, value)

    def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        found = self.batch.scan("entry", kind, index, value, after=(after,) if after else ())
        return tuple(str(key[-1]) for key, _ in islice(found, limit))

    def claim_owner(self, claim: str) -> str | None:
        owner: str | None = self.batch.get("claim", claim)
        return owner

    def counter(self, counter: str) -> int:
        return self.batch.get("counter", counter) or 0

    def get(self, key: str) -> str | None:
        text: str | None = self.batch.get("kept", key)
        return text

    def append(self, change: Append) -> int:
        kind, id_ = change.kind, change.id
        before = self.load(kind, id_)
        version, digest = (before.version, before.digest) if before else (0, "")
        if version != change.expected_version or change.expected_digest not in {"", digest}:
            raise VersionConflict(f"{kind} {id_} has version {version}, expected was {change.expected_version}")
        self._change_claims(owner_name(kind, id_), before.claims if before else (), change.claims)
        position = self.batch.get("last position") or 0
        for event in change.events:
            version, position = version + 1, position + 1
            digest = chain_digest(digest, kind, id_, version, event)
            fields = [event.type_name, event.type_version, event.data, event.meta, to_microseconds(event.at)]
            self.batch.put("event", position, value=[kind, id_, version, fields, digest])
            self.batch.put("history", kind, id_, version, value=position)
            self.batch.put("outbox", position, value=1)
        self.batch.put("last position", value=position)
        self._index(kind, id_, before.indexes if before else {}, change.indexes)
        self.queue(kind, id_, None)
        wakeup = None if change.wakeup is None else to_microseconds(change.wakeup)
        indexes = {name: list(values) for name, values in change.indexes.items()}
        document = [version, change.data, indexes, wakeup, digest, list(change.claims), None]
        self.batch.put("document", kind, id_, value=document)
        self.queue(kind, id_, wakeup)
        return version

    def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> None:  # noqa: A002 - the port's own name
        before = self.load(kind, id)
        if before is None or before.version != expected_version:
            version = before.version if before else 0
            raise VersionConflict(f"{kind} {id} has version {version}, expected was {expected_version}")
        self._change_claims(owner_name(kind, id), before.claims, filing.claims)
        self._index(kind, id, before.indexes, filing.indexes)
        version, data, _, _, digest, _, due_at = self.batch.get("document", kind, id)
        wakeup = None if filing.wakeup is None else to_microseconds(filing.wakeup)
        indexes = {name: list(values) for name, values in filing.indexes.items()}
        document = [version, data, indexes, wakeup, digest, list(filing.claims), due_at]
        self.batch.put("document", kind, id, value=document)
        if filing.wakeup != before.wakeup:
            self.queue(kind, id, wakeup)

    def claim(self, claim: str, owner: str) -> None:
        holder = self.claim_owner(claim)
        if holder not in {None, owner}:
            raise ClaimTaken(claim, str(holder))
        self.batch.put("claim", claim, value=owner)

    def release(self, claim: str, owner: str) -> bool:
        if self.claim_owner(claim) != owner:
            return False
        self.batch.put("claim", claim, value=None)
        return True

    def add(self, counter: str, amount: int, *, limit: int | None = None) -> int | None:
        total = self.counter(counter) + amount
        if limit is not None and total > limit:
            return None
        self.batch.put("counter", counter, value=total)
        return total

    def put(self, key: str, data: str) -> None:
        self.batch.put("kept", key, value=data)

    def postpone(self, kind: str, id: str, until: datetime) -> None:  # noqa: A002 - the port's own name
        document = self.load(kind, id)
        if document is not None and document.wakeup is not None:
            self.queue(kind, id, to_microseconds(max(until, document.wakeup)))

    def queue(self, kind: str, id_: str, due_at: int | None) -> None:
        """Hand the aggregate out from ``due_at`` on; never where it is None."""
        value = self.batch.get("document", kind, id_)
        if value is None:
            return
        if value[-1] is not None:
            self.batch.put("due", value[-1], kind, id_, value=None)
        if due_at is not None:
            self.batch.put("due", due_at, kind, id_, value=1)
        self.batch.put("document", kind, id_, value=[*value[:-1], due_at])

    def _change_claims(self, owner: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
        for claim in new:  # first look at all, then take: a change that is refused leaves nothing behind
            holder = self.claim_owner(claim)
            if holder not in {None, owner}:
                raise ClaimTaken(claim, str(holder))
        for claim in old:
            self.batch.put("claim", claim, value=None)
        for claim in new:
            self.batch.put("claim", claim, value=owner)

    def _index(
        self, kind: str, id_: str, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
    ) -> None:
        for name, values in old.items():
            for value in values:
                self.batch.put("entry", kind, name, value, id_, value=None)
        for word in indexed_words(old):
            self.batch.put("word", kind, word, id_, value=None)
        for name, values in new.items():
            for value in values:
                self.batch.put("entry", kind, name, value, id_, value=1)
        words = Counter(indexed_words(new))
        for word, count in words.items():
            self.batch.put("word", kind, word, id_, value=[count, words.total()])


def to_document(kind: str, id_: str, value: list[Any]) -> Document:
    """Return the document that the database holds as ``value``."""
    version, data, indexes, wakeup, digest, claims, _due_at = value
    return Document(
        kind,
        id_,
        version,
        data,
        {name: tuple(values) for name, values in indexes.items()},
        None if wakeup is None else from_microseconds(wakeup),
        digest,
        tuple(claims),
    )


def to_logged(position: int, value: list[Any]) -> LoggedEvent:
    """Return the event that the database holds as ``value`` at ``position``."""
    kind, id_, version, (type_name, type_version, data, meta, at), digest = value
    event = StoredEvent(type_name, type_version, data, meta, from_microseconds(at))
    return LoggedEvent(position, kind, id_, version, event, digest)
