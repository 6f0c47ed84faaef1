"""Reading from outside: all wrong fields at once, each with its path, the value and what is accepted."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from attrs import field, frozen

from servicecore.boundary import Models, Reader, UnsupportedType, schema_of
from servicecore.kernel.ids import CustomerId
from servicecore.kernel.money import Money
from servicecore.orders import CancelLine, PlaceOrder
from servicecore.pricing import Cart, Offer
from servicecore.storage.codec import JsonCodec


class Colour(Enum):
    RED = "red"


@frozen
class Part:
    number: int
    price: Money | None = None


@frozen
class Whole:
    owner: CustomerId
    share: Decimal
    at: datetime
    colour: Colour = Colour.RED
    parts: tuple[Part, ...] = ()
    pair: tuple[str, int] = ("a", 1)
    loud: bool = False


@frozen
class Tree:
    name: str
    children: tuple[Tree, ...] = ()


GOOD: dict[str, Any] = {
    "owner": "C-1",
    "share": "0.25",
    "at": "2026-03-02T10:00:00+01:00",
    "colour": "red",
    "parts": [{"number": 1, "price": {"amount": "4.50", "currency": "EUR"}}],
    "pair": ["b", 2],
    "loud": True,
}


def problems(cls: type, plain: Any) -> list[tuple[str, str]]:
    found = Reader().read(cls, plain)
    assert isinstance(found, tuple), found
    for problem in found:
        assert problem.param("value")
        assert problem.param("accepted")
    return sorted((problem.code, problem.path) for problem in found)


def test_plain_data_becomes_the_value() -> None:
    assert Reader().read(Whole, GOOD) == Whole(
        CustomerId("C-1"),
        Decimal("0.25"),
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        Colour.RED,
        (Part(1, Money("4.50", "EUR")),),
        ("b", 2),
        loud=True,
    )


def test_all_that_is_wrong_is_named_at_once() -> None:
    plain = {
        "share": 0.25,
        "at": "2026-03-02T10:00:00",
        "colour": "blue",
        "parts": [{"number": "1"}, {"number": 2, "prize": 1}],
        "loud": "yes",
        "extra": None,
    }
    assert problems(Whole, plain) == [
        ("boundary.wrong_field", "at"),
        ("boundary.wrong_field", "colour"),
        ("boundary.wrong_field", "loud"),
        ("boundary.wrong_field", "parts[0].number"),
        ("boundary.wrong_field", "share"),
        ("value.missing_field", "owner"),
        ("value.unknown_field", "extra"),
        ("value.unknown_field", "parts[1].prize"),
    ]


def test_an_unknown_field_is_told_the_fields_that_there_are_and_by_the_codes_that_the_stored_text_has() -> None:
    """Reading from outside and reading what is stored say the same of the same mistake."""
    plain = GOOD | {"parts": [{"number": 2, "prize": 1, "size": 2}], "extra": None}
    found = Reader().read(Whole, plain)
    assert isinstance(found, tuple)
    said = {problem.path: (problem.code, problem.param("value"), problem.param("accepted")) for problem in found}
    assert said == {
        "extra": ("value.unknown_field", "'extra'", "owner, share, at, colour, parts, pair, loud"),
        "parts[0].prize": ("value.unknown_field", "'prize'", "number, price"),
        "parts[0].size": ("value.unknown_field", "'size'", "number, price"),
    }
    assert set(JsonCodec().problems(Whole, plain)) == set(found)
    del plain["extra"], plain["share"]
    assert JsonCodec().problems(Whole, plain | {"parts": []}) == Reader().read(Whole, plain | {"parts": []})


@pytest.mark.parametrize("plain", [None, [], "text", 7])
def test_what_is_no_object_is_refused(plain: Any) -> None:
    assert [code for code, _path in problems(Whole, plain)] == ["boundary.wrong_field"]


@pytest.mark.parametrize("share", ["NaN", "Infinity", "1,5", "", None, True, []])
def test_a_decimal_is_an_exact_number(share: Any) -> None:
    assert problems(Whole, GOOD | {"share": share})[0][1] == "share"


def test_what_a_constructor_refuses_is_a_problem_with_its_path() -> None:
    plain = GOOD | {"parts": [{"number": 1, "price": {"amount": "1", "currency": "XXY"}}]}
    ((code, path),) = problems(Whole, plain)
    assert (code, path.startswith("parts[0].price")) == ("money.unknown_currency", True)


def test_a_class_may_hold_values_of_its_own() -> None:
    plain = {"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}
    assert Reader().read(Tree, plain) == Tree("a", (Tree("b", (Tree("c"),)),))
    plain["children"][0]["children"][0]["size"] = 1  # type: ignore[index]
    assert problems(Tree, plain) == [("value.unknown_field", "children[0].children[0].size")]
    assert schema_of(Tree)["$defs"]


def test_conditions_of_offers_nest() -> None:
    leaf = {"type": "InCustomerGroup", "groups": ["vip"]}
    plain = {
        "id": "o-1",
        "name": "Offer",
        "benefits": [{"type": "PercentOff", "percent": "5"}],
        "trigger": "automatic",
        "conditions": [{"type": "AnyOf", "conditions": [{"type": "AllOf", "conditions": [leaf]}, leaf]}],
    }
    read = Reader().read(Offer, plain)
    assert isinstance(read, Offer), read
    assert JsonCodec().to_plain(read)["conditions"][0]["conditions"][0]["conditions"] == [leaf]
    leaf["colour"] = "red"
    found = Reader().read(Offer, plain)
    assert isinstance(found, tuple)
    assert {problem.code for problem in found} == {"value.unknown_field"}


def test_float_money_in_a_command_is_refused() -> None:
    assert problems(CancelLine, {"order": "o", "line": 1, "quantity": 1.0}) == [("boundary.wrong_field", "quantity")]


def test_models_are_made_once_and_unsupported_types_are_named() -> None:
    models = Models()
    assert models.of(PlaceOrder) is models.of(PlaceOrder)

    @frozen
    class Odd:
        table: dict[str, str] = field(factory=dict)

    with pytest.raises(UnsupportedType, match=r"Odd\.table"):
        models.of(Odd)


def test_a_whole_number_is_a_decimal_and_a_float_is_not() -> None:
    """People write `quantity: 12` in a file; only a float would guess."""
    cart: dict[str, Any] = {"customer": "C-1", "currency": "EUR", "lines": [{"item": "BEANS", "quantity": 12}]}
    read = Reader().read(Cart, cart)
    assert isinstance(read, Cart)
    assert read.lines[0].quantity == Decimal(12)
    cart["lines"] = [{"item": "BEANS", "quantity": 1.5}]
    refused = Reader().read(Cart, cart)
    assert isinstance(refused, tuple)
    assert refused[0].path == "lines[0].quantity"
