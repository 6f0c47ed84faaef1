"""A PostgreSQL that is away, killed, locked, read-only, or something else: a clear answer, nothing half written."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from servicecore.errors import VersionConflict
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store, StoreBroken, StoreUnavailable
from servicecore.storage.sql.postgres import PostgresStore
from servicecore.testing.postgres import REQUIRED, VARIABLE, NoServer, PostgresServer, start_server
from servicecore.testing.stores.changes import change, minute, write
from servicecore.testing.stores.races import at_once


@pytest.fixture
def admin(postgres_server: PostgresServer, postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A session beside the store, in the store's schema."""
    with postgres_server.session() as session:
        session.execute(f"SET search_path = {postgres_url.rpartition('=')[2]}")
        yield session


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    made = open_store(f"{postgres_url}&timeout=0.3&application_name=shop")
    assert isinstance(made, PostgresStore)
    yield made
    made.close()


def end_sessions(admin: psycopg.Connection[Any]) -> int:
    """End every session of the store, and return how many there were."""
    return admin.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'shop'"
    ).rowcount


def ids(store: Store) -> list[str]:
    return [logged.id for logged in store.log()]


def test_a_server_that_is_not_there_is_unavailable_and_retryable() -> None:
    with pytest.raises(StoreUnavailable, match=r"nowhere\.invalid/shop cannot be reached") as caught:
        open_store("postgresql://me:secret@nowhere.invalid/shop?timeout=2")
    assert caught.value.retryable
    assert "secret" not in str(caught.value)


def test_a_schema_of_something_else_is_refused_and_left_alone(
    postgres_url: str, admin: psycopg.Connection[Any]
) -> None:
    admin.execute(f"CREATE SCHEMA {postgres_url.rpartition('=')[2]}")
    admin.execute("CREATE TABLE songs (name text)")

    with pytest.raises(StoreBroken, match="holds songs"):
        open_store(postgres_url)
    assert admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema").fetchall() == [("songs",)]


def test_a_database_in_another_encoding_is_refused(postgres_server: PostgresServer) -> None:
    if postgres_server.control is None:
        pytest.skip("makes a database, which is not done on a server that is not ours")
    with postgres_server.session() as session:
        session.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0")

    with pytest.raises(StoreBroken, match="SQL_ASCII"):
        open_store(postgres_server.schema_url("shop").replace("/postgres?", "/ascii?"))


def test_a_newer_release_is_refused_by_name(postgres_url: str, store: Store, admin: psycopg.Connection[Any]) -> None:
    write(store, change())
    admin.execute("UPDATE servicecore_schema SET version_num = '0099'")

    with pytest.raises(StoreBroken, match=r"0099, known are 0001, 0002, 0003 \(it was written by a newer release"):
        open_store(postgres_url)


def test_a_session_killed_within_a_unit_of_work_leaves_nothing(store: Store, admin: psycopg.Connection[Any]) -> None:
    write(store, change("before"))

    def work() -> None:
        with store.transaction() as unit:
            unit.append(change("lost"))
            unit.add("n", 1)
            assert end_sessions(admin) >= 1
            unit.put("k", "v")

    with pytest.raises(StoreUnavailable, match=r"the connection to .* was lost") as caught:
        work()
    assert caught.value.retryable
    assert ids(store) == ["before"]
    write(store, change("lost"))
    with store.reading() as reader:
        assert (reader.counter("n"), reader.get("k")) == (0, None)


def test_a_session_killed_before_the_commit_leaves_nothing(store: Store, admin: psycopg.Connection[Any]) -> None:
    def work() -> None:
        with store.transaction() as unit:
            unit.append(change("lost"))
            end_sessions(admin)

    with pytest.raises(StoreUnavailable, match="was lost"):
        work()
    assert ids(store) == []


def test_sessions_killed_while_idle_are_not_noticed(store: Store, admin: psycopg.Connection[Any]) -> None:
    at_once(*([lambda: write(store, change(f"{threading.get_ident()}"))] * 3))
    assert end_sessions(admin) >= 1
    write(store, change("after"))

    assert len(ids(store)) == 4


def test_a_store_outlives_a_restart_of_its_server() -> None:
    try:
        server = start_server()
    except NoServer as reason:
        if os.environ.get(VARIABLE) == REQUIRED:
            raise
        pytest.skip(f"no PostgreSQL of our own: {reason}")
    assert server.control is not None
    with closing(open_store(server.schema_url("shop") + "&timeout=0.3")) as store:
        write(store, change("before"))
        server.control("-m", "fast", "-w", "restart")
        write(store, change("after"))
        server.control("-m", "immediate", "-w", "stop")
        with pytest.raises(StoreUnavailable) as caught:
            write(store, change("lost"))
        server.control("-w", "restart")

        assert caught.value.retryable
        assert ids(store) == ["before", "after"]
        assert list(store.inconsistencies()) == []


def test_a_row_locked_by_another_program_is_unavailable_and_retryable(
    store: Store, admin: psycopg.Connection[Any]
) -> None:
    write(store, change())
    with admin.transaction():
        admin.execute("SELECT FROM documents FOR UPDATE")
        with pytest.raises(StoreUnavailable, match="locked by another writer") as caught:
            write(store, change(expected=1))
        with store.reading() as reader:
            assert getattr(reader.load("thing", "a"), "version", 0) == 1

    assert caught.value.retryable
    write(store, change(expected=1))
    assert ids(store) == ["a", "a"]


def test_a_statement_that_takes_too_long_is_unavailable(postgres_url: str, admin: psycopg.Connection[Any]) -> None:
    with closing(open_store(f"{postgres_url}&options=-c statement_timeout=100ms")) as store:
        write(store, change())
        with admin.transaction():
            admin.execute("SELECT FROM documents FOR UPDATE")
            with pytest.raises(StoreUnavailable, match="statement timeout"):
                write(store, change(expected=1))

        assert ids(store) == ["a"]


def test_a_database_that_may_not_be_written_is_unavailable(postgres_url: str, store: Store) -> None:
    write(store, change())
    with closing(open_store(f"{postgres_url}&options=-c default_transaction_read_only=on")) as other:
        with pytest.raises(StoreUnavailable, match="cannot be written"):
            write(other, change("b"))
        assert ids(other) == ["a"]


def test_of_two_units_that_wait_for_each_other_one_is_a_lost_race(postgres_url: str) -> None:
    meet = threading.Barrier(2)

    def work(shop: Store, first: str, second: str) -> bool:
        try:
            with shop.transaction() as unit:
                unit.append(change(first, 1))
                meet.wait(10)
                unit.append(change(second, 1))
        except VersionConflict:
            return False
        return True

    with closing(open_store(f"{postgres_url}&timeout=30")) as shop:
        write(shop, change("a"), change("b"))
        done = at_once(lambda: work(shop, "a", "b"), lambda: work(shop, "b", "a"))
        assert sorted(done) == [False, True]
        assert sorted(ids(shop)) == ["a", "a", "b", "b"]


def test_after_a_failed_statement_the_unit_of_work_cannot_commit(store: Store) -> None:
    def swallow() -> None:
        with store.transaction() as unit:
            unit.append(change())
            unit.add("n", 2**63 - 1)
            with pytest.raises(StoreBroken, match="22003"):
                unit.add("n", 1)

    with pytest.raises(StoreUnavailable, match="nothing was written"):
        swallow()
    assert ids(store) == []


def test_more_threads_than_connections_wait_and_then_give_up(postgres_url: str) -> None:
    def count(shop: Store) -> None:
        with shop.transaction() as unit:
            unit.add("n", 1)

    with closing(open_store(f"{postgres_url}&pool=1&timeout=0.2")) as shop:
        at_once(*([lambda: count(shop)] * 4))
        with shop.reading() as reader:
            assert reader.counter("n") == 4
            with pytest.raises(StoreUnavailable, match="all 1 connections"):
                at_once(lambda: count(shop))


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()

    with pytest.raises(StoreUnavailable, match="was closed"):
        store.log()


def test_keys_of_any_length_and_character_are_kept_apart(store: Store) -> None:
    texts = [
        f"{first}{tail}" for tail in ("", "x" * 5000) for first in ("", "\x00", "\x01", "\x01\x01", "\x00\x02", "\x02")
    ]
    for number, text in enumerate(texts):
        write(store, change(f"{number:02}", indexes={"name": (text,)}, claims=(text,)))
        with store.transaction() as unit:
            unit.put(text, text)
            unit.add(text, number)
    for text in ("\x02b", "\x00b", "\x01b", "b"):
        write(store, change(text, kind="ordered", indexes={"all": ("x",)}))

    with store.reading() as reader:
        for number, text in enumerate(texts):
            assert reader.find("thing", "name", text) == (f"{number:02}",)
            assert reader.claim_owner(text) == f"thing/{number:02}"
            assert (reader.get(text), reader.counter(text)) == (text, number)
        assert reader.find("ordered", "all", "x") == ("\x00b", "\x01b", "\x02b", "b")
        assert reader.find("ordered", "all", "x", after="\x00b", limit=1) == ("\x01b",)
    assert [document.id for document in store.documents("ordered")] == ["\x00b", "\x01b", "\x02b", "b"]
    assert list(store.inconsistencies()) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE documents SET indexes = '{\"na'", "not JSON"),
        ("UPDATE documents SET indexes = '[1]'", "not JSON"),
        ("UPDATE documents SET indexes = '{\"name\":[1]}'", "not JSON"),
        ("DELETE FROM documents", "events without a document"),
        ("DELETE FROM documents", "search knows number 1"),
        ("UPDATE entries SET value = 'other'", "entry name=other is not in the document"),
        ("UPDATE documents SET due_at = NULL", "due at another time"),
        ("UPDATE documents SET due_at = wakeup - 1", "due at another time"),
        ("UPDATE search SET vector = 'other'", "search holds other words"),
        ("DELETE FROM search", "search holds other words"),
        (
            "ALTER TABLE outbox DROP CONSTRAINT outbox_position_fkey; INSERT INTO outbox VALUES (99)",
            "position 99, which",
        ),
        ("SELECT setval('events_position_seq', 1)", "the next one would be lower"),
        ("ALTER TABLE search RENAME TO lost", "does not answer as a database of servicecore"),
    ],
)
def test_rows_that_contradict_each_other_are_found(
    store: Store, admin: psycopg.Connection[Any], statement: str, said: str
) -> None:
    write(store, change(indexes={"name": ("lamp",)}, wakeup=minute(1), events=2))
    assert list(store.inconsistencies()) == []
    admin.execute("DELETE FROM outbox")
    admin.execute(statement.encode())

    assert any(said in found.what for found in store.inconsistencies())


def _add(url: str, times: int) -> None:
    store = open_store(url)
    for _ in range(times):
        with store.transaction() as unit:
            unit.add("n", 1)
            unit.add("limited", 1, limit=50)
    store.close()


def test_processes_share_a_schema_from_its_first_moment(postgres_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add, args=(f"{postgres_url}&timeout=30", 30)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0, 0, 0]
    with closing(open_store(postgres_url)) as store, store.reading() as reader:
        assert (reader.counter("n"), reader.counter("limited")) == (90, 50)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_opens_connections_of_its_own(store: Store) -> None:
    write(store, change("parent"))
    child = os.fork()
    if child == 0:
        try:
            write(store, change("child"))
            store.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    write(store, change("parent", 1))

    assert ids(store) == ["parent", "child", "parent"]
