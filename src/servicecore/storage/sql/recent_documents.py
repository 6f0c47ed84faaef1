"""The documents that a store of several sessions committed or read last."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

from servicecore.storage.keep_newest import keep_newest
from servicecore.storage.ports import Document

_MOST: Final = 500


class RecentDocuments:
    """Remembers documents, those kept longest ago first to go; shared by threads.

    Of two sessions the one that ended first may be the last to say so: whoever uses a document has to compare it.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._documents: dict[tuple[str, str], Document] = {}

    def get(self, kind: str, id: str) -> Document | None:  # noqa: A002 - the field's own name
        """Return the document as it was seen here last, or None."""
        return self._documents.get((kind, id))

    def keep(self, documents: Mapping[tuple[str, str], Document]) -> None:
        """Remember ``documents`` by kind and id."""
        with self._lock:
            for key, document in documents.items():
                keep_newest(self._documents, key, document, self._most)

    def forget(self, kind: str, id: str) -> None:  # noqa: A002 - the field's own name
        """Remember nothing of the document."""
        with self._lock:
            self._documents.pop((kind, id), None)
