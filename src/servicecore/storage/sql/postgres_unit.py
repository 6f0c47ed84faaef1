"""One unit of work on a PostgreSQL connection: a look at one moment, or a change that is written whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from servicecore.errors import ServiceCoreError, VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.digest import chain_digest, to_microseconds
from servicecore.storage.ports import Append, ClaimTaken, Document, StoredEvent, owner_name
from servicecore.storage.sql import postgres_statements as sql
from servicecore.storage.sql.ledger import Changes, counter_mark, mark_of
from servicecore.storage.sql.postgres_connection import Connection, Value
from servicecore.storage.sql.postgres_text import from_bytes, to_array, to_bucket, to_bytes, to_key, to_vector
from servicecore.storage.sql.recent_documents import RecentDocuments
from servicecore.storage.sql.rows import Row, read_claims, read_indexes, to_document, to_text
from servicecore.storage.words import indexed_words


class PostgresView:
    """A look at one moment of a PostgreSQL database."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.connection.queue(sql.BEGIN_LOOK)

    def rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[Row]:
        """Return all rows that ``statement`` gives."""
        return self.connection.rows(statement, values)

    def point(self, point: sql.Point, *keys: bytes) -> list[Row]:
        """Return the one row of a whole key, or none."""
        return self.rows(point.read, keys)

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the field's own name
        """Return the document, or None."""
        rows = self.point(sql.LOAD, to_bytes(kind), to_bytes(id))
        return to_document(rows[0]) if rows else None

    def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return ids whose ``index`` has ``value``, sorted, those after ``after`` only, at most ``limit``."""
        values = (to_bytes(kind), to_bytes(index), to_key(value), to_bytes(after), limit)
        return tuple(id_ for (id_,) in self.rows(sql.FIND, values))

    def claim_owner(self, claim: str) -> str | None:
        """Return who holds ``claim``, or None."""
        rows = self.point(sql.CLAIM_OWNER, to_key(claim))
        return str(rows[0][0]) if rows else None

    def counter(self, counter: str) -> int:
        """Return the counter's value; 0 where it was never added to."""
        rows = self.point(sql.COUNTER, to_key(counter))
        return int(rows[0][0]) if rows else 0

    def get(self, key: str) -> str | None:
        """Return what is kept under ``key``, or None."""
        rows = self.point(sql.GET, to_key(key))
        return str(rows[0][0]) if rows else None


class PostgresUnit(PostgresView):
    """A unit of work: what it has looked at stays as it was, until it ends.

    What gives no rows waits for what does, or for the end. After an error of the database the store refuses to commit.

    Attributes:
        failed: whether a statement failed.
        number: of the transaction, as the server counts them; empty until something was read.
        last: kind, id, version and digest of the last event that was written; None where there is none.
        written: documents as they stand once the unit is committed, by kind and id.

    """

    failed: bool
    number: str
    last: tuple[Value, ...] | None
    written: dict[tuple[str, str], Document]

    def __init__(self, connection: Connection, recent: RecentDocuments) -> None:
        self.connection = connection
        self._recent = recent
        self.written = {}
        self.connection.queue(sql.BEGIN_UNIT)
        self.connection.queue(sql.BEGUN)
        self.failed = False
        self.number = ""
        self.last = None
        self._changes = Changes()
        self._grown: dict[tuple[bytes, bytes], int] = {}

    def rows(self, statement: str, values: tuple[Value, ...] = ()) -> list[Row]:
        """Return all rows that ``statement`` gives, after everything that was queued; an error sets ``failed``."""
        self.later(statement, values)
        return self._receive()[-1]

    def later(self, statement: str, values: tuple[Value, ...] = ()) -> None:
        """Run ``statement``, which gives no rows, with the next one that does or at the end."""
        try:
            self.connection.queue(statement, values)
        except BaseException:
            self.failed = True
            raise

    def commit(self) -> None:
        """Write the ledger and make everything so; the number of the transaction is known before."""
        if not self.number:
            self._receive()
        _, _, *marks = self._changes.values()
        if self._grown or any(marks):
            kinds, ids = to_array(kind for kind, _ in self._grown), to_array(id_ for _, id_ in self._grown)
            versions = to_array(b"%d" % version for version in self._grown.values())
            self.later(sql.LEDGER, (self.connection.stripe, *marks, kinds, ids, versions))
        self.later(sql.COMMIT)
        self._receive()

    def _receive(self) -> list[list[Row]]:
        try:
            answers = self.connection.receive()
        except ServiceCoreError:
            self.failed = True
            raise
        if not self.number:
            self.number = str(answers[1][0][0])
        return answers

    def point(self, point: sql.Point, *keys: bytes) -> list[Row]:
        """Return the one row of a whole key, or none; nobody else changes it, or makes it, until this unit ends."""
        rows = self.rows(point.hold, keys)
        if not rows:
            self.later(point.reserve, (to_bucket(*keys),))
            rows = self.rows(point.hold, keys)
        return rows

    def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return ids whose ``index`` has ``value``; nobody else adds or takes one until this unit ends."""
        self.later(sql.RESERVE_ENTRIES, (to_bucket(to_bytes(kind), to_bytes(index), to_key(value)),))
        return super().find(kind, index, value, after=after, limit=limit)

    def append(self, change: Append) -> int:
        """Write events, document, indexes, wake-up, claims and outbox entries; return the new version."""
        keys = (to_bytes(change.kind), to_bytes(change.id))
        if change.expected_version == 0:
            return self._create(change, keys)
        rows = self.rows(sql.HEAD, keys)
        number, version, indexes, claims, digest = rows[0] if rows else (0, 0, "{}", "[]", "")
        if version != change.expected_version or change.expected_digest not in {"", digest}:
            raise _conflict(change.kind, change.id, version, change.expected_version)
        new_claims = to_text(change.claims)
        if new_claims != claims:
            self._change_claims(read_claims(claims), change.claims, owner_name(change.kind, change.id))
        *first, last = self._chained(change, digest)
        for each in first:
            self.later(sql.INSERT_EVENT, (*keys, *each))
        version, *event, last_digest = last
        wakeup = None if change.wakeup is None else to_microseconds(change.wakeup)
        new_indexes = to_text(dict(change.indexes))
        texts = (to_bytes(change.data), to_bytes(new_indexes), to_bytes(new_claims))
        self.later(sql.CHANGE, (version, *texts, wakeup, last_digest, number, *event))
        self.last = (*keys, version, last_digest)
        self._grown.setdefault(keys, change.expected_version)
        if new_indexes != indexes:
            self._change_entries(keys, read_indexes(indexes), change.indexes)
            self.later(sql.PUT_WORDS, (number, to_vector(indexed_words(change.indexes))))
        self._remember(change, int(version), last_digest)
        return int(version)

    def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> None:  # noqa: A002 - the port's own name
        """File a document anew: replace indexes, words, wake-up and claims, and nothing else."""
        keys = (to_bytes(kind), to_bytes(id))
        rows = self.rows(sql.HEAD, keys)
        number, version, indexes, claims, _digest = rows[0] if rows else (0, 0, "{}", "[]", "")
        if not rows or version != expected_version:
            raise _conflict(kind, id, version, expected_version)
        self.written.pop((kind, id), None)
        self._recent.forget(kind, id)
        new_indexes, new_claims = to_text(dict(filing.indexes)), to_text(filing.claims)
        if new_claims != claims:
            self._change_claims(read_claims(claims), filing.claims, owner_name(kind, id))
        wakeup = None if filing.wakeup is None else to_microseconds(filing.wakeup)
        self.later(sql.REFILE, (to_bytes(new_indexes), to_bytes(new_claims), wakeup, number))
        if new_indexes != indexes:
            self._change_entries(keys, read_indexes(indexes), filing.indexes)
            self.later(sql.PUT_WORDS, (number, to_vector(indexed_words(filing.indexes))))

    def claim(self, claim: str, owner: str) -> None:
        """Take a free-standing claim for ``owner``; taking it again for the same owner changes nothing."""
        self._take({claim}, owner)

    def release(self, claim: str, owner: str) -> bool:
        """Give ``claim`` back; False where ``owner`` does not hold it."""
        return bool(self._release({claim}, owner))

    def add(self, counter: str, amount: int, *, limit: int | None = None) -> int | None:
        """Add to ``counter`` and return the sum; None, and no change, where it would pass ``limit``."""
        key = to_key(counter)
        mark = counter_mark(from_bytes(key), amount)
        rows = self.rows(sql.ADD, (key, amount, limit, to_bucket(key), mark))
        if not rows:
            return None
        self._changes.counters += mark
        return int(rows[0][0])

    def put(self, key: str, data: str) -> None:
        """Keep ``data`` under ``key``, replacing what was there."""
        raw = to_key(key)
        mark = mark_of(from_bytes(raw), data)
        self.later(sql.PUT, (raw, to_bytes(data), to_bucket(raw), mark))
        self._changes.kept += mark

    def postpone(self, kind: str, id: str, until: datetime) -> None:  # noqa: A002 - the port's own name
        """Let the aggregate be handed out at ``until`` and no earlier; its next change ends that."""
        self.later(sql.POSTPONE, (to_microseconds(until), to_bytes(kind), to_bytes(id)))

    def _create(self, change: Append, keys: tuple[bytes, bytes]) -> int:
        owner = owner_name(change.kind, change.id)
        try:
            taken = self._take(set(change.claims), owner)
        except ClaimTaken:
            rows = self.rows(sql.HEAD, keys)
            if rows:
                raise _conflict(change.kind, change.id, rows[0][1], 0) from None
            raise
        first, *others = self._chained(change, "")
        _, *event, digest = first
        version, *_, last_digest = others[-1] if others else first
        wakeup = None if change.wakeup is None else to_microseconds(change.wakeup)
        indexes = to_text(dict(change.indexes))
        texts = (to_bytes(change.data), to_bytes(indexes), to_bytes(to_text(change.claims)))
        document = (*keys, version, *texts, wakeup, last_digest, to_bucket(*keys))
        rows = self.rows(sql.CREATE, (*document, *event, digest))
        if not rows:
            self._release(taken, owner)
            raise _conflict(change.kind, change.id, self.rows(sql.HEAD, keys)[0][1], 0)
        for each in others:
            self.later(sql.INSERT_EVENT, (*keys, *each))
        self.last = (*keys, version, last_digest)
        self._grown[keys] = 0
        self._change_entries(keys, {}, change.indexes)
        self.later(sql.PUT_WORDS, (rows[0][0], to_vector(indexed_words(change.indexes))))
        self._remember(change, len(change.events), last_digest)
        return len(change.events)

    def _remember(self, change: Append, version: int, digest: bytes) -> None:
        indexes = dict(change.indexes)
        document = Document(
            change.kind, change.id, version, change.data, indexes, change.wakeup, digest.decode(), change.claims
        )
        self.written[change.kind, change.id] = document

    def _chained(self, change: Append, digest: str) -> list[tuple[Any, ...]]:
        """Return the events as the log holds them: version, the event's fields, digest."""
        found: list[tuple[Any, ...]] = []
        for version, event in enumerate(change.events, start=change.expected_version + 1):
            digest = chain_digest(digest, change.kind, change.id, version, event)
            found.append((version, *_fields(event), digest.encode()))
        return found

    def _change_claims(self, old: tuple[str, ...], new: tuple[str, ...], owner: str) -> None:
        self._take(set(new).difference(old), owner)
        self._release(set(old).difference(new), owner)

    def _take(self, claims: set[str], owner: str) -> set[str]:
        """Take ``claims`` and return those that ``owner`` did not hold yet; all are taken, or none."""
        wanted = {from_bytes(to_key(claim)): claim for claim in claims}
        taken: set[str] = set()
        while wanted:
            keys = sorted(map(to_key, wanted.values()))  # in one order always: two units must not wait for each other
            marks = {key: mark_of(key, owner) for key in wanted}
            ordered = to_array(b"%d" % marks[from_bytes(key)] for key in keys)
            rows = self.rows(sql.CLAIM, (to_array(keys), to_bytes(owner), to_array(map(to_bucket, keys)), ordered))
            taken.update(wanted.pop(key) for (key,) in rows)
            self._changes.claims += sum(marks[key] for (key,) in rows)
            for key, claim in list(wanted.items()):
                held = self.rows(sql.CLAIM_OWNER.hold, (to_key(claim),))
                if held and held[0][0] != owner:
                    self._release(taken, owner)
                    raise ClaimTaken(claim, held[0][0])
                if held:
                    del wanted[key]
        return taken

    def _release(self, claims: set[str], owner: str) -> int:
        if not claims:
            return 0
        rows = self.rows(sql.RELEASE, (to_array(sorted(map(to_key, claims))), to_bytes(owner)))
        self._changes.claims -= sum(mark_of(claim, owner) for (claim,) in rows)
        return len(rows)

    def _change_entries(
        self, keys: tuple[bytes, bytes], old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
    ) -> None:
        before, after = _entries(old), _entries(new)
        for statement, entries in ((sql.DELETE_ENTRIES, before - after), (sql.INSERT_ENTRIES, after - before)):
            if entries:
                ordered = sorted(entries)
                numbers = to_array(to_bucket(keys[0], *entry) for entry in ordered)
                self.later(statement, (*keys, *(to_array(column) for column in zip(*ordered, strict=True)), numbers))


def _conflict(kind: str, id_: str, version: int, expected: int) -> VersionConflict:
    return VersionConflict(f"{kind} {id_} has version {version}, expected was {expected}")


def _fields(event: StoredEvent) -> tuple[Value, ...]:
    return (
        to_bytes(event.type_name),
        event.type_version,
        to_bytes(event.data),
        to_bytes(event.meta),
        to_microseconds(event.at),
    )


def _entries(indexes: Mapping[str, Iterable[str]]) -> set[tuple[bytes, bytes]]:
    return {(to_bytes(name), to_key(value)) for name, values in indexes.items() for value in values}
