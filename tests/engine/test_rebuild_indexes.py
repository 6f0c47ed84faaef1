"""Documents that were filed by older rules are filed by the present ones, and nothing else of them changes."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.conftest import Shop
from tests.storage.test_verify import AT, NOTE, Note, add

from servicecore.engine import RebuiltKind, ServiceCore, StaleIndexes
from servicecore.engine.filing_versions import keep_versions, kinds_behind, stale_kinds
from servicecore.engine.rebuild_indexes import rebuild_indexes
from servicecore.errors import VersionConflict
from servicecore.kernel.filing import Filing
from servicecore.storage.codec import JsonCodec
from servicecore.storage.memory import MemoryStore
from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Document, Store

CODEC = JsonCodec()


def _indexes(note: Note) -> Mapping[str, tuple[str, ...]]:
    return {"word": note.words, "last": note.words[-1:]}


NEWER = evolve(
    NOTE,
    indexes=_indexes,
    next_wakeup=lambda note: AT + timedelta(hours=len(note.words)),
    claims=lambda note: tuple(f"word:{word}" for word in note.words[-1:]),
    filing_version=2,
)
"""Notes as a later release files them: found by their last word too, woken sooner, one note a last word."""


class Watched:
    """Hands everything on to a store; counts documents that are alive, and units of work."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.alive = self.most = self.units = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def documents(self, kind: str | None = None) -> Iterator[Document]:
        for document in self.store.documents(kind):
            self.alive += 1
            self.most = max(self.most, self.alive)
            weakref.finalize(document, self.gone)
            yield document

    def gone(self) -> None:
        self.alive -= 1

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        self.units += 1
        with self.store.transaction() as unit:
            yield unit


@given(notes=st.lists(st.lists(st.sampled_from(("red", "lamp", "chair")), max_size=3), max_size=5))
@settings(max_examples=50)
def test_every_document_is_filed_as_its_state_says_and_else_as_it_was(notes: list[list[str]]) -> None:
    store = MemoryStore()
    for number, words in enumerate(notes):
        add(store, f"n-{number}", *(words or ["empty"]), f"only {number}")
    before = {each.id: each for each in store.documents()}
    log, waiting = store.log(), store.outbox()

    report = rebuild_indexes(store, (NEWER,), CODEC)

    assert report.kinds == (RebuiltKind("note", len(notes), len(notes)),)
    assert (store.log(), store.outbox()) == (log, waiting)
    for document in store.documents():
        held = before[document.id].indexes["word"]
        assert document == evolve(
            before[document.id],
            indexes={"word": held, "last": (held[-1],)},
            wakeup=AT + timedelta(hours=len(held)),
            claims=(f"word:{held[-1]}",),
        )
        with store.reading() as reader:
            assert reader.find("note", "last", held[-1]) == (document.id,)
            assert reader.claim_owner(f"word:{held[-1]}") == f"note/{document.id}"
    assert rebuild_indexes(store, (NEWER,), CODEC).rewritten == 0


def test_memory_stays_flat_and_a_batch_is_a_unit_of_work(tmp_path: Path) -> None:
    """450 documents are four batches of a hundred and one of fifty; one more unit keeps what was done."""
    with closing(open_store(f"sqlite:///{tmp_path}/notes.db")) as store:
        for number in range(450):
            add(store, f"n-{number}", f"word{number}")
        watched = Watched(store)
        report = rebuild_indexes(watched, (NEWER,), CODEC)
        assert (report.looked_at, report.rewritten) == (450, 450)
        assert watched.most <= 2
        assert watched.units == 5 + 1

        again = rebuild_indexes(watched, (NEWER,), CODEC)
        assert (again.looked_at, again.rewritten) == (450, 0)
        assert watched.units == 6
        assert list(store.inconsistencies()) == []


def test_a_claim_that_another_one_holds_is_told_and_the_rest_is_filed() -> None:
    store = MemoryStore()
    add(store, "n-1", "lamp")
    add(store, "n-2", "lamp")
    report = rebuild_indexes(store, (NEWER,), CODEC)
    assert [(each.kind, each.id) for each in report.left] == [("note", "n-2")]
    assert "claim 'word:lamp' is held by 'note/n-1'" in report.left[0].why
    with store.reading() as reader:
        assert reader.find("note", "last", "lamp") == ("n-1", "n-2")
    assert kinds_behind(store, (NEWER,)) == (NEWER,)


def test_a_document_that_cannot_be_read_is_told_and_the_others_are_filed(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path}/notes.db")) as store:
        for id_ in ("n-1", "n-2", "n-3"):
            add(store, id_, id_)
        with store.transaction() as unit:
            unit.rows("UPDATE documents SET data = '{' WHERE id = 'n-2'")  # type: ignore[attr-defined]
        report = rebuild_indexes(store, (NEWER,), CODEC)
        assert ([each.id for each in report.left], report.rewritten) == (["n-2"], 2)
        assert kinds_behind(store, (NEWER,)) == (NEWER,)


def test_what_others_write_meanwhile_is_filed_by_what_they_wrote() -> None:
    """Between the look at a document and the writing of its batch somebody adds a word."""

    class Busy(Watched):
        @contextmanager
        def transaction(self) -> Iterator[Any]:
            if not self.units:
                add(self.store, "n-1", "chair")
            with super().transaction() as unit:
                yield unit

    store = MemoryStore()
    add(store, "n-1", "lamp")
    assert rebuild_indexes(Busy(store), (NEWER,), CODEC).rewritten == 1
    with store.reading() as reader:
        assert (reader.find("note", "last", "chair"), reader.find("note", "last", "lamp")) == (("n-1",), ())


@pytest.mark.parametrize(("refusals", "done"), [(3, True), (99, False)])
def test_a_batch_that_others_came_before_is_tried_again(refusals: int, done: bool) -> None:
    class Contested(Watched):
        @contextmanager
        def transaction(self) -> Iterator[Any]:
            with super().transaction() as unit:
                yield unit
                if self.units <= refusals:
                    raise VersionConflict("others were first")

    store = MemoryStore()
    add(store, "n-1", "lamp")
    if done:
        assert rebuild_indexes(Contested(store), (NEWER,), CODEC).rewritten == 1
    else:
        with pytest.raises(VersionConflict):
            rebuild_indexes(Contested(store), (NEWER,), CODEC)
        assert kinds_behind(store, (NEWER,)) == (NEWER,)


def test_a_store_is_stale_until_it_was_rebuilt() -> None:
    store = MemoryStore()
    add(store, "n-1", "lamp")
    assert stale_kinds(store, (NOTE,)) == ()
    assert stale_kinds(store, (NEWER,)) == ("note",)
    rebuild_indexes(store, (NEWER,), CODEC)
    assert stale_kinds(store, (NEWER,)) == ()
    assert stale_kinds(store, (evolve(NEWER, filing_version=3),)) == ("note",)


def test_a_store_without_such_documents_is_never_stale() -> None:
    store = MemoryStore()
    assert stale_kinds(store, (NEWER,)) == ()
    add(store, "n-1", "lamp")
    assert stale_kinds(store, (NEWER,)) == ()


def test_what_another_kind_was_filed_by_stays_kept() -> None:
    store = MemoryStore()
    keep_versions(store, (NEWER,))
    keep_versions(store, (evolve(NEWER, name="letter", filing_version=4),))
    assert kinds_behind(store, (NEWER, evolve(NEWER, name="letter", filing_version=5))) == (
        evolve(NEWER, name="letter", filing_version=5),
    )


def test_opening_warns_of_what_an_older_release_filed_and_a_rebuild_ends_that(open_shop: Callable[..., Shop]) -> None:
    """The older release did not file orders under ``bought``: price histories missed them."""
    store = MemoryStore()
    shop = open_shop(store)
    order = shop.place()
    document = store.load("order", order)
    assert document is not None
    with store.transaction() as unit:
        older = {name: values for name, values in document.indexes.items() if name not in {"bought", "price_match"}}
        unit.refile("order", order, document.version, Filing(older, document.wakeup, document.claims))
        unit.put("filing-versions", "{}")

    with pytest.warns(StaleIndexes, match="of order; run servicecore db upgrade"):
        core = ServiceCore.open(store, autoload=False)
    assert core.stale_kinds() == ("order",)
    assert core.find("order", "bought", document.indexes["bought"][0]) == ()

    report = core.rebuild_indexes()

    assert [each for each in report.kinds if each.rewritten] == [RebuiltKind("order", 1, 1)]
    assert core.stale_kinds() == ()
    assert core.find("order", "bought", document.indexes["bought"][0]) == (order,)
    assert list(core.verify()) == []
    with ServiceCore.open(store, autoload=False) as again:
        assert again.stale_kinds() == ()
