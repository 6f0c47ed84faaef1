"""The storage ports: all that servicecore asks of a store; memory, SQLite and a third party's pass one kit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from attrs import field, frozen, validators

from servicecore.errors import ServiceCoreError
from servicecore.kernel.filing import Filing


class ClaimTaken(ServiceCoreError):
    """Raised when a unique claim is held by another owner; nothing was written."""

    code: ClassVar[str] = "storage.claim_taken"

    def __init__(self, claim: str, owner: str) -> None:
        super().__init__(f"claim {claim!r} is held by {owner!r}", hint="use the existing one, or release it first")
        self.claim = claim
        self.owner = owner


class StoreUnavailable(ServiceCoreError):
    """Raised when the database cannot be reached or is locked for too long; the same call may succeed later."""

    code: ClassVar[str] = "storage.unavailable"
    retryable: ClassVar[bool] = True


class StoreBroken(ServiceCoreError):
    """Raised when the database does not hold what it must: wrong schema, newer release, damaged content."""

    code: ClassVar[str] = "storage.broken"


class NestedTransaction(ServiceCoreError, RuntimeError):
    """Raised when a thread uses the store again inside its own unit of work: a bug in the caller."""

    code: ClassVar[str] = "storage.nested_transaction"


def owner_name(kind: str, id: str) -> str:  # noqa: A002 - the field's own name
    """Return the owner under whose name an aggregate holds its claims: ``order/order-1``."""
    return f"{kind}/{id}"


@frozen
class StoredEvent:
    """One event as it is stored.

    Attributes:
        type_name: the event class's name, and ``type_version`` its version.
        data: the event's own fields as JSON text.
        meta: actor, approver, reason, command and crossing instant as JSON text.
        at: when it was emitted, aware UTC.

    """

    type_name: str
    type_version: int
    data: str
    meta: str
    at: datetime


@frozen
class LoggedEvent:
    """A stored event in its place in the log.

    Attributes:
        position: place in the whole log, from 1, growing; gaps are allowed.
        kind: the aggregate's kind, and ``id`` its id.
        version: place in the aggregate's own history, from 1, without gaps.
        event: the event.
        digest: SHA-256, as hex, of the previous digest of the same aggregate and this event.

    """

    position: int
    kind: str
    id: str
    version: int
    event: StoredEvent
    digest: str


@frozen
class Document:
    """An aggregate as it stands: the fold of its events, with what it is found by.

    Attributes:
        kind: ``order``.
        id: unique within the kind.
        version: number of its events.
        data: the state as JSON text.
        indexes: pairs of index name and values.
        wakeup: the next instant at which time changes it, aware UTC; None for never.
        digest: of its last event.
        claims: what it holds exclusively, under its ``owner_name``.

    """

    kind: str
    id: str
    version: int
    data: str
    indexes: Mapping[str, tuple[str, ...]] = field(factory=dict)
    wakeup: datetime | None = None
    digest: str = ""
    claims: tuple[str, ...] = ()


@frozen
class Append:
    """One aggregate's change, written whole or not at all.

    Attributes:
        kind: ``order``.
        id: of the aggregate.
        expected_version: version that the change was decided on; 0 for a new aggregate.
        events: at least one, in order.
        data: the state after them, as JSON text.
        indexes: what it is found by from now on; replaces the former.
        wakeup: next instant, or None.
        claims: texts that this aggregate holds from now on, exclusively; replaces the former.
        expected_digest: digest of the document that the change was decided on; empty where only the version counts.

    """

    kind: str
    id: str
    expected_version: int
    events: tuple[StoredEvent, ...] = field(validator=validators.min_len(1))
    data: str
    indexes: Mapping[str, tuple[str, ...]] = field(factory=dict)
    wakeup: datetime | None = None
    claims: tuple[str, ...] = ()
    expected_digest: str = ""


@frozen
class Due:
    """A due aggregate that this caller has leased."""

    kind: str
    id: str
    wakeup: datetime


@frozen
class Inconsistency:
    """Something that a store holds and should not, or the other way round; ``kind`` and ``id`` may be empty."""

    kind: str
    id: str
    what: str


class Reader(Protocol):
    """A view of the store as it stands at one moment."""

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the field's own name
        """Return the document, or None."""

    def find(self, kind: str, index: str, value: str, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        """Return ids whose ``index`` has ``value``, sorted, those after ``after`` only, at most ``limit``."""

    def claim_owner(self, claim: str) -> str | None:
        """Return who holds ``claim``, or None."""

    def counter(self, counter: str) -> int:
        """Return the counter's value; 0 where it was never added to."""

    def get(self, key: str) -> str | None:
        """Return what is kept under ``key``, or None."""


class Transaction(Reader, Protocol):
    """A unit of work: everything in it is written together, or nothing."""

    def append(self, change: Append) -> int:
        """Write events, document, indexes, wake-up, claims and outbox entries; return the new version.

        Raises:
            VersionConflict: the stored version, or digest, is not the expected one.
            ClaimTaken: another owner holds one of the claims.

        """

    def refile(self, kind: str, id: str, expected_version: int, filing: Filing) -> None:  # noqa: A002 - as above
        """File a document anew: replace indexes, words, wake-up and claims, and nothing else.

        Version, data, events and outbox stay. A lease or a postponement ends where the wake-up is another one.

        Raises:
            VersionConflict: the stored version is not the expected one, or there is no such document.
            ClaimTaken: another owner holds one of the claims; nothing of it was changed.

        """

    def claim(self, claim: str, owner: str) -> None:
        """Take a free-standing claim for ``owner``; taking it again for the same owner changes nothing.

        Raises:
            ClaimTaken: another owner holds it.

        """

    def release(self, claim: str, owner: str) -> bool:
        """Give ``claim`` back; False where ``owner`` does not hold it."""

    def add(self, counter: str, amount: int, *, limit: int | None = None) -> int | None:
        """Add to ``counter`` (0 at first) and return the sum; None, and no change, where it would pass ``limit``."""

    def put(self, key: str, data: str) -> None:
        """Keep ``data`` (text) under ``key``, replacing what was there: results by idempotency key, settings."""

    def postpone(self, kind: str, id: str, until: datetime) -> None:  # noqa: A002 - the field's own name
        """Let ``lease_due`` hand the aggregate out at ``until`` (aware UTC), or at a later wake-up, and no earlier.

        Its wake-up stays what it is; the next ``append`` to it ends the postponement. Nothing happens to one that is
        not there or has no wake-up.
        """


class Store(Protocol):
    """A database that servicecore can live in.

    May be shared by threads. A thread has one unit of work at a time: inside ``transaction`` or ``reading`` it calls
    only what they hand out; a method of the store itself raises ``NestedTransaction`` there.
    """

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin a unit of work; leaving it without an exception commits, with one rolls back.

        Units of work follow one another as if there were no threads and processes.
        """

    def reading(self) -> AbstractContextManager[Reader]:
        """Begin a look at one moment of the store that changes nothing and waits for no writer to commit."""

    def load(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the field's own name
        """Return the document, or None, as a ``reading`` of its own gives it; every command begins with this."""

    def lease_due(self, now: datetime, *, limit: int, lease: timedelta) -> tuple[Due, ...]:
        """Return due aggregates (wake-up at or before ``now``), earliest first, leased until ``now + lease``.

        A leased aggregate is handed to nobody else before its lease ends; a change to it ends the lease. One whose
        lease ran out queues as of that instant, so that what fails again and again does not keep others waiting.
        """

    def history(self, kind: str, id: str) -> tuple[LoggedEvent, ...]:  # noqa: A002 - the field's own name
        """Return all events of one aggregate in order."""

    def log(self, *, after: int = 0, limit: int = 1000) -> tuple[LoggedEvent, ...]:
        """Return events of the whole log with a position above ``after``, in order."""

    def documents(self, kind: str | None = None) -> Iterator[Document]:
        """Stream all documents, of one kind or of all, by kind and id."""

    def outbox(self, *, limit: int = 100) -> tuple[LoggedEvent, ...]:
        """Return events that were not yet handed on, in log order."""

    def handed_on(self, *positions: int) -> None:
        """Take events out of the outbox, all of them or none; one that is not there any more changes nothing."""

    def search(self, kind: str, text: str, *, limit: int = 20) -> tuple[str, ...]:
        """Return ids of documents whose index values contain every word of ``text``, best first.

        Words are whole, without regard to case and accents; ``text`` without a word finds nothing.
        """

    def next_wakeup(self) -> datetime | None:
        """Return the earliest wake-up of all, or None."""

    def inconsistencies(self) -> Iterator[Inconsistency]:
        """Stream what contradicts itself inside the store: entries, claims or outbox of what is not there."""

    def close(self) -> None:
        """Give back connections and files."""


class Recalling(Protocol):
    """A store that remembers what it read and wrote last; to do so is up to each store."""

    def recall(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the field's own name
        """Return the document as it was committed or read here last, without a look; None where that is forgotten.

        By now another one may be stored: an ``append`` that is decided on it names its digest, and is refused then.
        """
