"""The parts that an installation runs on, in one frozen value that the engine's functions take."""

from __future__ import annotations

from attrs import frozen

from servicecore.engine.books import Books
from servicecore.engine.journal import Journal
from servicecore.engine.registry import Registry
from servicecore.engine.settings import Settings
from servicecore.kernel.clock import Clock
from servicecore.kernel.ids import IdSource
from servicecore.plugins.host import PluginHost
from servicecore.storage.ports import Store


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
