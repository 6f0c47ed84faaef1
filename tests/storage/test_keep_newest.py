"""Keeping the newest: what is kept again is the newest, and what was kept longest ago goes first."""

from __future__ import annotations

from servicecore.storage.keep_newest import keep_newest


def test_what_was_kept_longest_ago_goes_and_what_is_kept_again_stays() -> None:
    kept: dict[str, int] = {}
    for number, key in enumerate("abac"):
        keep_newest(kept, key, number, 2)
    assert list(kept.items()) == [("a", 2), ("c", 3)]


def test_where_nothing_may_be_kept_nothing_is() -> None:
    kept: dict[str, int] = {}
    keep_newest(kept, "a", 1, 0)
    assert kept == {}
