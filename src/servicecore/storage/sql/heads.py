"""The heads of the documents that were read or written last: a change that finds one still true does not read it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.storage.sql.rows import Row

_MOST: Final = 500


@frozen
class Head:
    """What a row of ``documents`` says beside the state.

    Attributes:
        number: of the row; 0 for one that is not there.
        version: number of its events.
        indexes: as the row has them, in JSON.
        claims: as the row has them, in JSON.
        digest: of the last event; empty where there is none.

    """

    number: int = 0
    version: int = 0
    indexes: str = "{}"
    claims: str = "[]"
    digest: str = ""


def to_head(row: Row) -> tuple[str, str, Head]:
    """Return kind, id and head of a row as ``statements.LOAD`` gives it."""
    number, version, _data, indexes, claims, _wakeup, digest, kind, id_ = row
    return kind, id_, Head(number, version, indexes, claims, digest)


class Heads:
    """Remembers heads, those kept longest ago first to go; whoever uses one has to make sure that it still holds.

    A store fills it while it holds the lock of its writer, so that threads do not meet here.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._heads: dict[tuple[str, str], Head] = {}

    def get(self, kind: str, id: str) -> Head | None:  # noqa: A002 - the field's own name
        """Return what was the head of the document when it was last seen here, or None."""
        return self._heads.get((kind, id))

    def keep(self, kind: str, id: str, head: Head) -> None:  # noqa: A002 - the field's own name
        """Remember ``head``."""
        heads = self._heads
        heads.pop((kind, id), None)
        heads[kind, id] = head
        if len(heads) > self._most:
            del heads[next(iter(heads))]
