"""Where the shop lives that crashes: made once, and put back as it was before each run."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from tests.crash.points import kill_in_postgres, kill_in_sqlite

from servicecore.storage.urls import PostgresUrl, parse_url
from servicecore.testing.postgres import shared_server


class SqlitePlace:
    """A file and a folder beside it, each twice: as it was before, and for the run.

    It does not wait for the disk, because what a killed process has written is the system's already.
    """

    kill = staticmethod(kill_in_sqlite)

    def __init__(self, root: Path, name: str) -> None:
        self.template = root / f"{name} before"
        self.folder = root / name
        self.template.mkdir()
        self.before = f"sqlite:///{self.template / 'shop.db'}?synchronous=off&timeout=30"
        self.url = f"sqlite:///{self.folder / 'shop.db'}?synchronous=off&timeout=30"

    def reset(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)

    def schema(self) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "shop.db")) as connection:
            (said,) = connection.execute("PRAGMA integrity_check").fetchone()
            return [said, *map(list, connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"))]


class PostgresPlace:
    """A database of a server that lives on; put back by copying the prepared one."""

    kill = staticmethod(kill_in_postgres)

    def __init__(self, root: Path, name: str) -> None:
        self.template = root / f"{name} before"
        self.folder = root / name
        self.template.mkdir()
        self._server = shared_server()
        self._names = (f"crash_before_{name.replace(' ', '_')}", f"crash_{name.replace(' ', '_')}")
        self.before, self.url = map(self._url, self._names)
        self._run(f"DROP DATABASE IF EXISTS {self._names[0]} WITH (FORCE)", f"CREATE DATABASE {self._names[0]}")

    def reset(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)
        before, now = self._names
        self._run(f"DROP DATABASE IF EXISTS {now} WITH (FORCE)", f"CREATE DATABASE {now} TEMPLATE {before}")

    def schema(self) -> list[Any]:
        columns = (
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
            "WHERE table_schema = current_schema() ORDER BY 1, ordinal_position"
        )
        indexes = (
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1, 2"
        )
        with self._session(self.url) as session:
            return [list(row) for statement in (columns, indexes) for row in session.execute(statement).fetchall()]

    def _url(self, name: str) -> str:
        return re.sub(r"^(\w+://[^/]*)/[^?]*", rf"\1/{name}", self._server.url)

    def _run(self, *statements: str) -> None:
        with self._server.session() as session:
            session.execute("SET client_min_messages = warning")
            for each in statements:
                session.execute(each)

    def _session(self, url: str) -> psycopg.Connection[Any]:
        place = parse_url(url)
        assert isinstance(place, PostgresUrl)
        return psycopg.connect(place.address, autocommit=True)


PLACES: dict[str, type[SqlitePlace | PostgresPlace]] = {"sqlite": SqlitePlace, "postgres": PostgresPlace}
