"""Events: the only way that state changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from servicecore.kernel.events import BrokenHistory, CreatingEvent, Event, fold


@frozen
class Tally:
    id: str
    marks: tuple[int, ...] = ()


@frozen
class Begun(CreatingEvent[Tally]):
    type_name: ClassVar[str] = "tally.begun"

    def create(self) -> Tally:
        return Tally("t")


@frozen
class Marked(Event[Tally]):
    type_name: ClassVar[str] = "tally.marked"
    mark: int

    def apply(self, state: Tally) -> Tally:
        return evolve(state, marks=(*state.marks, self.mark))


@given(st.lists(st.integers()), st.integers(0, 20))
def test_a_history_folds_in_order_and_from_any_point_of_it(marks: list[int], cut: int) -> None:
    events = [Begun(), *(Marked(mark) for mark in marks)]
    assert fold(events) == Tally("t", tuple(marks))
    assert fold(events[cut + 1 :], fold(events[: cut + 1])) == fold(events)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda: fold([Marked(1)]), "tally.marked cannot be the first"),
        (lambda: fold([Begun(), Begun()]), "exists already"),
        (lambda: fold([]), "without events"),
    ],
)
def test_a_damaged_history_is_told(broken: Callable[[], Tally], message: str) -> None:
    with pytest.raises(BrokenHistory, match=message):
        broken()
