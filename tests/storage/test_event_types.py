from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen

from servicecore.engine import KINDS
from servicecore.kernel.events import CreatingEvent, Event
from servicecore.kernel.facts import Facts
from servicecore.kernel.operations import AggregateKind, Command, Operation
from servicecore.storage import codec as codec_module
from servicecore.storage.event_types import EventTypes, Upcaster
from servicecore.storage.ports import Document, StoreBroken, StoredEvent
from servicecore.storage.read_state import read_state
from servicecore.storage.shapes import UnsupportedShape, check_shape

AT = datetime(2026, 1, 1, tzinfo=UTC)


@frozen
class Note:
    id: str
    words: tuple[str, ...]


@frozen
class NoteBegun(CreatingEvent[Note]):
    type_name: ClassVar[str] = "test.note_begun"
    id: str

    def create(self) -> Note:
        return Note(self.id, ())


@frozen
class WordsAdded(Event[Note]):
    type_name: ClassVar[str] = "test.words_added"
    type_version: ClassVar[int] = 3
    words: tuple[str, ...]

    def apply(self, state: Note) -> Note:
        return evolve(state, words=(*state.words, *self.words))


@frozen
class Impostor(Event[Note]):
    type_name: ClassVar[str] = "test.words_added"

    def apply(self, state: Note) -> Note:
        return state


@frozen
class Unlisted(Event[Note]):
    type_name: ClassVar[str] = "test.unlisted"

    def apply(self, state: Note) -> Note:
        return state


@frozen
class BeginNote(Command):
    name: ClassVar[str] = "test.begin_note"
    target: ClassVar[str] = ""


def _nothing(_state: Any, _command: BeginNote, _facts: Facts) -> tuple[Event[Note], ...]:
    return ()


def kind(*events: type[Event[Note]]) -> AggregateKind[Note]:
    return AggregateKind("note", Note, (Operation(command=BeginNote, decide=_nothing, events=events),))


NOTE = kind(NoteBegun, WordsAdded)


def _split(fields: dict[str, Any]) -> dict[str, Any]:
    return {"words": fields["text"].split()}


def _rename(fields: dict[str, Any]) -> dict[str, Any]:
    return {"text": fields["txt"]}


UPCASTERS = (Upcaster("test.words_added", 1, _rename), Upcaster("test.words_added", 2, _split))


def test_an_event_comes_back_equal_with_its_name_version_and_instant() -> None:
    types = EventTypes.of([NOTE])
    stored = types.encode_event(WordsAdded(("a", "b")), meta="{}", at=AT)

    assert stored == StoredEvent("test.words_added", 3, '{"words":["a","b"]}', "{}", AT)
    assert types.decode_event(stored.type_name, stored.type_version, stored.data) == WordsAdded(("a", "b"))


@pytest.mark.parametrize(("version", "data"), [(1, '{"txt":"a b"}'), (2, '{"text":"a b"}'), (3, '{"words":["a","b"]}')])
def test_older_versions_are_upcast_step_by_step(version: int, data: str) -> None:
    types = EventTypes.of([NOTE], upcasters=UPCASTERS)

    assert types.decode_event("test.words_added", version, data) == WordsAdded(("a", "b"))


@pytest.mark.parametrize(
    ("name", "version", "data", "said"),
    [
        ("test.other", 1, "{}", "test.other version 1 is of an unknown type"),
        ("test.words_added", 4, "{}", "has version 4, known is up to 3"),
        ("test.words_added", 1, '{"text":"a"}', "version 1, known is 3, and no upcaster leads from 1 to 2"),
        ("test.words_added", 3, '{"words":["a"', "cannot be read"),
        ("test.words_added", 3, '{"words":[1]}', r"words\[0\]"),
        ("test.words_added", 3, '{"words":[],"more":1}', "more"),
    ],
)
def test_what_cannot_be_read_is_a_broken_store_that_names_it(name: str, version: int, data: str, said: str) -> None:
    with pytest.raises(StoreBroken, match=said):
        EventTypes.of([NOTE]).decode_event(name, version, data)


def test_a_class_is_looked_at_when_it_is_first_written_and_when_it_is_first_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[type] = []
    monkeypatch.setattr(codec_module, "check_shape", looked_at.append)
    types = EventTypes.of(KINDS)
    assert looked_at == []

    own = EventTypes.of([NOTE])
    texts = {own.encode_event(WordsAdded(words), meta="{}", at=AT).data for words in (("a",), ("b",))}
    assert looked_at == [WordsAdded]
    assert {own.decode_event("test.words_added", 3, text) for text in texts} == {WordsAdded(("a",)), WordsAdded(("b",))}
    assert looked_at == [WordsAdded, WordsAdded]
    assert len(types.classes) > 100


@pytest.mark.parametrize("cls", [cls for each in KINDS for cls in (each.state, *each.events())])
def test_every_state_and_event_of_an_installation_can_be_stored(cls: type) -> None:
    check_shape(cls)


def test_two_classes_with_one_name_are_refused() -> None:
    with pytest.raises(UnsupportedShape, match="WordsAdded and Impostor"):
        EventTypes.of([kind(WordsAdded, Impostor)])


def test_an_event_that_nobody_could_read_back_is_not_written() -> None:
    with pytest.raises(UnsupportedShape, match="Unlisted"):
        EventTypes.of([NOTE]).encode_event(Unlisted(), meta="{}", at=AT)


def test_a_damaged_document_is_a_broken_store_that_names_it() -> None:
    types = EventTypes.of([NOTE])
    good = Document("note", "n-1", 2, '{"id":"n-1","words":[]}')

    assert read_state(NOTE, good, types.codec) == Note("n-1", ())
    with pytest.raises(StoreBroken, match="note n-1 in version 2 cannot be read: words"):
        read_state(NOTE, evolve(good, data='{"id":"n-1","words":[1]}'), types.codec)
