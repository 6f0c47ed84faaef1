from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from servicecore.storage.memory import MemoryStore
from servicecore.storage.ports import Store
from servicecore.testing.stores import BaseStoreContract


class TestMemoryStore(BaseStoreContract):
    durable: ClassVar[bool] = False

    def make_store(self, tmp_path: Path) -> Store:  # noqa: ARG002 - it lives in no folder
        return MemoryStore()
