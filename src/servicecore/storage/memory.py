"""The store in memory: for tests, demonstrations and what need not survive."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from attrs import Factory, define, evolve

from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.digest import chain_digest
from servicecore.storage.ports import (
    Append,
    ClaimTaken,
    Document,
    Due,
    Inconsistency,
    LoggedEvent,
    NestedTransaction,
    owner_name,
)
from servicecore.storage.words import indexed_words, words_of


@define
class _Tables:
    documents: dict[tuple[str, str], Document] = Factory(dict)
    history: dict[tuple[str, str], list[LoggedEvent]] = Factory(dict)
    log: list[LoggedEvent] = Factory(list)
    outbox: dict[int, LoggedEvent] = Factory(dict)
    entries: dict[tuple[str, str, str], list[str]] = Factory(dict)
    words: dict[tuple[str, str], set[str]] = Factory(dict)
    claims: dict[str, str] = Factory(dict)
    counters: dict[str, int] = Factory(dict)
    kept: dict[str, str] = Factory(dict)
    queue: list[tuple[datetime, str, str]] = Factory(list)
    queued: dict[tuple[str, str], datetime] = Factory(dict)


class _Unit:
    """One unit of work: changes the tables at once and remembers how to take each change back."""

    def __init__(self, tables: _Tables) -> None:
        self._tables = tables
        self._undo: list[Callable[[], object]] = []

    def roll_back(self) -> None:
        for undo in reversed(self._undo):
            undo()

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        return self._tables.documents.get((kind, id))

    def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        ids = self._tables.entries.get((kind, index, value), [])
        start = bisect_right(ids, after)
        return tuple(ids[start : start + limit])

    def claim_owner(self, claim: str) -> str | None:
        return self._tables.claims.get(claim)

    def counter(self, counter: str) -> int:
        return self._tables.counters.get(counter, 0)

    def get(self, key: str) -> str | None:
        return self._tables.kept.get(key)

    def append(self, change: Append) -> int:
        key = (change.kind, change.id)
        before = self._tables.documents.get(key)
        version = before.version if before else 0
        digest = before.digest if before else ""
        if version != change.expected_version or change.expected_digest not in {"", digest}:
            raise VersionConflict(
                f"{change.kind} {change.id} has version {version}, expected was {change.expected_version}"
            )
        self._change_claims(key, before.claims if before else (), change.claims)
        for event in change.events:
            version += 1
            digest = chain_digest(digest, change.kind, change.id, version, event)
            position = len(self._tables.log) + 1
            logged = LoggedEvent(position, change.kind, change.id, version, event, digest)
            self._push(self._tables.log, logged)
            self._push(self._history(key), logged)
            self._set(self._tables.outbox, position, logged)
        after = Document(
            change.kind, change.id, version, change.data, dict(change.indexes), change.wakeup, digest, change.claims
        )
        self._set(self._tables.documents, key, after)
        self._index(before, after)
        self.queue(key, change.wakeup)
        return version

    def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> None:  # noqa: A002 - the port's own name
        key = (kind, id)
        before = self._tables.documents.get(key)
        if before is None or before.version != expected_version:
            version = before.version if before else 0
            raise VersionConflict(f"{kind} {id} has version {version}, expected was {expected_version}")
        self._change_claims(key, before.claims, filing.claims)
        after = evolve(before, indexes=dict(filing.indexes), wakeup=filing.wakeup, claims=filing.claims)
        self._set(self._tables.documents, key, after)
        self._index(before, after)
        if after.wakeup != before.wakeup:
            self.queue(key, after.wakeup)

    def claim(self, claim: str, owner: str) -> None:
        holder = self._tables.claims.get(claim)
        if holder is not None and holder != owner:
            raise ClaimTaken(claim, holder)
        self._set(self._tables.claims, claim, owner)

    def release(self, claim: str, owner: str) -> bool:
        if self._tables.claims.get(claim) != owner:
            return False
        self._drop(self._tables.claims, claim)
        return True

    def add(self, counter: str, amount: int, *, limit: int | None = None) -> int | None:
        total = self._tables.counters.get(counter, 0) + amount
        if limit is not None and total > limit:
            return None
        self._set(self._tables.counters, counter, total)
        return total

    def put(self, key: str, data: str) -> None:
        self._set(self._tables.kept, key, data)

    def postpone(self, kind: str, id: str, until: datetime) -> None:  # noqa: A002 - the port's own name
        document = self._tables.documents.get((kind, id))
        if document is not None and document.wakeup is not None:
            self.queue((kind, id), max(until, document.wakeup))

    def queue(self, key: tuple[str, str], due_at: datetime | None) -> None:
        """Hand the aggregate out from ``due_at`` on; never where it is None."""
        known = self._tables.queued.get(key)
        if known is not None:
            entry = (known, *key)
            self._tables.queue.pop(bisect_left(self._tables.queue, entry))
            self._undo.append(lambda: insort(self._tables.queue, entry))
            self._drop(self._tables.queued, key)
        if due_at is not None:
            fresh = (due_at, *key)
            insort(self._tables.queue, fresh)
            self._undo.append(lambda: self._tables.queue.pop(bisect_left(self._tables.queue, fresh)))
            self._set(self._tables.queued, key, due_at)

    def _change_claims(self, key: tuple[str, str], old: tuple[str, ...], new: tuple[str, ...]) -> None:
        owner = owner_name(*key)
        for claim in new:  # all are looked at before the first is taken: a refused change leaves nothing
            holder = self.claim_owner(claim)
            if holder is not None and holder != owner:
                raise ClaimTaken(claim, holder)
        for claim in new:
            self.claim(claim, owner)
        for claim in set(old).difference(new):
            self.release(claim, owner)

    def _history(self, key: tuple[str, str]) -> list[LoggedEvent]:
        if key not in self._tables.history:
            self._set(self._tables.history, key, [])
        return self._tables.history[key]

    def _index(self, before: Document | None, after: Document) -> None:
        old = _entries(before) if before else set()
        new = _entries(after)
        for entry in old - new:
            ids = self._tables.entries[entry]
            ids.pop(bisect_left(ids, after.id))
            self._undo.append(lambda ids=ids: insort(ids, after.id))  # type: ignore[misc]
        for entry in new - old:
            ids = self._tables.entries.setdefault(entry, [])
            insort(ids, after.id)
            self._undo.append(lambda ids=ids: ids.pop(bisect_left(ids, after.id)))  # type: ignore[misc]
        old_words = set(indexed_words(before.indexes)) if before else set()
        new_words = set(indexed_words(after.indexes))
        for word in old_words - new_words:
            found = self._tables.words[after.kind, word]
            found.discard(after.id)
            self._undo.append(lambda found=found: found.add(after.id))  # type: ignore[misc]
        for word in new_words - old_words:
            found = self._tables.words.setdefault((after.kind, word), set())
            found.add(after.id)
            self._undo.append(lambda found=found: found.discard(after.id))  # type: ignore[misc]

    def _push(self, rows: list[Any], row: Any) -> None:
        rows.append(row)
        self._undo.append(rows.pop)

    def _set(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        if key in table:
            old = table[key]
            self._undo.append(lambda: table.__setitem__(key, old))
        else:
            self._undo.append(lambda: table.pop(key))
        table[key] = value

    def _drop(self, table: dict[Any, Any], key: Any) -> None:
        old = table.pop(key)
        self._undo.append(lambda: table.__setitem__(key, old))


def _entries(document: Document) -> set[tuple[str, str, str]]:
    return {(document.kind, name, value) for name, values in document.indexes.items() for value in values}


class MemoryStore:
    """A store without a file: thread-safe, with real roll back; gone when the process ends.

    One unit of work runs at a time, of all threads.
    """

    def __init__(self) -> None:
        self._tables = _Tables()
        self._lock = threading.Lock()
        self._inside: int | None = None

    @contextmanager
    def transaction(self) -> Iterator[_Unit]:
        """Begin a unit of work; leaving it without an exception commits, with one rolls back."""
        with self._alone():
            unit = _Unit(self._tables)
            try:
                yield unit
            except BaseException:
                unit.roll_back()
                raise

    @contextmanager
    def reading(self) -> Iterator[_Unit]:
        """Begin a look at one moment of the store."""
        with self._alone():
            yield _Unit(self._tables)

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        """Return the document, or None."""
        with self._alone():
            return self._tables.documents.get((kind, id))

    def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> tuple[Due, ...]:
        """Return due aggregates, earliest first, leased until ``now + lease``."""
        with self.transaction() as unit:
            end = bisect_right(self._tables.queue, now, key=lambda entry: entry[0])
            keys = [(kind, id) for _, kind, id in self._tables.queue[: min(end, limit)]]  # noqa: A001 - the field's name
            due = []
            for key in keys:
                unit.queue(key, now + lease)
                wakeup = self._tables.documents[key].wakeup
                if wakeup is not None:
                    due.append(Due(*key, wakeup))
            return tuple(due)

    def history(self, kind: str, id: str) -> tuple[LoggedEvent, ...]:  # noqa: A002 - the port's own name
        """Return all events of one aggregate in order."""
        with self._alone():
            return tuple(self._tables.history.get((kind, id), ()))

    def log(self, *, after: int = 0, limit: int = 1000) -> tuple[LoggedEvent, ...]:
        """Return events of the whole log with a position above ``after``, in order."""
        with self._alone():
            return tuple(self._tables.log[after : after + limit])

    def documents(self, kind: str | None = None) -> Iterator[Document]:
        """Stream all documents, of one kind or of all, by kind and id."""
        with self._alone():
            found = sorted(key for key in self._tables.documents if kind in {None, key[0]})
        for key in found:
            yield self._tables.documents[key]

    def outbox(self, *, limit: int = 100) -> tuple[LoggedEvent, ...]:
        """Return events that were not yet handed on, in log order."""
        with self._alone():
            return tuple(islice(self._tables.outbox.values(), limit))

    def handed_on(self, *positions: int) -> None:
        """Take events out of the outbox, all of them or none."""
        with self._alone():
            for position in positions:
                self._tables.outbox.pop(position, None)

    def search(self, kind: str, text: str, *, limit: int = 20) -> tuple[str, ...]:
        """Return ids of documents whose index values contain every word of ``text``, best first."""
        words = words_of(text)
        if not words:
            return ()
        with self._alone():
            found = set.intersection(*(self._tables.words.get((kind, word), set()) for word in words))

            def rank(id: str) -> tuple[float, str]:  # noqa: A002 - the field's own name
                held = Counter(indexed_words(self._tables.documents[kind, id].indexes))
                return (-sum(held[word] for word in words) / held.total(), id)

            return tuple(sorted(found, key=rank)[:limit])

    def next_wakeup(self) -> datetime | None:
        """Return the earliest wake-up of all, or None."""
        with self._alone():
            wakeups = (self._tables.documents[key].wakeup for key in self._tables.queued)
            return min((wakeup for wakeup in wakeups if wakeup is not None), default=None)

    def inconsistencies(self) -> Iterator[Inconsistency]:
        """Stream what contradicts itself: nothing, as one process alone changes the tables."""
        return iter(())

    def close(self) -> None:
        """Give back nothing; the content stays as long as the store."""

    @contextmanager
    def _alone(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._inside == me:
            raise NestedTransaction("this thread is inside a unit of work already")
        with self._lock:
            self._inside = me
            try:
                yield
            finally:
                self._inside = None
