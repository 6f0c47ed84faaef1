"""One unit of work on a SQLite connection: a look at one moment, or a change that is written whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import evolve

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


class View:
    """A look at one moment of a SQLite database."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
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
        super().__init__(connection, path)
        self._heads = heads
        self._first: int | None = None
        self._changes = Changes()

    def commit(self) -> None:
        """Write the outbox and the ledger, and make everything so; nobody else's events came between those of this."""
        if self._first is not None:
            self.change(sql.INSERT_OUTBOX, (self._first,))
        values = self._changes.values()
        if any(values):
            self.change(sql.LEDGER, values)
        self.rows("COMMIT")

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
        version = change.expected_version + len(change.events)
        indexes, claims = to_text(dict(change.indexes)), to_text(change.claims)
        seen = self._heads.get(change.kind, change.id)
        if seen is not None and (seen.version, seen.indexes, seen.claims) == (change.expected_version, indexes, claims):
            digests = _digests(seen.digest, change)
            after = Head(seen.number, version, indexes, claims, digests[-1])
            if self._move(seen, after, change):
                return self._log(change, digests, after)
        before = self._head(change.kind, change.id, change.expected_version)
        if claims != before.claims:
            self._change_claims(read_claims(before.claims), change.claims, owner_name(change.kind, change.id))
        digests = _digests(before.digest, change)
        after = self._write(before, Head(before.number, version, indexes, claims, digests[-1]), change)
        return self._log(change, digests, after)

    def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> None:  # noqa: A002 - the port's own name
        """File a document anew: replace indexes, words, wake-up and claims, and nothing else."""
        before = self._head(kind, id, expected_version)
        if not before.number:
            raise _conflict(kind, id, 0, expected_version)
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

    def _head(self, kind: str, id_: str, expected_version: int) -> Head:
        """Return the head that a change was decided on, as it is stored."""
        rows = self.rows(sql.HEAD, (kind, id_))
        head = Head(*rows[0]) if rows else Head()
        if head.version != expected_version:
            raise _conflict(kind, id_, head.version, expected_version)
        return head

    def _move(self, seen: Head, after: Head, change: Append) -> bool:
        """Write the document where its head still is what was seen; return whether it was."""
        wakeup = None if change.wakeup is None else to_microseconds(change.wakeup)
        values = (after.version, change.data, wakeup, wakeup, after.digest)
        held = (seen.number, seen.version, seen.indexes, seen.claims, seen.digest)
        return self.change(sql.MOVE_DOCUMENT, (*values, *held)).rowcount == 1

    def _write(self, before: Head, after: Head, change: Append) -> Head:
        """Write the document, which may be new, with what it is found by; return its head."""
        wakeup = None if change.wakeup is None else to_microseconds(change.wakeup)
        row = (after.version, change.data, after.indexes, after.claims, wakeup, wakeup, after.digest)
        if before.number:
            self.change(sql.UPDATE_DOCUMENT, (*row, before.number))
        else:
            made = self.change(sql.INSERT_DOCUMENT, (*row, change.kind, change.id))
            after = evolve(after, number=int(made.lastrowid or 0))
        if after.indexes != before.indexes:
            self._change_entries(change.kind, change.id, read_indexes(before.indexes), change.indexes)
        if after.indexes != before.indexes or not before.number:
            self._put_words(after.number, change.indexes)
        return after

    def _put_words(self, number: int, indexes: Mapping[str, tuple[str, ...]]) -> None:
        self.change(sql.PUT_WORDS, (number, " ".join(indexed_words(indexes))))

    def _log(self, change: Append, digests: list[str], after: Head) -> int:
        """Write the events and remember the head; return the new version."""
        for version, (event, digest) in enumerate(
            zip(change.events, digests, strict=True), start=change.expected_version + 1
        ):
            fields = (event.type_name, event.type_version, event.data, event.meta, to_microseconds(event.at))
            made = self.change(sql.INSERT_EVENT, (change.kind, change.id, version, *fields, digest))
            position = int(made.lastrowid or 0)
            self._changes.log += event_share(position, digest)
            if self._first is None:
                self._first = position
        self._heads.keep(change.kind, change.id, after)
        return after.version

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


def _conflict(kind: str, id_: str, version: int, expected: int) -> VersionConflict:
    return VersionConflict(f"{kind} {id_} has version {version}, expected was {expected}")


def _digests(digest: str, change: Append) -> list[str]:
    """Return the digest of each event of ``change``, which follow on one with ``digest``."""
    found = []
    for version, event in enumerate(change.events, start=change.expected_version + 1):
        digest = chain_digest(digest, change.kind, change.id, version, event)
        found.append(digest)
    return found
