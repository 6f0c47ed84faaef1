"""Checked fields: a constructor refuses what its annotations do not say, and names the field and what is accepted."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

import pytest
from attrs import evolve, field, frozen

from servicecore.errors import InvalidValue
from servicecore.kernel.checked_fields import checked_fields, must_be
from servicecore.kernel.money import Money


class Colour(Enum):
    """An enumeration."""

    RED = "red"
    BLUE = "blue"


class Says(Protocol):
    """A protocol, which is not looked at."""

    def say(self) -> str:
        """Say it."""


@frozen
class Shape:
    """A base of which an application may derive."""


@frozen(field_transformer=checked_fields)
class Round(Shape):
    """A shape."""

    width: int = 1


@frozen
class Square(Shape):
    """Another shape."""


@frozen
class OwnShape(Shape):
    """An application's own."""


def _upper(value: str) -> str:
    return value.upper()


def _above_0(_self: object, _attribute: object, value: Money | None) -> None:
    assert value is None or value.amount > 0  # trusts the type


@frozen(field_transformer=checked_fields)
class Thing:
    """One field of each kind."""

    name: str = ""
    count: int = 0
    wanted: bool = True
    ratio: Decimal = Decimal(1)
    price: Money | None = field(default=None, validator=_above_0)
    day: date | None = None
    since: datetime | None = None
    colour: Colour = Colour.RED
    names: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    shapes: tuple[Round | Square, ...] = ()
    shape: Round | Square | None = None
    loud: str = field(converter=_upper, default="")
    roles: frozenset[str] = frozenset()
    speaker: Says | None = None


AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FITTING: list[tuple[str, Any]] = [
    ("name", "A"),
    ("count", 3),
    ("wanted", False),
    ("ratio", Decimal("1.5")),
    ("price", Money("1.50", "EUR")),
    ("day", AT.date()),
    ("since", AT),
    ("colour", Colour.BLUE),
    ("names", ("a", "b")),
    ("pairs", (("a", "b"),)),
    ("shapes", (Round(), Square(), OwnShape())),
    ("shape", Square()),
    ("roles", frozenset({"agent"})),
    ("speaker", object()),
]


@pytest.mark.parametrize(("name", "value"), FITTING)
def test_what_the_annotation_says_is_held_as_it_is(name: str, value: Any) -> None:
    held = getattr(evolve(Thing(), **{name: value}), name)
    assert held == value
    assert type(held) is type(value)


@pytest.mark.parametrize(
    ("name", "value", "path", "accepted"),
    [
        ("name", None, "name", "text"),
        ("name", 5, "name", "text"),
        ("count", 1.0, "count", "a whole number"),
        ("count", True, "count", "a whole number"),
        ("wanted", "no", "wanted", "true or false"),
        ("ratio", 1.5, "ratio", "Decimal"),
        ("ratio", "1.5", "ratio", "Decimal"),
        ("price", "1.50 EUR", "price", 'Money, such as Money("12.50", "EUR"); none'),
        ("day", AT, "day", "date; none"),
        ("since", AT.date(), "since", "datetime; none"),
        ("colour", "red", "colour", "Colour.RED, Colour.BLUE"),
        ("names", 5, "names", "a tuple of text"),
        ("names", {"a": "b"}, "names", "a tuple of text"),
        ("names", ("a", None), "names[1]", "text"),
        ("pairs", {"a": "b"}, "pairs", 'a tuple of pairs, such as (("name", "value"),)'),
        ("pairs", (("a", 1),), "pairs[0][1]", "text"),
        ("pairs", (("a", "b", "c"),), "pairs[0]", "a tuple of text, text"),
        ("shapes", Round(), "shapes", "a tuple of Round, Square"),
        ("shapes", (Round(), "square"), "shapes[1]", "Round, Square"),
        ("shape", Thing(), "shape", "Round, Square; none"),
        ("loud", 5, "loud", "text"),
        ("roles", {"agent": 1}, "roles", "a set of text"),
    ],
)
def test_anything_else_is_refused_with_its_place(name: str, value: Any, path: str, accepted: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        evolve(Thing(), **{name: value})
    problem = refused.value.problem
    assert (problem.code, problem.path, problem.param("accepted")) == ("value.wrong_type", path, accepted)
    assert refused.value.hint == f"{path}: {accepted}"
    assert all(problem.text(locale) != problem.code for locale in ("en", "it", "de"))


def test_a_tuple_may_be_given_as_any_row_and_one_text_never_as_its_letters() -> None:
    thing = Thing(names=["a", "b"], shapes=(each for each in (Round(), Square())))  # type: ignore[arg-type]
    assert (thing.names, thing.shapes) == (("a", "b"), (Round(), Square()))
    assert Thing(names="abc").names == ("abc",)  # type: ignore[arg-type]


def test_validators_and_converters_of_the_class_still_have_their_say() -> None:
    assert Thing(loud="abc").loud == "ABC"
    with pytest.raises(AssertionError):
        Thing(price=Money("-1", "EUR"))


def test_a_long_value_is_shown_in_part() -> None:
    with pytest.raises(InvalidValue) as refused:
        Thing(count="x" * 1000)  # type: ignore[arg-type]
    assert len(str(refused.value)) < 150


def test_tools_still_see_what_a_constructor_takes() -> None:
    assert inspect.signature(Thing).parameters["name"].annotation == "str"
    assert inspect.signature(Thing).parameters["loud"].annotation == "str"


def test_an_argument_has_to_be_of_its_class() -> None:
    assert must_be(Colour.RED, Colour, "colour") is Colour.RED
    with pytest.raises(InvalidValue, match=r"colour: 'red' is of type str; accepted: Colour.RED, Colour.BLUE"):
        must_be("red", Colour, "colour")
