from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicecore.storage.memory import MemoryStore
from servicecore.storage.open_store import open_store
from servicecore.storage.words import indexed_words, words_of
from servicecore.testing.stores.changes import change, write


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Größe-L", ("grosse", "l")),
        ("anna.rossi@example.org", ("anna", "rossi", "example", "org")),
        ("Müller", ("muller",)),
        ("SO_43659", ("so", "43659")),
        (' "*- ', ()),
    ],
)
def test_words_are_letters_and_digits_without_case_and_accents(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_the_words_of_all_values_are_in_the_order_of_the_index_names() -> None:
    assert indexed_words({"b": ("x y",), "a": ("z", "w")}) == ("z", "w", "x", "y")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(max_size=12), min_size=1, max_size=4), wanted=st.text(max_size=6))
def test_memory_and_sqlite_find_the_same(tmp_path: Path, texts: list[str], wanted: str) -> None:
    for file in tmp_path.iterdir():
        file.unlink()
    memory, sqlite = MemoryStore(), open_store(f"sqlite:///{tmp_path}/shop.db?synchronous=off")
    for store in (memory, sqlite):
        write(store, *(change(f"{number}", indexes={"name": (text,)}) for number, text in enumerate(texts)))
    for query in (*texts, wanted):
        assert set(memory.search("thing", query)) == set(sqlite.search("thing", query))
    for number, text in enumerate(texts):
        if words_of(text):
            assert f"{number}" in sqlite.search("thing", text)
    sqlite.close()
