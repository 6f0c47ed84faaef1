from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store
from servicecore.testing.postgres import PostgresServer
from servicecore.testing.stores import BaseStoreContract


class TestPostgresStore(BaseStoreContract):
    @pytest.fixture(autouse=True)
    def _server(self, postgres_server: PostgresServer) -> Iterator[None]:
        self.server = postgres_server
        self.schemas: set[str] = set()
        yield
        for schema in self.schemas:
            postgres_server.drop(schema)

    def make_store(self, tmp_path: Path) -> Store:
        schema = f"test_{sha256(str(tmp_path).encode()).hexdigest()[:32]}"
        self.schemas.add(schema)
        return open_store(self.server.schema_url(schema) + "&timeout=30")
