"""The heads of the documents that were read or written last: a change that finds one still true does not read it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from servicecore.storage.keep_newest import keep_newest
from servicecore.storage.ports import Document
from servicecore.storage.sql.rows import Row, to_document

_MOST: Final = 500


@frozen
class Head:
    """A row of ``documents`` as it was read or written last.

    Attributes:
        number: of the row.
        indexes: as the row has them, in JSON.
        claims: as the row has them, in JSON.
        wakeup: in microseconds since 1970.
        document: that the row holds.

    """

    number: int
    indexes: str
    claims: str
    wakeup: int | None
    document: Document

    def is_row(self, row: Row) -> bool:
        """Return whether ``row``, as ``statements.LOAD`` gives it, says what is remembered, byte by byte."""
        number, version, data, indexes, claims, wakeup, digest, _kind, _id = row
        held = self.document
        return (
            data == held.data
            and digest == held.digest
            and indexes == self.indexes
            and claims == self.claims
            and (number, version, wakeup) == (self.number, held.version, self.wakeup)
            and type(version) is int
        )


def to_head(row: Row) -> Head:
    """Return the head of a row as ``statements.LOAD`` gives it.

    Raises:
        StoreBroken: a column holds something of another type.

    """
    number, _version, _data, indexes, claims, wakeup, _digest, _kind, _id = row
    return Head(number, indexes, claims, wakeup, to_document(row))


class Heads:
    """Remembers heads, those kept longest ago first to go; whoever uses one has to make sure that it still holds.

    A store fills it while it holds the lock of its writer, so that threads do not meet here.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._heads: dict[tuple[str, str], Head] = {}

    def get(self, key: tuple[str, str]) -> Head | None:
        """Return what was the head of the document of a kind and id when it was last seen here, or None."""
        return self._heads.get(key)

    def keep(self, key: tuple[str, str], head: Head) -> None:
        """Remember ``head``."""
        keep_newest(self._heads, key, head, self._most)

    def forget(self, key: tuple[str, str]) -> None:
        """Remember nothing of the document."""
        self._heads.pop(key, None)
