"""Reading one aggregate's state out of the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar

from servicecore.engine.runtime import Runtime
from servicecore.errors import NotFound
from servicecore.kernel.operations import AggregateKind
from servicecore.storage.ports import Reader, Store

S = TypeVar("S")

_PAGE: Final = 500


def find_state(runtime: Runtime, kind: AggregateKind[S], identity: str) -> S | None:
    """Return the state of the aggregate ``identity``, or None."""
    return state_in(runtime, runtime.store, kind, identity)


def state_in(runtime: Runtime, reader: Reader | Store, kind: AggregateKind[S], identity: str) -> S | None:
    """Return the same within a reading that is under way, so that all it reads is of one moment."""
    document = reader.load(kind.name, identity)
    return None if document is None else runtime.journal.read_state(kind, document)


def load_state(runtime: Runtime, kind: AggregateKind[S], identity: str) -> S:
    """Return the state of the aggregate ``identity``.

    Raises:
        NotFound: nothing is stored under the id.

    """
    state = find_state(runtime, kind, identity)
    if state is None:
        raise NotFound(f"there is no {kind.name} {identity!r}")
    return state


def states_found(runtime: Runtime, kind: AggregateKind[S], index: str, value: str) -> Iterator[S]:
    """Yield the states that are filed under ``value`` in an index, by id, each page as of one moment."""
    after = ""
    while True:
        with runtime.store.reading() as reader:
            ids = reader.find(kind.name, index, value, after=after, limit=_PAGE)
            states = [state_in(runtime, reader, kind, each) for each in ids]
        yield from (each for each in states if each is not None)
        if len(ids) < _PAGE:
            return
        after = ids[-1]
