"""Revision 0003: a long text that a SQLite file keeps costs those nothing who look up another one."""

from __future__ import annotations

import hashlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.storage.tea_trade import NOW, open_trade

from servicecore.engine import KINDS
from servicecore.engine.filing_versions import kinds_behind
from servicecore.engine.rebuild_indexes import rebuild_indexes
from servicecore.kernel.clock import FixedClock
from servicecore.storage.codec import JsonCodec
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import StoreBroken
from servicecore.storage.sql.ledger import MODULUS, mark_of
from servicecore.storage.sql.migrate import migrate, upgrade
from servicecore.storage.sql.revisions import NEWEST
from servicecore.testing.postgres import PostgresServer

FIRST_RELEASE = Path(__file__).parents[2] / "data" / "first_release" / "sqlite.database"
KEYS = tuple(f"receipt:{number:03}" for number in range(60))
BOOK = "receipt:030 a book"
"""Stands among the keys, so that whoever looks one up by halving meets it."""

LETTER = "§"
NOBODY = b"\xff\xff\xff\xff"


def keep(path: Path, texts: dict[str, str]) -> None:
    """Keep ``texts`` as the release of revision 0002 did: row, mark, trail, and the sum of the ledger."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for key, data in texts.items():
            mark = mark_of(key, data)
            connection.execute("INSERT INTO kept VALUES (?, ?, ?, ?)", (key, data, mark, mark))
            connection.execute("UPDATE ledger SET kept = (kept + ?) % ?", (mark, MODULUS))


def rows(path: Path) -> list[tuple[str, str, int, int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT key, data, mark, trail FROM kept ORDER BY key").fetchall()


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (said,) = connection.execute("SELECT version_num FROM servicecore_schema").fetchone()
        return str(said)


def fresh(path: Path) -> None:
    """Keep the texts by the store of this release."""
    with closing(open_store(f"sqlite:///{path}")) as store, store.transaction() as unit:
        for key in KEYS:
            unit.put(key, key * 5)
        unit.put(BOOK, LETTER * 200_000)


def older(path: Path) -> None:
    """Keep them in a database of the second revision, and upgrade it."""
    upgrade_to_second(path)
    keep(path, {**{key: key * 5 for key in KEYS}, BOOK: LETTER * 200_000})
    upgrade(f"sqlite:///{path}")


def upgrade_to_second(path: Path) -> None:
    """Bring the database that the first release wrote to the second revision."""
    shutil.copy(FIRST_RELEASE, path)
    migrate(f"sqlite:///{path}", "0002")


def tear(path: Path) -> int:
    """Let every page that holds nothing but the middle of the long text lead nowhere; return how many there are."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18])
    middle = (LETTER.encode() * size)[: size - 4]
    torn = 0
    for start in range(0, len(content), size):
        if content[start + 4 : start + size] in (middle, middle[1:] + middle[:1]):
            content[start : start + 4] = NOBODY
            torn += 1
    path.write_bytes(content)
    return torn


@pytest.mark.parametrize("make", [fresh, older])
def test_who_looks_up_or_keeps_another_text_reads_no_page_of_a_long_one(tmp_path: Path, make: object) -> None:
    """The book's own pages lead nowhere, so that whoever reads it is told that the file is damaged.

    Its 400,000 bytes fill 97 pages of 4,096.
    """
    assert callable(make)
    path = tmp_path / "shop.db"
    make(path)
    assert tear(path) >= 90

    with closing(open_store(f"sqlite:///{path}")) as store:
        with store.reading() as reader:
            assert [reader.get(key) for key in KEYS] == [key * 5 for key in KEYS]
            assert [reader.get(f"{key} and more") for key in KEYS] == [None] * len(KEYS)
        with store.transaction() as unit:
            for key in KEYS:
                unit.put(key, "once more")
                unit.put(f"{key} and more", "new")
        with store.reading() as reader, pytest.raises(StoreBroken, match="damaged"):
            reader.get(BOOK)


def test_postgresql_keeps_a_long_text_apart_from_its_row_by_itself(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    """A look-up beside two million letters, which no compression makes fewer, touches a handful of the server's blocks.

    They fill about 150 blocks of 8,192 bytes: two hexadecimal letters to a byte.
    """
    letters = "".join(hashlib.sha256(str(number).encode()).hexdigest() for number in range(31_250))
    with closing(open_store(postgres_url)) as store, store.transaction() as unit:
        for key in KEYS:
            unit.put(key, key * 5)
        unit.put(BOOK, letters)
    with postgres_server.session() as session:
        session.execute(f"SET search_path = {postgres_url.rpartition('=')[2]}")

        def blocks(key: str) -> int:
            query = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT md5(data) FROM kept WHERE key = "
            ((plan,),) = session.execute(f"{query}'{key}'".encode()).fetchall()
            said = plan[0]["Plan"]
            return int(said["Shared Hit Blocks"] + said["Shared Read Blocks"])

        assert max(map(blocks, KEYS)) <= 8
        assert blocks(BOOK) > 100


@pytest.mark.parametrize("began", ["0001", "0002"])
def test_an_upgrade_moves_everything_that_was_kept(tmp_path: Path, began: str) -> None:
    """What the first release kept, its receipts and cursors, is there to the letter, and so is a long text."""
    path = tmp_path / "shop.db"
    upgrade_to_second(path)
    if began == "0002":
        keep(path, {**{key: key * 5 for key in KEYS}, BOOK: LETTER * 200_000})
    else:
        migrate(f"sqlite:///{path}", began)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("INSERT INTO kept (key, data) VALUES (?, ?)", (BOOK, LETTER * 200_000))
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute("SELECT key, data FROM kept ORDER BY key").fetchall()
    assert revision(path) == began
    assert len(before) > 1

    assert upgrade(f"sqlite:///{path}") == NEWEST

    assert [row[:2] for row in rows(path)] == before
    with closing(open_store(f"sqlite:///{path}")) as store:
        rebuild_indexes(store, kinds_behind(store, KINDS), JsonCodec())
    with open_trade(f"sqlite:///{path}", FixedClock(NOW)) as core:
        assert list(core.verify()) == []


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(), st.text()))
def test_up_and_down_again_changes_no_kept_text(texts: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        url = f"sqlite:///{path}"
        migrate(url, "0002")
        keep(path, texts)
        second = rows(path)
        migrate(url, "0003")
        third = rows(path)
        with closing(open_store(url)) as store:
            found = list(store.inconsistencies())
        migrate(url, "0002")

        assert found == []
        assert rows(path) == third == second
        assert {key: data for key, data, _, _ in second} == texts


_DIE = """
import os, signal, sqlite3, sys
from servicecore.storage.sql import sqlite_file
from servicecore.storage.sql.migrate import upgrade

steps = 0
connect = sqlite_file.connect

def count():
    global steps
    steps += 1
    if steps == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

def connecting(place):
    connection = connect(place)
    connection.execute("PRAGMA cache_size = 10")  # so that pages go to the disk before the commit
    connection.set_progress_handler(count, 200)
    return connection

sqlite_file.connect = connecting
upgrade(sys.argv[1])
print(steps)
"""


def die(path: Path, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _DIE, f"sqlite:///{path}", str(step)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_process_that_dies_in_the_middle_of_the_move_leaves_what_was_there(tmp_path: Path) -> None:
    """SIGKILL at eight places of the copy: the second revision with all its rows, which a next upgrade takes on."""
    made = tmp_path / "made.db"
    upgrade_to_second(made)
    keep(made, {f"receipt:{number}": f"{number}" * 100 for number in range(4000)})
    before = rows(made)
    path = tmp_path / "shop.db"
    shutil.copy(made, path)
    steps = int(die(path, 0).stdout)
    assert revision(path) == NEWEST
    assert steps > 200

    for place in range(1, 9):
        for name in ("shop.db", "shop.db-journal", "shop.db-wal", "shop.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        shutil.copy(made, path)
        assert die(path, steps * place // 9).returncode == -signal.SIGKILL
        assert revision(path) == "0002"
        assert rows(path) == before
        assert upgrade(f"sqlite:///{path}") == NEWEST
        assert rows(path) == before
    with closing(open_store(f"sqlite:///{path}")) as store:
        assert list(store.inconsistencies()) == []


def test_the_release_before_refuses_the_file_and_leaves_it_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release whose newest revision is 0002 neither opens nor upgrades a file of this one, and says why."""
    path = tmp_path / "shop.db"
    url = f"sqlite:///{path}"
    open_store(url).close()
    before = path.read_bytes()
    for module in ("revisions", "migrate"):
        monkeypatch.setattr(f"servicecore.storage.sql.{module}.REVISIONS", ("0001", "0002"))
    for module in ("revisions", "migrate", "sqlite_file"):
        monkeypatch.setattr(f"servicecore.storage.sql.{module}.NEWEST", "0002")

    for refuse in (open_store, upgrade):
        with pytest.raises(StoreBroken, match=r"revision 0003, known are 0001, 0002 \(it was written by a newer"):
            refuse(url)
    assert path.read_bytes() == before


@pytest.mark.parametrize("on", ["sqlite", "postgres"])
def test_a_proof_holds_one_long_text_at_a_time(request: pytest.FixtureRequest, tmp_path: Path, on: str) -> None:
    """Twenty texts of a million letters are kept; a few of them fit into what is allocated at the peak."""
    url = request.getfixturevalue("postgres_url") if on == "postgres" else f"sqlite:///{tmp_path}/shop.db"
    with closing(open_store(url)) as store:
        for number in range(20):
            with store.transaction() as unit:
                unit.put(f"book:{number:02}", f"{number % 10}" * 1_000_000)
        tracemalloc.start()
        try:
            found = list(store.inconsistencies())
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert found == []
    assert peak < 10_000_000, peak
