"""The parts that an installation runs on, in one frozen value that the engine's functions take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from attrs import field, frozen

from servicecore.engine.books import Books
from servicecore.engine.journal import Journal
from servicecore.engine.registry import Registry
from servicecore.engine.settings import Settings
from servicecore.kernel.clock import Clock
from servicecore.kernel.ids import IdSource
from servicecore.plugins.host import PluginHost
from servicecore.storage.ports import Document, Store

Recall: TypeAlias = "Callable[[str, str], Document | None]"
"""Returns a document as the store committed or read it last, without a look; None where it does not remember it."""


def recall_nothing(_kind: str, _id: str) -> None:
    """Return None: what a store that remembers nothing recalls."""


@frozen
class Runtime:
    """Everything that a command needs around it: store, journal, kinds, plugins, time, ids, settings, book."""

    store: Store
    journal: Journal
    registry: Registry
    host: PluginHost
    clock: Clock
    ids: IdSource
    settings: Settings
    books: Books
    recall: Recall = field(eq=False, repr=False)

    @recall.default
    def _recall_of_the_store(self) -> Recall:
        recall: Recall = getattr(self.store, "recall", recall_nothing)
        return recall
