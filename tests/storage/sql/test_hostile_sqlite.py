"""A SQLite file that is missing, locked, read-only, full, damaged, or something else: a clear answer, nothing half."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from servicecore.errors import ServiceCoreError
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store, StoreBroken, StoreUnavailable
from servicecore.testing.stores.changes import change, write


def shop(tmp_path: Path, options: str = "synchronous=off&timeout=0.1") -> Store:
    return open_store(f"sqlite:///{tmp_path}/shop.db?{options}")


@pytest.mark.parametrize("content", [b"not a database, only text that is long enough " * 30, b"short"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(content)

    with pytest.raises(StoreBroken, match=r"shop\.db"):
        shop(tmp_path)
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["shop.db"]


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    before = path.read_bytes()

    with pytest.raises(StoreBroken, match="holds songs"):
        shop(tmp_path)
    assert path.read_bytes() == before


def test_a_missing_folder_and_a_folder_as_file_are_unavailable(tmp_path: Path) -> None:
    for path in (tmp_path / "none" / "shop.db", tmp_path):
        with pytest.raises(StoreUnavailable, match="check that the folder exists"):
            open_store(f"sqlite:///{path}")


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "shop.db").touch()
    write(shop(tmp_path), change())


def test_a_file_locked_by_another_program_is_unavailable_and_retryable(tmp_path: Path) -> None:
    store = shop(tmp_path)
    with closing(sqlite3.connect(tmp_path / "shop.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked by another writer") as caught:
            write(store, change())
        with store.reading() as reader:
            assert reader.load("thing", "a") is None
        other.execute("ROLLBACK")

    assert caught.value.retryable
    write(store, change())
    assert len(store.log()) == 1


def test_a_database_that_may_not_be_written_is_unavailable_and_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop(tmp_path), change())
    real = sqlite3.connect

    def connect(path: str, **options: object) -> sqlite3.Connection:
        return real(f"file:{path}?mode=ro", uri=True, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect)
    store = shop(tmp_path)
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        write(store, change("b"))

    assert [logged.id for logged in store.log()] == ["a"]


_FILL = """
import resource, sys
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import StoreUnavailable
from servicecore.testing.stores.changes import change, write
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
written = 0
try:
    while written < 1000:
        write(store, change(f"{written}", data="x" * 5000), change(f"{written}-b"))
        written += 1
except StoreUnavailable as error:
    print(written, error)
"""


def test_a_disk_without_room_is_unavailable_and_keeps_whole_units_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    done = subprocess.run([sys.executable, "-c", _FILL, url], capture_output=True, text=True, check=True, timeout=60)
    written = int(done.stdout.split()[0])
    store = open_store(url)

    assert "shop.db cannot" in done.stdout
    assert 0 < written < 1000
    assert len(list(store.documents())) == 2 * written == len(store.log())
    assert list(store.inconsistencies()) == []


def damage(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE documents SET indexes = '{\"na'", "not JSON"),
        ("UPDATE documents SET indexes = '[1]'", "not JSON"),
        ("UPDATE documents SET indexes = '{\"name\":[1]}'", "not JSON"),
        ("DELETE FROM documents", "events without a document"),
        ("UPDATE entries SET value = 'other'", "entry name=other is not in the document"),
        ("UPDATE documents SET due_at = NULL", "due at another time"),
        ("UPDATE search_content SET c0 = 'other'", "search"),
        ("INSERT INTO outbox (position) VALUES (99)", "position 99, which the log does not"),
    ],
)
def test_rows_that_contradict_each_other_are_found(tmp_path: Path, statement: str, said: str) -> None:
    store = shop(tmp_path)
    write(store, change(indexes={"name": ("lamp",)}, wakeup=change().events[0].at))
    assert list(store.inconsistencies()) == []
    damage(tmp_path / "shop.db", statement)

    assert any(said in found.what for found in store.inconsistencies())


def test_a_damaged_page_is_a_broken_store(tmp_path: Path) -> None:
    store = shop(tmp_path)
    for number in range(200):
        write(store, change(f"{number}", data=json.dumps("x" * 500)))
    store.close()
    path = tmp_path / "shop.db"
    content = bytearray(path.read_bytes())
    for start in range(8192, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)

    def use() -> list[object]:
        return list(shop(tmp_path).documents())

    with pytest.raises(StoreBroken, match="damaged"):
        use()


def test_after_a_failed_statement_the_unit_of_work_cannot_commit(tmp_path: Path) -> None:
    store = shop(tmp_path)

    def swallow() -> None:
        with store.transaction() as unit:
            unit.append(change())
            unit.add("n", 2**63 - 1)
            with pytest.raises(ServiceCoreError):
                unit.add("n", 1)

    with pytest.raises(StoreUnavailable, match="nothing was written"):
        swallow()
    assert store.log() == ()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = shop(tmp_path)
    store.close()

    with pytest.raises(StoreUnavailable, match="was closed"):
        store.log()


def _add(url: str, times: int) -> None:
    store = open_store(url)
    for _ in range(times):
        with store.transaction() as unit:
            unit.add("n", 1)
            unit.add("limited", 1, limit=50)
    store.close()


def test_processes_share_a_file_from_its_first_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db?synchronous=off&timeout=30"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add, args=(url, 30)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0, 0, 0]
    with open_store(url).reading() as reader:
        assert (reader.counter("n"), reader.counter("limited")) == (90, 50)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_opens_connections_of_its_own(tmp_path: Path) -> None:
    store = shop(tmp_path, "synchronous=off&timeout=30")
    write(store, change("parent"))
    child = os.fork()
    if child == 0:
        try:
            write(store, change("child"))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    write(store, change("parent", 1))

    assert [logged.id for logged in store.log()] == ["parent", "child", "parent"]
    assert list(store.inconsistencies()) == []


def test_a_copy_of_the_closed_file_is_the_whole_store(tmp_path: Path) -> None:
    store = shop(tmp_path)
    write(store, change())
    store.close()
    (tmp_path / "copy").mkdir()
    shutil.copy(tmp_path / "shop.db", tmp_path / "copy" / "shop.db")

    assert len(shop(tmp_path / "copy").log()) == 1
