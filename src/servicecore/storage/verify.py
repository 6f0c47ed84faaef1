"""Proves a store: every document is the fold of its events, and every trace of it is where it belongs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import frozen

from servicecore.errors import InvalidValue, ServiceCoreError
from servicecore.kernel.events import Event, fold
from servicecore.kernel.operations import AggregateKind
from servicecore.storage.digest import chain_digest
from servicecore.storage.event_types import EventTypes
from servicecore.storage.ports import Document, LoggedEvent, Store, StoreBroken, owner_name

_ATTEMPTS: Final = 5
_LAST_OF_ALL: Final = "\U0010ffff"
_SURROGATES: Final = range(0xD800, 0xE000)


@frozen
class Discrepancy:
    """One thing that is not as the events say.

    Attributes:
        kind: of the aggregate; empty where the store as a whole is meant.
        id: of the aggregate; empty likewise.
        version: of the event or document; 0 where none is meant.
        what: what is wrong, for people.

    """

    kind: str
    id: str
    version: int
    what: str


def verify(store: Store, kinds: Iterable[AggregateKind[Any]], types: EventTypes) -> Iterator[Discrepancy]:
    """Stream every discrepancy of ``store``; an empty stream is a proof.

    Each aggregate is folded from its events and compared with its document, byte by byte; a document that only
    lacks fields which a later release added is taken. The digest chain, version numbers, index entries, wake-up and
    claims are compared, and what the store itself finds (F10). One aggregate is in memory at a time. Writers may
    go on: an aggregate that changes meanwhile is looked at again.
    """
    by_name = {kind.name: kind for kind in kinds}
    try:
        for document in store.documents():
            kind = by_name.get(document.kind)
            if kind is None:
                yield Discrepancy(document.kind, document.id, document.version, "nobody knows this kind")
            else:
                yield from _settled(store, kind, document, types)
    except StoreBroken as error:
        yield Discrepancy("", "", 0, f"the documents cannot be read to their end: {error}")
    for found in store.inconsistencies():
        yield Discrepancy(found.kind, found.id, 0, found.what)


def _settled(store: Store, kind: AggregateKind[Any], document: Document, types: EventTypes) -> tuple[Discrepancy, ...]:
    found: tuple[Discrepancy, ...] = ()
    for _ in range(_ATTEMPTS):
        try:
            found = tuple(_check(store, kind, document, types))
            if not found:
                return ()
            with store.reading() as reader:
                again = reader.load(document.kind, document.id)
        except ServiceCoreError as error:
            return (*found, Discrepancy(document.kind, document.id, document.version, str(error)))
        if again is None or again.version == document.version:
            return found
        document = again
    return found


def _check(store: Store, kind: AggregateKind[Any], document: Document, types: EventTypes) -> Iterator[Discrepancy]:
    def wrong(what: str, version: int = document.version) -> Discrepancy:
        return Discrepancy(document.kind, document.id, version, what)

    history = store.history(document.kind, document.id)
    chain = tuple(_check_chain(history))
    yield from (wrong(what, version) for version, what in chain)
    if len(history) != document.version:
        yield wrong(f"the document counts {document.version} events, the log has {len(history)}")
    elif history[-1].digest != document.digest:
        yield wrong("the document's digest is not that of its last event")
    events: list[Event[Any]] = []
    for logged in history:
        try:
            events.append(types.decode_event(logged.event.type_name, logged.event.type_version, logged.event.data))
        except ServiceCoreError as error:
            yield wrong(str(error), logged.version)
            return
    try:
        state = fold(events)
        data = types.codec.encode(state)
    except Exception as error:  # noqa: BLE001 - whatever a damaged history makes an event raise is a finding
        yield wrong(f"the events cannot be folded: {error}")
        return
    if data != document.data and not _only_lacks_fields(types, document.data, data):
        yield wrong("the document differs from the fold of its events")
    yield from (wrong(what) for what in _check_traces(store, kind, document, state))


def _check_chain(history: tuple[LoggedEvent, ...]) -> Iterator[tuple[int, str]]:
    digest = ""
    position = 0
    for expected, logged in enumerate(history, start=1):
        if logged.version != expected:
            yield logged.version, f"event {expected} is missing, {logged.version} follows"
        if logged.position <= position:
            yield logged.version, "the event stands before its predecessor in the log"
        digest = chain_digest(digest, logged.kind, logged.id, logged.version, logged.event)
        if digest != logged.digest:
            yield logged.version, "the event or its digest was changed: the chain breaks here"
        digest, position = logged.digest, logged.position


def _only_lacks_fields(types: EventTypes, stored: str, fresh: str) -> bool:
    """Return whether ``stored`` is canonical and says the same as ``fresh``, less fields that are new."""
    try:
        plain = types.codec.to_object(stored)
        if types.codec.to_text(plain) != stored:
            return False
    except InvalidValue:
        return False
    return _is_part(plain, json.loads(fresh))


def _is_part(stored: Any, fresh: Any) -> bool:
    if isinstance(stored, dict) and isinstance(fresh, dict):
        return all(name in fresh and _is_part(value, fresh[name]) for name, value in stored.items())
    if isinstance(stored, list) and isinstance(fresh, list):
        return len(stored) == len(fresh) and all(map(_is_part, stored, fresh))
    return type(stored) is type(fresh) and bool(stored == fresh)


def _check_traces(store: Store, kind: AggregateKind[Any], document: Document, state: Any) -> Iterator[str]:
    if state.id != document.id:
        yield f"the events made {state.id!r}"
    if kind.next_wakeup(state) != document.wakeup:
        yield f"the wake-up is {document.wakeup}, the state's is {kind.next_wakeup(state)}"
    expected = {(name, value) for name, values in kind.indexes(state).items() for value in values}
    held = {(name, value) for name, values in document.indexes.items() for value in values}
    for name, value in sorted(expected ^ held):
        yield f"index {name}={value} is {'missing' if (name, value) in expected else 'wrong'}"
    claims = set(kind.claims(state))
    for claim in sorted(claims ^ set(document.claims)):
        yield f"claim {claim} is {'missing' if claim in claims else 'wrong'}"
    with store.reading() as reader:
        for name, value in sorted(expected & held):
            if reader.find(kind.name, name, value, after=_just_before(document.id), limit=1) != (document.id,):
                yield f"index {name}={value} does not find it"
        for claim in sorted(claims & set(document.claims)):
            owner = reader.claim_owner(claim)
            if owner != owner_name(kind.name, document.id):
                yield f"claim {claim} is held by {owner}"


def _just_before(text: str) -> str:
    """Return a text right before ``text`` in the order of code points, so that a search after it meets it first."""
    last = ord(text[-1]) - 1
    if last < 0:
        return text[:-1]
    if last in _SURROGATES:
        last = _SURROGATES.start - 1
    return text[:-1] + chr(last) + _LAST_OF_ALL
