from __future__ import annotations

from pathlib import Path

from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store
from servicecore.testing.stores import BaseStoreContract


class TestSqliteStore(BaseStoreContract):
    def make_store(self, tmp_path: Path) -> Store:
        return open_store(f"sqlite:///{tmp_path}/shop.db?synchronous=off&timeout=30")
