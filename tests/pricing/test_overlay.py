"""A changed mapping answers as a dict after the same changes, however many there are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.pricing.overlay import MOST_CHANGES, changed

_keys = st.integers(0, 8)


@given(st.dictionaries(_keys, st.integers()), st.lists(st.tuples(_keys, st.none() | st.integers())))
def test_an_overlay_is_the_dict_after_the_changes(base: dict[int, int], changes: list[tuple[int, int | None]]) -> None:
    before = dict(base)
    plain, overlay = dict(base), changed(base, 99, None)
    for key, value in changes:
        overlay = changed(overlay, key, value)
        if value is None:
            plain.pop(key, None)
        else:
            plain[key] = value
    assert base == before
    assert list(overlay.items()) == list(plain.items())
    assert len(overlay) == len(plain)
    assert [overlay.get(key) for key in range(10)] == [plain.get(key) for key in range(10)]


def test_many_changes_become_a_mapping_of_their_own() -> None:
    overlay: Mapping[int, int] = {}
    for key in range(MOST_CHANGES + 1):
        overlay = changed(overlay, key, key)
    assert isinstance(overlay, dict)
    assert len(overlay) == MOST_CHANGES + 1


def test_an_entry_taken_away_is_missing() -> None:
    with pytest.raises(KeyError, match="1"):
        _ = changed({1: 2}, 1, None)[1]
