"""What a store of several sessions remembers."""

from __future__ import annotations

from servicecore.storage.ports import Document
from servicecore.storage.sql.recent_documents import RecentDocuments


def document(name: str, version: int = 1) -> Document:
    return Document("thing", name, version, "{}")


def test_what_was_kept_longest_ago_goes_first() -> None:
    recent = RecentDocuments(most=2)
    for name in ("a", "b", "a", "c"):
        recent.keep({("thing", name): document(name)})
    assert [recent.get("thing", name) for name in ("a", "b", "c")] == [document("a"), None, document("c")]


def test_the_last_that_was_kept_is_given_until_it_is_forgotten() -> None:
    recent = RecentDocuments()
    recent.keep({("thing", "a"): document("a"), ("thing", "b"): document("b")})
    recent.keep({("thing", "a"): document("a", 2)})
    assert recent.get("thing", "a") == document("a", 2)
    recent.forget("thing", "a")
    assert (recent.get("thing", "a"), recent.get("thing", "b")) == (None, document("b"))
