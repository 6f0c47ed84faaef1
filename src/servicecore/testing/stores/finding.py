"""Checks of finding: declared indexes in pages, and words."""

from __future__ import annotations

from functools import partial

from servicecore.storage.ports import Reader, Store
from servicecore.testing.stores.changes import change, write
from servicecore.testing.stores.expectation import all_pages, expect


class BaseFindingChecks:
    """What every store finds."""

    def test_an_index_finds_by_kind_name_and_value(self, store: Store) -> None:
        """``find`` takes all three exactly: case, blanks and accents count."""
        write(
            store,
            change("a", indexes={"owner": ("X", "Y"), "city": ("Y",)}),
            change("b", indexes={"owner": ("X",)}),
            change("c", kind="other", indexes={"owner": ("X",)}),
        )
        with store.reading() as reader:
            expect(reader.find("thing", "owner", "X"), ("a", "b"), "every id with the value is found, sorted")
            expect(reader.find("thing", "owner", "Y"), ("a",), "each of several values finds it")
            expect(reader.find("other", "owner", "X"), ("c",), "kinds are apart")
            for index, value in (("owner", "x"), ("owner", "X "), ("city", "X"), ("none", "X")):
                expect(reader.find("thing", index, value), (), f"{index}={value!r} is nobody's value")

    def test_a_value_given_twice_is_found_once(self, store: Store) -> None:
        """The values of an index are a set."""
        write(store, change(indexes={"owner": ("X", "X")}))
        write(store, change(expected=1, indexes={"owner": ("X",)}))
        with store.reading() as reader:
            expect(reader.find("thing", "owner", "X"), ("a",), "an id is found once")

    def test_pages_put_together_are_everything_once(self, store: Store) -> None:
        """``after`` is exclusive, ``limit`` is kept, the order is that of code points."""
        ids = sorted([f"{number}" for number in range(25)] + ["Z", "a", "é", "漢"])
        write(store, *(change(id_, indexes={"owner": ("X",)}) for id_ in reversed(ids)))
        with store.reading() as reader:
            for limit in (1, 7, 100):
                fetch = partial(_page, reader, limit)
                expect(all_pages(fetch, limit), tuple(ids), f"pages of {limit} are everything once, sorted")

    def test_search_wants_every_word(self, store: Store) -> None:
        """``search`` compares whole words over all index values, without case and accents."""
        write(
            store,
            change("a", indexes={"name": ("Anna Müller",), "city": ("Zürich",)}),
            change("b", indexes={"name": ("ANNA Rossi",), "mail": ("anna.rossi@example.org",)}),
            change("c", kind="other", indexes={"name": ("Anna",)}),
        )
        for text, wanted in (
            ("anna", {"a", "b"}),
            ("anna muller", {"a"}),
            ("ZURICH Anna", {"a"}),
            ("rossi example", {"b"}),
            ("ann", set()),
            ("anna nobody", set()),
            ("", set()),
            (' "*- ', set()),
            ('anna" OR "rossi', set()),
        ):
            expect(set(store.search("thing", text)), wanted, f"search for {text!r}")

    def test_search_follows_changes_and_keeps_its_limit(self, store: Store) -> None:
        """Former words find nothing; the best comes first: the one that is less about something else."""
        write(store, change("a", indexes={"name": ("old lamp",)}))
        write(store, change("a", 1, indexes={"name": ("lamp with a very long further description of it",)}))
        write(store, change("b", indexes={"name": ("lamp",)}), change("c", indexes={"name": ("chair",)}))
        expect(store.search("thing", "old"), (), "a former word finds nothing")
        expect(store.search("thing", "lamp"), ("b", "a"), "the best comes first")
        expect(store.search("thing", "lamp", limit=1), ("b",), "the limit is kept")


def _page(reader: Reader, limit: int, found: tuple[str, ...]) -> tuple[str, ...]:
    return reader.find("thing", "owner", "X", after=found[-1] if found else "", limit=limit)
