"""The store: units of work one after another, each written as one batch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from keyvalue_store.database import Batch, Database
from keyvalue_store.unit import Unit, to_document, to_logged
from servicecore.storage.digest import to_microseconds
from servicecore.storage.ports import Document, Due, Inconsistency, LoggedEvent, NestedTransaction
from servicecore.storage.words import words_of


class KeyValueStore:
    """Keeps servicecore's data as ``servicecore.storage.ports.Store`` says, in a key-value database of one process."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._lock = threading.Lock()
        self._inside: int | None = None

    @contextmanager
    def transaction(self) -> Iterator[Unit]:
        with self.reading() as unit:
            yield unit
            self._database.write(unit.batch)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        me = threading.get_ident()
        if self._inside == me:
            raise NestedTransaction("this thread is inside a unit of work already")
        with self._lock:
            self._inside = me
            try:
                yield Unit(Batch(self._database))
            finally:
                self._inside = None

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        with self.reading() as unit:
            return unit.load(kind, id)

    def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> tuple[Due, ...]:
        last = to_microseconds(now)
        due = []
        with self.transaction() as unit:
            for (_, at, kind, id_), _ in islice(list(unit.batch.scan("due")), limit):
                document = unit.load(str(kind), str(id_))
                if int(at) > last or document is None or document.wakeup is None:
                    break
                unit.queue(document.kind, document.id, to_microseconds(now + lease))
                due.append(Due(document.kind, document.id, document.wakeup))
        return tuple(sorted(due, key=lambda each: each.wakeup))

    def history(self, kind: str, id: str) -> tuple[LoggedEvent, ...]:  # noqa: A002 - the port's own name
        with self.reading() as unit:
            positions = [position for _, position in unit.batch.scan("history", kind, id)]
            return tuple(to_logged(position, unit.batch.get("event", position)) for position in positions)

    def log(self, *, after: int = 0, limit: int = 1000) -> tuple[LoggedEvent, ...]:
        with self.reading() as unit:
            found = unit.batch.scan("event", after=(after,))
            return tuple(to_logged(int(key[-1]), value) for key, value in islice(found, limit))

    def documents(self, kind: str | None = None) -> Iterator[Document]:
        with self.reading() as unit:
            found = unit.batch.scan("document") if kind is None else unit.batch.scan("document", kind)
            documents = [to_document(str(key[1]), str(key[2]), value) for key, value in found]
        yield from documents

    def outbox(self, *, limit: int = 100) -> tuple[LoggedEvent, ...]:
        with self.reading() as unit:
            positions = [int(key[-1]) for key, _ in islice(unit.batch.scan("outbox"), limit)]
            return tuple(to_logged(position, unit.batch.get("event", position)) for position in positions)

    def handed_on(self, *positions: int) -> None:
        with self.transaction() as unit:
            for position in positions:
                unit.batch.put("outbox", position, value=None)

    def search(self, kind: str, text: str, *, limit: int = 20) -> tuple[str, ...]:
        words = words_of(text)
        if not words:
            return ()
        with self.reading() as unit:
            ranks = [
                {str(key[-1]): count / total for key, (count, total) in unit.batch.scan("word", kind, word)}
                for word in words
            ]
        found = set.intersection(*map(set, ranks))
        return tuple(sorted(found, key=lambda id_: (-sum(rank[id_] for rank in ranks), id_))[:limit])

    def next_wakeup(self) -> datetime | None:
        with self.reading() as unit:
            documents = (unit.load(str(key[2]), str(key[3])) for key, _ in unit.batch.scan("due"))
            return min((each.wakeup for each in documents if each is not None and each.wakeup), default=None)

    def inconsistencies(self) -> Iterator[Inconsistency]:
        with self.reading() as unit:
            found = [
                Inconsistency(str(key[1]), str(key[4]), f"entry {key[2]}={key[3]} is not in the document")
                for key, _ in unit.batch.scan("entry")
                if key[3] not in getattr(unit.load(str(key[1]), str(key[4])), "indexes", {}).get(key[2], ())
            ]
            found.extend(
                Inconsistency("", "", f"outbox holds position {key[-1]}, which the log does not")
                for key, _ in unit.batch.scan("outbox")
                if unit.batch.get("event", key[-1]) is None
            )
            found.extend(
                Inconsistency(value[0], value[1], "events without a document")
                for _, value in unit.batch.scan("event")
                if unit.load(value[0], value[1]) is None
            )
        yield from found

    def close(self) -> None:
        self._database.close()
