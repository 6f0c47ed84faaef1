"""One unit of work on a SQLite connection: a look at one moment, or a change that is written whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.digest import chain_digest, to_microseconds
from servicecore.storage.ports import Append, ClaimTaken, Document, owner_name
from servicecore.storage.sql import statements as sql
from servicecore.storage.sql.heads import Head, Heads
from servicecore.storage.sql.ledger import Changes, counter_mark, event_share, mark_of
from servicecore.storage.sql.rows import Row, read_claims, read_indexes, to_document, to_text
from servicecore.storage.sql.sqlite_file import translated
from servicecore.storage.words import indexed_words


@frozen
class _Before:
    """What a row of ``documents`` says beside the state; without a number one that is not there."""

    number: int = 0
    version: int = 0
    indexes: str = "{}"
    claims: str = "[]"
    digest: str = ""


class View:
    """A look at one moment of a SQLite database."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self.connection = connection
        self._execute = connection.execute
        self._path = path
        self.failed = False

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """Return all rows that ``statement`` gives; an error of the driver leaves in our words."""
        try:
            return self._execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self.failed = True
            raise translated(error, self._path) from error

    def each(self, statement: str) -> Iterator[Row]:
        """Stream the rows that ``statement`` gives, one in memory at a time."""
        try:
            yield from self._execute(statement)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self.failed = True
            raise translated(error, self._path) from error

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the port's own name
        """Return the document, or None."""
        rows = self.rows(sql.LOAD, (kind, id))
        return to_document(rows[0]) if rows else None

    def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return ids whose ``index`` has ``value``, sorted, those after ``after`` only, at most ``limit``."""
        return tuple(id_ for (id_,) in self.rows(sql.FIND, (kind, index, value, after, limit)))

    def claim_owner(self, claim: str) -> str | None:
        """Return who holds ``claim``, or None."""
        rows = self.rows(sql.CLAIM_OWNER, (claim,))
        return str(rows[0][0]) if rows else None

    def counter(self, counter: str) -> int:
        """Return the counter's value; 0 where it was never added to."""
        rows = self.rows(sql.COUNTER, (counter,))
        return int(rows[0][0]) if rows else 0

    def get(self, key: str) -> str | None:
        """Return what is kept under ``key``, or None."""
        rows = self.rows(sql.GET, (key,))
        return str(rows[0][0]) if rows else None


class Unit(View):
    """A unit of work inside ``BEGIN IMMEDIATE``: no other writer comes between its statements.

    After an error of the database ``failed`` is set, and the store refuses to commit. What it changes it adds up for
    the ledger, which ``commit`` writes.
    """

    def __init__(self, connection: sqlite3.Connection, path: str, heads: Heads) -> None:
        self.connection = connection
        self._execute = connection.execute
        self._path = path
        self.failed = False
        self._heads = heads
        self._written: dict[tuple[str, str], Head] = {}
        self._first = 0
        self._last = 0
        self._changes = Changes()

    def commit(self) -> None:
        """Write the outbox and the ledger, and make everything so; nobody else's events came between those of this."""
        if self._last > self._first:
            self.change(sql.INSERT_OUTBOX_FROM, (self._first,))
        elif self._first:
            self.change(sql.INSERT_OUTBOX, (self._first,))
        values = self._changes.values()
        if any(values):
            self.change(sql.LEDGER, values)
        self.change("COMMIT", ())
        for key, head in self._written.items():
            self._heads.keep(key, head)

    def change(self, statement: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
        """Run a statement that writes; an error of the driver leaves in our words."""
        try:
            return self._execute(statement, values)
        except sqlite3.Error as error:
            self.failed = True
            raise translated(error, self._path) from error
        except (UnicodeEncodeError, OverflowError):
            self.failed = True
            raise

    def append(self, change: Append) -> int:
        """Write events, document, indexes, wake-up, claims and outbox entries; return the new version."""
        key = (change.kind, change.id)
        wakeup = None if change.wakeup is None else to_microseconds(change.wakeup)
        seen = self._written.get(key) or self._heads.get(key)
        if seen is not None and _fits(seen.document, change):
            indexes, texts = seen.document.indexes, (seen.indexes, seen.claims)
            digests = _digests(seen.document.digest, change)
            number = seen.number if self._move(seen, change, wakeup, digests[-1]) else 0
        else:
            number = 0
        if not number:
            indexes = dict(change.indexes)
            texts = to_text(indexes), to_text(change.claims)
            before = self._row(change.kind, change.id, change.expected_version, change.expected_digest)
            digests = _digests(before.digest, change)
            number = self._write(before, change, texts, wakeup, digests[-1])
        version = self._log(change, digests)
        document = Document(
            change.kind, change.id, version, change.data, indexes, change.wakeup, digests[-1], change.claims
        )
        self._written[key] = Head(number, *texts, wakeup, document)
        return version

    def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> None:  # noqa: A002 - the port's own name
        """File a document anew: replace indexes, words, wake-up and claims, and nothing else."""
        before = self._row(kind, id, expected_version)
        if not before.number:
            raise _conflict(kind, id, 0, expected_version)
        self._written.pop((kind, id), None)
        self._heads.forget((kind, id))
        indexes, claims = to_text(dict(filing.indexes)), to_text(filing.claims)
        if claims != before.claims:
            self._change_claims(read_claims(before.claims), filing.claims, owner_name(kind, id))
        wakeup = None if filing.wakeup is None else to_microseconds(filing.wakeup)
        self.change(sql.REFILE, (indexes, claims, wakeup, before.number))
        if indexes != before.indexes:
            self._change_entries(kind, id, read_indexes(before.indexes), filing.indexes)
            self._put_words(before.number, filing.indexes)

    def claim(self, claim: str, owner: str) -> None:
        """Take a free-standing claim for ``owner``; taking it again for the same owner changes nothing."""
        if not self._take(claim, owner):
            holder = self.claim_owner(claim)
            if holder is not None and holder != owner:
                raise ClaimTaken(claim, holder)

    def release(self, claim: str, owner: str) -> bool:
        """Give ``claim`` back; False where ``owner`` does not hold it."""
        if not self.change(sql.RELEASE, (claim, owner)).rowcount:
            return False
        self._changes.claims -= mark_of(claim, owner)
        return True

    def add(self, counter: str, amount: int, *, limit: int | None = None) -> int | None:
        """Add to ``counter`` and return the sum; None, and no change, where it would pass ``limit``."""
        mark = counter_mark(counter, amount)
        rows = self.change(sql.ADD, (counter, amount, limit, mark)).fetchall()
        if not rows:
            return None
        self._changes.counters += mark
        return int(rows[0][0])

    def put(self, key: str, data: str) -> None:
        """Keep ``data`` under ``key``, replacing what was there."""
        mark = mark_of(key, data)
        self.change(sql.PUT, (key, data, mark))
        self._changes.kept += mark

    def postpone(self, kind: str, id: str, until: datetime) -> None:  # noqa: A002 - the port's own name
        """Let the aggregate be handed out at ``until`` and no earlier; its next change ends that."""
        self.change(sql.POSTPONE, (to_microseconds(until), kind, id))

    def hand_on(self, position: int) -> None:
        """Take an event out of the outbox, where it is there."""
        for (digest,) in self.change(sql.DELETE_OUTBOX, (position,)).fetchall():
            self._changes.handed_on += event_share(position, digest)

    def _take(self, claim: str, owner: str) -> bool:
        """Take ``claim`` where nobody holds it, and return whether that was so."""
        mark = mark_of(claim, owner)
        if not self.change(sql.CLAIM, (claim, owner, mark)).rowcount:
            return False
        self._changes.claims += mark
        return True

    def _row(self, kind: str, id_: str, expected_version: int, expected_digest: str = "") -> _Before:
        """Return what is stored of the document that a change was decided on."""
        rows = self.rows(sql.HEAD, (kind, id_))
        before = _Before(*rows[0]) if rows else _Before()
        if before.version != expected_version or (expected_digest and before.digest != expected_digest):
            raise _conflict(kind, id_, before.version, expected_version)
        return before

    def _move(self, seen: Head, change: Append, wakeup: int | None, digest: str) -> bool:
        """Write the document where its row still is what was seen; return whether it was."""
        before = seen.document
        version = before.version + len(change.events)
        held = (seen.number, before.version, seen.indexes, seen.claims, before.digest)
        if wakeup == seen.wakeup:
            values = (version, change.data, digest, *held, wakeup)
            if self.change(sql.MOVE_IN_PLACE, values).rowcount == 1:
                return True
        return self.change(sql.MOVE_DOCUMENT, (version, change.data, wakeup, wakeup, digest, *held)).rowcount == 1

    def _write(self, before: _Before, change: Append, texts: tuple[str, str], wakeup: int | None, digest: str) -> int:
        """Write the document, which may be new, with what it is found by; return the number of its row."""
        indexes, claims = texts
        if claims != before.claims:
            self._change_claims(read_claims(before.claims), change.claims, owner_name(change.kind, change.id))
        row = (before.version + len(change.events), change.data, indexes, claims, wakeup, wakeup, digest)
        number = before.number
        if number:
            self.change(sql.UPDATE_DOCUMENT, (*row, number))
        else:
            number = int(self.change(sql.INSERT_DOCUMENT, (*row, change.kind, change.id)).lastrowid or 0)
        if indexes != before.indexes:
            self._change_entries(change.kind, change.id, read_indexes(before.indexes), change.indexes)
        if indexes != before.indexes or not before.number:
            self._put_words(number, change.indexes)
        return number

    def _put_words(self, number: int, indexes: Mapping[str, tuple[str, ...]]) -> None:
        self.change(sql.PUT_WORDS, (number, " ".join(indexed_words(indexes))))

    def _log(self, change: Append, digests: list[str]) -> int:
        """Write the events; return the version of the last."""
        version = change.expected_version
        for event, digest in zip(change.events, digests, strict=True):
            version += 1
            fields = (event.type_name, event.type_version, event.data, event.meta, to_microseconds(event.at))
            made = self.change(sql.INSERT_EVENT, (change.kind, change.id, version, *fields, digest))
            self._last = int(made.lastrowid or 0)
            self._changes.log += event_share(self._last, digest)
            self._first = self._first or self._last
        return version

    def _change_claims(self, old: tuple[str, ...], new: tuple[str, ...], owner: str) -> None:
        for claim in new:  # all are looked at before the first is taken: a refused change leaves nothing behind
            holder = self.claim_owner(claim)
            if holder is not None and holder != owner:
                raise ClaimTaken(claim, holder)
        for claim in set(old).difference(new):
            self.release(claim, owner)
        for claim in new:
            self._take(claim, owner)

    def _change_entries(
        self, kind: str, id_: str, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
    ) -> None:
        before = {(kind, name, value, id_) for name, values in old.items() for value in values}
        after = {(kind, name, value, id_) for name, values in new.items() for value in values}
        for entry in before - after:
            self.change(sql.DELETE_ENTRY, entry)
        for entry in after - before:
            self.change(sql.INSERT_ENTRY, entry)


def _fits(document: Document, change: Append) -> bool:
    """Return whether ``change`` moves ``document`` on and leaves it filed as it is."""
    return (
        document.version == change.expected_version
        and (not change.expected_digest or document.digest == change.expected_digest)
        and document.claims == change.claims
        and document.indexes == change.indexes
    )


def _conflict(kind: str, id_: str, version: int, expected: int) -> VersionConflict:
    return VersionConflict(f"{kind} {id_} has version {version}, expected was {expected}")


def _digests(digest: str, change: Append) -> list[str]:
    """Return the digest of each event of ``change``, which follow on one with ``digest``."""
    found = []
    for version, event in enumerate(change.events, start=change.expected_version + 1):
        digest = chain_digest(digest, change.kind, change.id, version, event)
        found.append(digest)
    return found
