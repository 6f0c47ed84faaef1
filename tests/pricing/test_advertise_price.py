"""What more units cost, given the cart: breaks and thresholds that they reach count."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    AdvertisedPrice,
    BreakPricing,
    CartLine,
    PriceBook,
    PriceList,
    PriceRow,
    advertise_price,
    compile_book,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def _book(breaks: BreakPricing = BreakPricing.ALL_UNITS) -> PriceBook:
    rows = (PriceRow("CAP", _eur(5)), PriceRow("CAP", _eur(4), min_quantity=10))
    items = (Item("CAP", "Cap"), Item("MUG", "Mug", base_price=_eur(8)))
    return PriceBook("b", "1", items=items, lists=(PriceList("list", rows, breaks=breaks),))


def _advertised(desk: Any, book: PriceBook, units: int, *lines: CartLine) -> AdvertisedPrice | Refusal:
    return advertise_price(compile_book(book), desk.cart(*lines), "CAP", desk.facts(), units=units)


@pytest.mark.parametrize(
    ("breaks", "quantity", "units", "added", "each"),
    [
        ("all_units", 9, 1, "5.00", "5"),  # 9 x 5 - 8 x 5
        ("all_units", 10, 1, "-5.00", "-5"),  # 10 x 4 - 9 x 5: the tenth makes the other nine cheaper
        ("all_units", 12, 3, "3.00", "1"),  # 12 x 4 - 9 x 5
        ("graduated", 10, 1, "5.00", "5"),
        ("graduated", 12, 3, "13.00", "4.33333333333333333333"),  # 5 + 4 + 4
        ("graduated", 1, 1, "5.00", "5"),  # nothing else is in the cart
    ],
)
def test_breaks_that_the_units_reach_count(
    desk: Any, breaks: str, quantity: int, units: int, added: str, each: str
) -> None:
    answer = _advertised(desk, _book(BreakPricing(breaks)), units, CartLine("MUG", 2), CartLine("CAP", quantity))
    assert answer == AdvertisedPrice(_eur(each), _eur(added), Decimal(units))


def test_units_are_taken_from_the_last_lines(desk: Any) -> None:
    """4 caps of 2 and 3: what is left is 1, so they cost 5 x 5 - 1 x 5 = 20."""
    answer = _advertised(desk, _book(), 4, CartLine("CAP", 2), CartLine("MUG", 1), CartLine("CAP", 3))
    assert answer == AdvertisedPrice(_eur(5), _eur(20), Decimal(4))


@pytest.mark.parametrize("units", [0, -1, 3])
def test_units_that_the_cart_does_not_have_are_refused(desk: Any, units: int) -> None:
    answer = _advertised(desk, _book(), units, CartLine("CAP", 2))
    assert isinstance(answer, Refusal)
    assert [(each.code, each.path) for each in answer.problems] == [("value.not_accepted", "units")]


@given(quantity=st.integers(1, 30), breaks=st.sampled_from(BreakPricing))
def test_units_one_by_one_sum_to_the_cart(desk: Any, quantity: int, breaks: BreakPricing) -> None:
    """The advertised prices of the first, the second ... unit sum to what all of them cost."""
    book, total = _book(breaks), Decimal(0)
    for held in range(1, quantity + 1):
        answer = _advertised(desk, book, 1, CartLine("CAP", held))
        assert isinstance(answer, AdvertisedPrice)
        total += answer.added.amount
    assert total == desk.draft(book, desk.cart(CartLine("CAP", quantity))).subtotal.amount
