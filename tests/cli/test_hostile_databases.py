"""Each thing that the documentation says of a database that does not answer is what a command really says."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from servicecore.storage.sql.migrate import migrate

Run = Callable[..., Any]
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "back-up-and-restore.md"
ROW = re.compile(r"^\| `([^`]+)` \| `(storage\.\w+)` \|", re.MULTILINE)
SAID = dict(ROW.findall(PAGE.read_text("utf-8")))


def change(statement: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)

    return damage


def _spoil_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for start in range(8192, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)


def _become_songs(path: Path) -> None:
    path.unlink()
    change("CREATE TABLE songs (name TEXT)")(path)


def _become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "there is no database": Path.unlink,
    "cannot be used": _become_a_folder,
    "is not a database": lambda path: path.write_bytes(b"only text, and a good deal of it " * 40),
    "is a database of something else": _become_songs,
    "has schema revision 0001, needed is": lambda path: migrate(f"sqlite:///{path}", "0001"),
    "has schema revision 9999, known are": change("UPDATE servicecore_schema SET version_num = '9999'"),
    "is damaged": _spoil_pages,
    "cannot be read": change("UPDATE documents SET data = '{\"id\":' WHERE kind = 'customer'"),
    "version 99, known is up to": change("UPDATE events SET type_version = 99 WHERE kind = 'customer'"),
}
"""What is done to a file, by what is said then."""


@pytest.mark.parametrize("said", DAMAGES)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(run: Run, demo_store: str, said: str) -> None:
    path = Path(demo_store.removeprefix("sqlite:///"))
    DAMAGES[said](path)
    before = path.read_bytes() if path.is_file() else None
    answer = run("explain", "C-1001", "--store", demo_store, "--json")

    assert answer.code == 3, answer.out
    assert answer.json["error"]["code"] == SAID[said]
    assert said in answer.json["error"]["message"]
    if before is not None:
        assert path.read_bytes() == before, "a file that was refused stays as it is"


def _connecting(monkeypatch: pytest.MonkeyPatch, prepare: Callable[[sqlite3.Connection], object], mode: str) -> None:
    real = sqlite3.connect

    def connect(path: str, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(f"file:{path}?mode={mode}", uri=True, **options)
        prepare(connection)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)


@pytest.fixture
def import_tea(run: Run, tea_shop: Path) -> Callable[[str], Any]:
    """Import into a store: the command that certainly writes."""
    return lambda url: run("import", tea_shop, "--mapping", tea_shop / "mapping.yaml", "--store", url, "--json")


def test_a_file_that_may_not_be_written_says_so(
    import_tea: Callable[[str], Any], demo_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _connecting(monkeypatch, lambda _connection: None, "ro")
    answer = import_tea(demo_store)
    assert (answer.code, answer.json["error"]["code"]) == (3, SAID["cannot be written"])
    assert "cannot be written" in answer.json["error"]["message"]


def test_a_disk_without_room_says_so_and_nothing_is_half_written(
    run: Run, import_tea: Callable[[str], Any], demo_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite itself is told how large the file may become."""
    _connecting(monkeypatch, lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall(), "rw")
    answer = import_tea(demo_store)
    assert (answer.code, answer.json["error"]["code"]) == (3, SAID["cannot grow"])
    assert "cannot grow" in answer.json["error"]["message"]
    monkeypatch.undo()
    assert run("verify", demo_store).code == 0


def test_a_file_that_another_program_locks_says_so(import_tea: Callable[[str], Any], demo_store: str) -> None:
    with closing(sqlite3.connect(demo_store.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = import_tea(f"{demo_store}?timeout=0.1")
        other.execute("ROLLBACK")
    assert (answer.code, answer.json["error"]["code"]) == (3, SAID["is locked by another writer"])
    assert "is locked by another writer" in answer.json["error"]["message"]


def test_a_server_that_is_away_says_so(run: Run) -> None:
    pytest.importorskip("psycopg")
    answer = run("verify", "postgresql://me:secret@nowhere.invalid/shop?timeout=2", "--json")
    assert (answer.code, answer.json["error"]["code"]) == (3, SAID["cannot be reached"])
    assert "cannot be reached" in answer.json["error"]["message"]
    assert "secret" not in answer.out


def test_the_documentation_names_nothing_else() -> None:
    others = {"cannot be written", "cannot grow", "is locked by another writer", "cannot be reached"}
    assert DAMAGES.keys() | others == SAID.keys()
