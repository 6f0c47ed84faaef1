"""A change of any value in any column of any table, behind servicecore's back, is found; so is what is taken away."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.storage.test_verify import AT, add, found

from servicecore.errors import ServiceCoreError
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store
from servicecore.storage.sql.ledger import MODULUS, counter_mark, event_share, mark_of
from servicecore.storage.sql.schema import METADATA, POSTGRES_METADATA
from servicecore.testing.postgres import PostgresServer

TABLES = [*sorted(METADATA.tables), "search", "servicecore_schema"]


def fill(store: Store) -> None:
    """Leave at least two rows in each table: also a lease, a postponement, and texts that were kept twice."""
    for number in range(4):
        add(store, f"n-{number}", "red", f"lamp {number}")
    add(store, "n-1", "chair")
    for number in range(2):
        with store.transaction() as unit:
            unit.claim(f"command:{number}", "note:n-1:1:abc")
            unit.claim("given back", "me")
            unit.release("given back", "me")
            unit.put("receipt:1", f'{{"id":"n-{number}"}}')
            unit.put(f"receipt:{number + 2}", '{"id":"n-1"}')
            unit.add("coupon:SPRING", 3)
            unit.add("coupon:SPRING", -1)
            unit.add(f"coupon:{number}", 1)
    (first, *_) = store.lease_due(AT + timedelta(days=2), limit=1, lease=timedelta(minutes=5))
    with store.transaction() as unit:
        unit.postpone("note", "n-1" if first.id != "n-1" else "n-2", AT + timedelta(days=9))
    store.handed_on(*(logged.position for logged in store.outbox(limit=3)))


def flipped(value: Any) -> Any:
    """Return ``value`` with one bit turned, in the last byte where it is text; something where it is None."""
    if value is None:
        return 1
    if isinstance(value, int):
        return value ^ 64
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 64])
    return value[:-1] + chr(ord(value[-1]) ^ 64)


def is_noticed(open_it: Callable[[], Store]) -> bool:
    try:
        with closing(open_it()) as store:
            return bool(found(store))
    except ServiceCoreError:
        return True


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "shop.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        fill(store)
        assert found(store) == []
    return path


def test_a_sound_store_is_proved_while_leases_and_postponements_are_there(sound: Path) -> None:
    with closing(sqlite3.connect(sound)) as connection:
        rows = connection.execute("SELECT count(*) FROM documents WHERE postponed IS NOT NULL").fetchall()
    assert rows == [(2,)]


@pytest.mark.parametrize("table", TABLES)
def test_a_value_changed_in_sqlite_is_noticed(sound: Path, tmp_path: Path, table: str) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(sound)) as connection:
        cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name from above
        names = [name for name, *_ in cursor.description]
        rows = cursor.fetchall()
    missed = []
    for row in rows:
        where = " AND ".join(f'"{name}" IS ?' for name in names)
        for at, name in enumerate(names):
            shutil.copy(sound, path)
            with closing(sqlite3.connect(path)) as connection, connection:
                change = f'UPDATE {table} SET "{name}" = ? WHERE {where}'  # noqa: S608 - names from above
                assert connection.execute(change, (flipped(row[at]), *row)).rowcount == 1
            if not is_noticed(lambda: open_store(f"sqlite:///{path}")):
                missed.append((name, row))
        shutil.copy(sound, path)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"DELETE FROM {table} WHERE {where}", row)  # noqa: S608 - names from above
        if not is_noticed(lambda: open_store(f"sqlite:///{path}")):
            missed.append(("deleted", row))

    assert len(rows) >= (2 if table not in {"ledger", "servicecore_schema"} else 1)
    assert missed == []


@pytest.fixture(scope="module")
def schema(postgres_server: PostgresServer) -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    url = postgres_server.schema_url("test_ledger")
    with closing(open_store(url)) as store:
        fill(store)
        assert found(store) == []
    with postgres_server.session() as session:
        session.execute("SET search_path = test_ledger")
        session.execute("ALTER TABLE outbox DROP CONSTRAINT outbox_position_fkey")
        yield url, session
    postgres_server.drop("test_ledger")


@pytest.mark.parametrize("table", [name for name in TABLES if name != "search"])
def test_a_value_changed_in_postgresql_is_noticed(schema: tuple[str, psycopg.Connection[Any]], table: str) -> None:
    url, session = schema
    name_of = sql.Identifier
    cursor = session.execute(sql.SQL("SELECT * FROM {}").format(name_of(table)))
    names = [each.name for each in cursor.description or ()]
    where = sql.SQL(" AND ").join(sql.SQL("{} IS NOT DISTINCT FROM %s").format(name_of(name)) for name in names)
    change = sql.SQL("UPDATE {} SET {} = %s WHERE {}")
    missed = []
    rows = cursor.fetchall()
    for row in rows:
        for at, name in enumerate(names):
            other = (*row[:at], flipped(row[at]), *row[at + 1 :])
            statement = change.format(name_of(table), name_of(name), where)
            assert session.execute(statement, (other[at], *row)).rowcount == 1
            if not is_noticed(lambda: open_store(url)):
                missed.append((name, row))
            assert session.execute(statement, (row[at], *other)).rowcount == 1
        session.execute(sql.SQL("DELETE FROM {} WHERE {}").format(name_of(table), where), row)
        noticed = is_noticed(lambda: open_store(url))
        values = sql.SQL(", ").join(sql.Placeholder() * len(row))
        session.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(name_of(table), values), row)
        if not noticed:
            missed.append(("deleted", row))

    assert rows
    assert missed == []
    with closing(open_store(url)) as store:
        assert found(store) == []


def test_the_tables_are_all_of_the_schema() -> None:
    assert {*METADATA.tables, *POSTGRES_METADATA.tables, "servicecore_schema"} == set(TABLES)


REMOVED = (
    "DELETE FROM outbox WHERE position IN (SELECT position FROM events WHERE id = 'n-2')",
    "DELETE FROM events WHERE id = 'n-2'",
    "DELETE FROM entries WHERE id = 'n-2'",
    "DELETE FROM claims WHERE owner = 'note/n-2'",
    "DELETE FROM search WHERE {number} = (SELECT number FROM documents WHERE id = 'n-2')",
    "DELETE FROM documents WHERE id = 'n-2'",
)


def test_an_aggregate_removed_from_every_table_of_sqlite_is_missed(sound: Path, tmp_path: Path) -> None:
    shutil.copy(sound, tmp_path / "shop.db")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        for statement in REMOVED:
            assert connection.execute(statement.format(number="rowid")).rowcount >= 1 or "outbox" in statement
    with closing(open_store(f"sqlite:///{tmp_path}/shop.db")) as store:
        assert any("the log holds other events" in each.what for each in found(store))


def test_an_aggregate_removed_from_every_table_of_postgresql_is_missed(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with closing(open_store(postgres_url)) as store:
        fill(store)
        with postgres_server.session() as session:
            session.execute(f"SET search_path = {postgres_url.rpartition('=')[2]}")
            for statement in REMOVED:
                session.execute(statement.format(number="number").encode())

        assert any("the log holds other events" in each.what for each in found(store))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE kept SET data = data || ' '", "what is kept under receipt:1 is not what was written"),
        ("UPDATE counters SET value = 3 WHERE name = 'coupon:SPRING'", "counter coupon:SPRING, at 3, is not what"),
        ("UPDATE claims SET owner = 'x' WHERE claim = 'command:0'", "claim command:0, held by x, is not what"),
        ("INSERT INTO claims VALUES ('stray', 'me', {})", "there are other claims"),
        ("INSERT INTO kept VALUES ('stray', 'me', {0}, {0})", "something else is kept"),
        ("DELETE FROM outbox", "the outbox holds other events"),
        ("DELETE FROM ledger", "the log holds other events"),
    ],
)
def test_each_discrepancy_has_its_place(sound: Path, tmp_path: Path, statement: str, what: str) -> None:
    shutil.copy(sound, tmp_path / "shop.db")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        connection.execute(statement.format(mark_of("stray", "me")))
    with closing(open_store(f"sqlite:///{tmp_path}/shop.db")) as store:
        discrepancies = found(store)

    assert [each for each in discrepancies if what in each.what], discrepancies


@pytest.mark.parametrize("table", ["claims", "counters", "kept"])
def test_a_row_put_back_to_what_it_once_was_is_noticed(tmp_path: Path, table: str) -> None:
    """The row and its mark fit each other; only the sum tells that others came after."""
    path = tmp_path / "shop.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        for owner in ("me", "you"):
            with store.transaction() as unit:
                unit.release("claim", "me")
                unit.claim("claim", owner)
                unit.add("counter", 1)
                unit.put("key", owner)
            if owner == "me":
                with closing(sqlite3.connect(path)) as connection:
                    (before,) = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a name from above
        assert found(store) == []
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name from above
            places = ", ".join("?" * len(before))
            connection.execute(f"INSERT INTO {table} VALUES ({places})", before)  # noqa: S608 - a name from above

        assert len(found(store)) == 1


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # no byte is simpler than another one
)
@given(data=st.data())
def test_any_byte_flipped_in_the_file_is_noticed_or_says_nothing(
    sound: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Not every byte of a file says something: pages have free room. What is read must be what was written."""
    content = bytearray(sound.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "shop.db"
    for name in ("shop.db", "shop.db-wal", "shop.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    path.write_bytes(content)
    if not is_noticed(lambda: open_store(f"sqlite:///{path}")):
        assert dumped(path) == dumped(sound), at


@pytest.mark.parametrize("table", ["events", "outbox"])
def test_rows_out_of_order_are_not_read_on_and_on(sound: Path, tmp_path: Path, table: str) -> None:
    """The last row of a table says that it is the second: who asks for what follows it would get it again."""
    with closing(sqlite3.connect(sound)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(sound.read_bytes())
    page = (root - 1) * size
    last = 8 + 2 * (int.from_bytes(content[page + 3 : page + 5]) - 1)
    cell = page + int.from_bytes(content[page + last : page + last + 2])
    number = cell + (1 if content[cell] < 128 else 2)  # behind the length of the row, which takes a byte or two
    content[number] = 2
    path = tmp_path / "shop.db"
    path.write_bytes(content)

    assert is_noticed(lambda: open_store(f"sqlite:///{path}"))


def dumped(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [str(connection.execute(f"SELECT * FROM {name}").fetchall()) for name in tables]  # noqa: S608 - ours


@given(st.lists(st.integers(-(2**62), 2**62 - 1)), st.text())
def test_the_mark_of_a_counter_grows_with_it(amounts: list[int], name: str) -> None:
    assert sum(counter_mark(name, each) for each in amounts) % MODULUS == counter_mark(name, sum(amounts))


@given(st.text(), st.text(), st.text(), st.text())
def test_different_parts_have_different_marks(one: str, two: str, three: str, four: str) -> None:
    assert (mark_of(one, two) == mark_of(three, four)) == ((one, two) == (three, four))


@given(st.integers(1, 2**40), st.integers(1, 2**40))
def test_two_events_that_change_places_change_the_sum(first: int, second: int) -> None:
    one, two = "0" * 64, "f" * 64
    same = event_share(first, one) + event_share(second, two) == event_share(second, one) + event_share(first, two)
    assert same == (first == second)
