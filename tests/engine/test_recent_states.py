"""What was read before is not read again, and nobody ever gets a state that the text does not say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore import orders
from servicecore.engine.recent_states import Recent, RecentStates
from servicecore.storage import read_state


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 3), st.booleans()), max_size=60),
    st.integers(1, 4),
)
def test_a_remembered_state_is_what_the_text_says(steps: list[tuple[str, str, int, bool]], most: int) -> None:
    """Reading is played by doubling the text: whatever is remembered has to be the double of the very text asked."""
    recent = RecentStates(most)
    for kind, id_, number, keeps in steps:
        text = f"{kind}{number}"
        found = recent.get(kind, id_, text)
        assert found in {None, text * 2}
        if keeps:
            recent.keep(kind, id_, Recent(text, text * 2))
            assert recent.get(kind, id_, text) == text * 2
        assert len(recent._states) <= most


def test_what_was_written_is_not_read_again(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(kind: Any, document: Any, codec: Any) -> Any:
        read.append(document.id)
        return read_state.read_state(kind, document, codec)

    monkeypatch.setattr("servicecore.engine.journal.read_state", reading)
    order = shop.place()
    shop.agent.execute(orders.AddNote(order, "one"))
    shop.agent.execute(orders.AddNote(order, "two"))
    assert read == []
    with shop.core.runtime.store.reading() as reader:
        document = reader.load("order", order)
    assert shop.core.runtime.journal.codec.decode(orders.Order, document.data) == shop.order(order)


def test_what_another_process_wrote_is_read(open_shop: Any, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    here, there = open_shop(url), open_shop(url)
    order = here.place()
    there.agent.execute(orders.AddNote(order, "from elsewhere"))
    assert [note.text for note in here.order(order).notes] == ["from elsewhere"]
