"""Blanks become objects of their class, which nobody can tell from those of its constructor."""

from __future__ import annotations

import pickle

import pytest
from attrs import frozen
from attrs.exceptions import FrozenInstanceError

from servicecore.kernel.blank import blank_class
from servicecore.kernel.money import Money, trusted_money


@frozen(weakref_slot=False)
class Point:
    x: int
    y: int


@frozen
class WithWeakReferences:
    x: int


BlankPoint = blank_class(Point)


def test_a_filled_blank_is_equal_to_what_the_constructor_makes() -> None:
    blank = BlankPoint()
    blank.x, blank.y = 1, 2
    blank.__class__ = Point
    assert type(blank) is Point
    assert blank == Point(1, 2)
    assert hash(blank) == hash(Point(1, 2))
    assert repr(blank) == repr(Point(1, 2))
    assert pickle.loads(pickle.dumps(blank)) == Point(1, 2)  # noqa: S301 - our own bytes


def test_a_filled_blank_is_frozen() -> None:
    blank = BlankPoint()
    blank.x, blank.y = 1, 2
    blank.__class__ = Point
    with pytest.raises(FrozenInstanceError):
        blank.x = 3


def test_money_of_checked_figures_is_money() -> None:
    made = trusted_money(Money("1.5", "EUR").amount, "EUR")
    assert (type(made), made) == (Money, Money("1.5", "EUR"))


def test_a_class_that_is_laid_out_differently_is_refused_when_its_blank_is_made() -> None:
    with pytest.raises(TypeError, match="layout"):
        blank_class(WithWeakReferences)
