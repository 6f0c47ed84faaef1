from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, cast
from weakref import WeakSet

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicecore.kernel.events import CreatingEvent, Event
from servicecore.kernel.operations import AggregateKind, Command, Operation
from servicecore.storage.event_types import EventTypes
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Append, Document, LoggedEvent, Store
from servicecore.storage.verify import Discrepancy, verify

AT = datetime(2026, 1, 1, tzinfo=UTC)


@frozen
class Note:
    id: str
    words: tuple[str, ...] = ()
    closed: bool = False


@frozen
class NoteBegun(CreatingEvent[Note]):
    type_name: ClassVar[str] = "test.note_begun"
    id: str

    def create(self) -> Note:
        return Note(self.id)


@frozen
class WordAdded(Event[Note]):
    type_name: ClassVar[str] = "test.word_added"
    word: str

    def apply(self, state: Note) -> Note:
        return evolve(state, words=(*state.words, self.word))


@frozen
class BeginNote(Command):
    name: ClassVar[str] = "test.begin_note"
    target: ClassVar[str] = ""


def _decide(_state: Any, _command: BeginNote, _facts: Any) -> tuple[Event[Note], ...]:
    return ()


def _indexes(state: Note) -> Mapping[str, tuple[str, ...]]:
    return {"word": state.words}


NOTE = AggregateKind(
    "note",
    Note,
    (Operation(command=BeginNote, decide=_decide, events=(NoteBegun, WordAdded)),),
    indexes=_indexes,
    next_wakeup=lambda state: AT + timedelta(days=len(state.words)),
    claims=lambda state: (f"note:{state.id}",),
)
TYPES = EventTypes.of([NOTE])


def add(store: Store, id_: str, *words: str) -> None:
    """Do what an engine does: load, fold on, append."""
    with store.transaction() as unit:
        document = unit.load("note", id_)
        events: tuple[Event[Note], ...] = tuple(WordAdded(word) for word in words)
        if document is None:
            events = (NoteBegun(id_), *events)
            state = Note(id_)
        else:
            state = TYPES.codec.decode(Note, document.data)
        for event in events:
            state = state if isinstance(event, NoteBegun) else event.apply(state)
        unit.append(
            Append(
                "note",
                id_,
                document.version if document else 0,
                tuple(TYPES.encode_event(event, meta='{"actor":"me"}', at=AT) for event in events),
                TYPES.codec.encode(state),
                NOTE.indexes(state),
                NOTE.next_wakeup(state),
                NOTE.claims(state),
            )
        )


def found(store: Store) -> list[Discrepancy]:
    return list(verify(store, [NOTE], TYPES))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def opened(path: Path) -> Store:
    return open_store(f"sqlite:///{path}?synchronous=off")


@pytest.mark.parametrize("url", ["memory:", "sqlite:///{}/shop.db"])
def test_a_sound_store_is_proved(tmp_path: Path, url: str) -> None:
    store = open_store(url.format(tmp_path))
    for number in range(20):
        add(store, f"n-{number}", "red", "lamp")
        add(store, f"n-{number}", "chair")

    assert found(store) == []


DAMAGES = [
    ("UPDATE documents SET data = replace(data, 'lamp', 'lamb')", 3, "differs from the fold"),
    ("UPDATE documents SET data = replace(data, 'words', 'w0rds')", 3, "differs from the fold"),
    ("UPDATE documents SET data = replace(data, ',', ', ')", 3, "differs from the fold"),
    ("UPDATE documents SET data = '{'", 3, "differs from the fold"),
    ("UPDATE documents SET version = 4", 4, "counts 4 events, the log has 3"),
    ("UPDATE documents SET digest = 'x'", 3, "digest is not that of its last event"),
    ("UPDATE documents SET wakeup = wakeup + 1", 3, "wake-up"),
    ("UPDATE documents SET indexes = '{}'", 3, "index word=lamp is missing"),
    ("UPDATE documents SET indexes = '{\"wo'", 3, "is wrong"),
    ("UPDATE documents SET claims = '[]'", 3, "claim note:n-1 is missing"),
    ("UPDATE documents SET id = 'n-2'", 3, "the log has 0"),
    ("UPDATE documents SET kind = 'other'", 3, "nobody knows this kind"),
    ("UPDATE events SET data = replace(data, 'lamp', 'lamb') WHERE version = 3", 3, "the chain breaks here"),
    ("UPDATE events SET meta = replace(meta, 'me', 'he') WHERE version = 2", 2, "the chain breaks here"),
    ("UPDATE events SET at = at + 1 WHERE version = 2", 2, "the chain breaks here"),
    ("UPDATE events SET digest = 'x' WHERE version = 1", 1, "the chain breaks here"),
    ("UPDATE events SET type_name = 'test.lost' WHERE version = 3", 3, "unknown type"),
    ("UPDATE events SET type_version = 2 WHERE version = 3", 3, "version 2, known is up to 1"),
    ("UPDATE events SET data = '{' WHERE version = 3", 3, "cannot be read"),
    ("DELETE FROM events WHERE version = 2", 3, "event 2 is missing, 3 follows"),
    ("DELETE FROM events WHERE version = 1", 3, "cannot be folded"),
    ("DELETE FROM events WHERE version = 3", 3, "counts 3 events, the log has 2"),
    ("UPDATE events SET position = 99 WHERE version = 1", 2, "before its predecessor"),
    ("DELETE FROM entries WHERE value = 'lamp'", 3, "index word=lamp does not find it"),
    ("INSERT INTO entries VALUES ('note', 'word', 'stray', 'n-1')", 0, "entry word=stray is not in the document"),
    ("DELETE FROM claims", 3, "claim note:n-1 is held by None"),
    ("UPDATE claims SET owner = 'note/n-7'", 3, "claim note:n-1 is held by note/n-7"),
    ("DELETE FROM documents", 0, "events without a document"),
    ("UPDATE search SET words = 'other'", 0, "search holds other words"),
    ("UPDATE documents SET due_at = NULL", 0, "due at another time"),
]


@pytest.mark.parametrize(("statement", "version", "what"), DAMAGES)
def test_each_damage_is_found_in_its_place(path: Path, statement: str, version: int, what: str) -> None:
    store = opened(path)
    add(store, "n-1", "red", "lamp")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    discrepancies = found(store)

    assert [each for each in discrepancies if what in each.what and each.version == version], discrepancies


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_changed_character_of_a_document_or_event_is_found(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "shop.db"
    path.unlink(missing_ok=True)
    (tmp_path / "shop.db-wal").unlink(missing_ok=True)
    (tmp_path / "shop.db-shm").unlink(missing_ok=True)
    store = opened(path)
    add(store, "n-1", "red", "lamp è")
    table, column = data.draw(
        st.sampled_from(
            [("documents", name) for name in ("data", "indexes", "claims", "digest", "id")]
            + [("events", name) for name in ("data", "meta", "digest", "id", "kind", "type_name")]
            + [("entries", name) for name in ("name", "value", "id")]
            + [("claims", name) for name in ("claim", "owner")]
        )
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = connection.execute(f"SELECT {column} FROM {table}").fetchall()  # noqa: S608 - names from above
        (text,) = data.draw(st.sampled_from(rows))
        at = data.draw(st.integers(0, len(text) - 1))
        other = data.draw(st.characters(codec="utf-8").filter(lambda character: character != text[at]))
        connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608 - names from above
            (text[:at] + other + text[at + 1 :], text),
        )

    assert found(store)
    store.close()


def test_a_document_of_an_earlier_release_only_lacks_the_new_fields(path: Path) -> None:
    store = opened(path)
    add(store, "n-1", "lamp")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("""UPDATE documents SET data = '{"id":"n-1","words":["lamp"]}'""")

    assert found(store) == []


def test_writers_may_go_on_meanwhile(path: Path) -> None:
    store = opened(path)
    for number in range(5):
        add(store, f"n-{number}", "lamp")
    stream = iter(store.documents())
    stale = next(stream)
    add(store, stale.id, "chair")

    class Stale:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def documents(self, kind: str | None = None) -> Iterator[Document]:
            assert kind is None
            yield stale
            yield from stream

    assert list(verify(cast("Store", Stale()), [NOTE], TYPES)) == []


def test_memory_stays_flat(path: Path) -> None:
    def peak(documents: int) -> int:
        store = opened(path)
        for number in range(documents):
            add(store, f"{documents}-{number}", *("word" * 20 for _ in range(5)))
        tracemalloc.start()
        assert found(store) == []
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        store.close()
        return size

    peak(1)
    small = peak(420)

    assert peak(840) < 1.5 * small


def test_the_events_of_two_aggregates_at_most_are_in_memory(path: Path) -> None:
    """Those of the one before go when those of the next have come."""
    store = opened(path)
    for number in range(300):
        add(store, f"n-{number}", *("word" for _ in range(6)))
    alive: WeakSet[LoggedEvent] = WeakSet()
    most = 0

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def history(self, kind: str, id_: str) -> tuple[LoggedEvent, ...]:
            nonlocal most
            events = store.history(kind, id_)
            for event in events:
                alive.add(event)
            most = max(most, len(alive))
            return events

    assert list(verify(cast("Store", Counting()), [NOTE], TYPES)) == []
    assert 7 <= most <= 14
    assert len(store.log(limit=10_000)) == 2100


_WRITE = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("notes", sys.argv[2])
notes = importlib.util.module_from_spec(spec)
sys.modules["notes"] = notes
spec.loader.exec_module(notes)
store = notes.open_store(sys.argv[1])
print("ready", flush=True)
number = 0
while True:
    notes.add(store, f"n-{number % 7}", f"word-{number}", "lamp")
    number += 1
    print(number, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("after", [1, 2, 5, 17, 60])
def test_a_killed_writer_leaves_whole_units_of_work_only(path: Path, after: int) -> None:
    url = f"sqlite:///{path}"
    child = subprocess.Popen(
        [sys.executable, "-c", _WRITE, url, os.fspath(Path(__file__))], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said = [line.strip() for _, line in zip(range(after + 1), child.stdout, strict=False)]
    child.kill()
    said.extend(line.strip() for line in child.stdout)
    child.wait(30)
    child.stdout.close()
    store = open_store(url)
    told = int(said[-1])
    words = [TYPES.decode_event(e.event.type_name, 1, e.event.data) for e in store.log(limit=100_000)]
    written = [
        int(event.word.removeprefix("word-"))
        for event in words
        if isinstance(event, WordAdded) and event.word != "lamp"
    ]

    assert found(store) == []
    assert written == list(range(len(written)))
    assert told <= len(written) <= told + 1
    add(store, "n-1", "after")
    assert found(store) == []
