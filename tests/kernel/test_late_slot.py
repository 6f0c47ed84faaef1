"""Late slots are filled when they are read, and then for good."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve, frozen
from attrs.exceptions import FrozenInstanceError

from servicecore.kernel.blank import blank_class
from servicecore.kernel.late_slot import LateSlot, fill_late


class Counted:
    __slots__ = ("_made",)

    @classmethod
    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        fill_late(cls, "words", lambda made: made._made.append("made") or f"number {made.number}")


@frozen(weakref_slot=False)
class Numbered(Counted):
    number: int
    words: str


BlankNumbered = blank_class(Numbered)


def unread(calls: list[str]) -> Any:
    blank = BlankNumbered()
    blank.number = 7
    blank._made = calls
    blank.__class__ = Numbered
    return blank


def test_a_late_slot_is_filled_once_when_it_is_read() -> None:
    calls: list[str] = []
    made = unread(calls)
    assert calls == []
    assert (made.words, made.words) == ("number 7", "number 7")
    assert calls == ["made"]


def test_an_object_with_a_late_slot_is_the_one_that_its_constructor_makes() -> None:
    assert unread([]) == Numbered(7, "number 7")
    assert evolve(unread([]), number=8) == Numbered(8, "number 7")
    with pytest.raises(FrozenInstanceError):
        unread([]).words = "other"


def test_the_constructor_fills_the_slot_itself() -> None:
    assert Numbered(7, "seven").words == "seven"
    assert isinstance(vars(Numbered)["words"], LateSlot)
