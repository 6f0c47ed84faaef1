"""Lines of a cart and their numbers, by which components of a bundle name its line (OR 4)."""

from __future__ import annotations

from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import Cart, CartLine, PriceBook


def cart(*bundles: int) -> Cart:
    lines = [CartLine("A", 1, number=number, component_of=each) for number, each in enumerate(bundles, 1)]
    return Cart("C-1", "EUR", lines)


def test_a_component_names_the_line_of_its_bundle() -> None:
    assert [line.component_of for line in cart(0, 1, 1).lines] == [0, 1, 1]
    unnumbered = Cart("C-1", "EUR", [CartLine("A", 1), CartLine("B", 1, component_of=1)])
    assert [(line.number, line.component_of) for line in unnumbered.lines] == [(1, 0), (2, 1)]


@pytest.mark.parametrize(
    ("bundles", "path"),
    [((0, 3), "lines[1]"), ((1, 0), "lines[0]"), ((0, 1, 2), "lines[2]"), ((2, 1), "lines[0]"), ((0, -1), "lines[1]")],
)
def test_another_line_is_refused(bundles: tuple[int, ...], path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        cart(*bundles)
    problem = refused.value.problem
    assert (problem.code, problem.path) == ("value.not_accepted", f"{path}.component_of")


@pytest.mark.parametrize("number", [-1, True, 1.5, "2"])
def test_a_line_is_numbered_in_whole_numbers(number: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        CartLine("A", 1, number=number)
    problem = refused.value.problem
    assert (problem.path, problem.param("value")) == ("number", repr(number))


def test_a_component_is_priced_as_any_line(desk: Any) -> None:
    book = PriceBook("b", "1", items=(Item("A", "A", base_price=Money("3.00", "EUR")),))
    assert [line.net for line in desk.quote(book, cart(0, 1)).lines] == [Money("3.00", "EUR")] * 2
