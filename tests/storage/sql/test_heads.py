"""A change that finds the document as it was last seen writes without reading it; one that does not, reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from servicecore.errors import VersionConflict
from servicecore.storage.ports import Document
from servicecore.storage.sql.heads import Head, Heads
from servicecore.storage.sql.sqlite import SqliteStore
from servicecore.storage.urls import SqliteUrl, parse_url
from servicecore.testing.stores.changes import change, write

OWNED = {"owner": ("x",)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def open_here(path: Path) -> Iterator[Callable[[], SqliteStore]]:
    opened: list[SqliteStore] = []

    def open_one() -> SqliteStore:
        place = parse_url(f"sqlite:///{path}?synchronous=off")
        assert isinstance(place, SqliteUrl)
        opened.append(SqliteStore(place))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def store(open_here: Callable[[], SqliteStore]) -> SqliteStore:
    return open_here()


def by_hand(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def statements_of(store: SqliteStore, expected: int, **parts: object) -> list[str]:
    """Return the first words of the statements that a change of the document takes."""
    seen: list[str] = []
    connection = store._writing_connection()
    connection.set_trace_callback(lambda text: seen.append(" ".join(text.split()[:3])))
    write(store, change(expected=expected, **parts))  # type: ignore[arg-type]
    connection.set_trace_callback(None)
    return [each for each in seen if not each.startswith("--")]


def test_the_events_of_a_unit_of_work_go_to_the_outbox_together(store: SqliteStore) -> None:
    write(store, change(events=3), change("b"))
    store.handed_on(2)
    write(store, change(expected=3, events=2), change("b", expected=1))
    assert [each.position for each in store.outbox()] == [1, 3, 4, 5, 6, 7]


def test_what_was_seen_is_not_read_again(store: SqliteStore) -> None:
    write(store, change(indexes=OWNED, claims=("c",)))
    assert statements_of(store, 1, indexes=OWNED, claims=("c",)) == [
        "BEGIN IMMEDIATE",
        "UPDATE documents SET",
        "INSERT INTO events",
        "INSERT INTO outbox",
        "INSERT INTO ledger",
        "COMMIT",
    ]


def test_new_index_values_are_compared_with_those_that_are_stored(store: SqliteStore) -> None:
    write(store, change(indexes=OWNED))
    assert "SELECT number, version," in statements_of(store, 1, indexes={"owner": ("y",)})
    with store.reading() as reader:
        assert (reader.find("thing", "owner", "x"), reader.find("thing", "owner", "y")) == ((), ("a",))


def test_what_another_process_wrote_meanwhile_is_a_conflict(open_here: Callable[[], SqliteStore]) -> None:
    here, there = open_here(), open_here()
    write(here, change())
    write(there, change(expected=1))
    with pytest.raises(VersionConflict, match="has version 2, expected was 1"):
        write(here, change(expected=1))
    write(here, change(expected=2))
    assert [each.version for each in here.history("thing", "a")] == [1, 2, 3]


def test_index_values_that_were_replaced_beneath_are_found_and_put_right(store: SqliteStore, path: Path) -> None:
    write(store, change(indexes=OWNED))
    by_hand(path, """UPDATE documents SET indexes = '{"owner":["z"]}'""")
    by_hand(path, "UPDATE entries SET value = 'z'")
    write(store, change(expected=1, indexes=OWNED))
    with store.reading() as reader:
        assert (reader.find("thing", "owner", "x"), reader.find("thing", "owner", "z")) == (("a",), ())
    assert list(store.inconsistencies()) == []


def test_another_digest_beneath_goes_into_the_chain(store: SqliteStore, path: Path) -> None:
    write(store, change())
    by_hand(path, "UPDATE documents SET digest = 'other'")
    write(store, change(expected=1))
    assert "SELECT number, version," not in statements_of(store, 2)
    document = store.load("thing", "a")
    assert document is not None
    assert document.digest == store.history("thing", "a")[-1].digest


class GivenUp(Exception):
    """Leave a unit of work with an exception."""


def test_what_was_taken_back_was_never_seen(store: SqliteStore) -> None:
    with suppress(GivenUp), store.transaction() as unit:
        unit.append(change())
        raise GivenUp
    with pytest.raises(VersionConflict, match="has version 0, expected was 1"):
        write(store, change(expected=1))
    write(store, change("other"), change())
    with suppress(GivenUp), store.transaction() as unit:
        unit.append(change(expected=1))
        raise GivenUp
    write(store, change(expected=1))
    assert [each.version for each in store.history("thing", "a")] == [1, 2]
    assert list(store.inconsistencies()) == []


def test_heads_kept_longest_ago_go_first() -> None:
    heads = Heads(most=2)
    made = {name: Head(1, "{}", "[]", None, Document("thing", name, 1, "{}")) for name in ("a", "b", "c")}
    for name in ("a", "b", "a", "c"):
        heads.keep(("thing", name), made[name])
    assert [heads.get(("thing", name)) for name in ("a", "b", "c")] == [made["a"], None, made["c"]]
