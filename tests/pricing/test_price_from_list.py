"""The short way to a price that a row states comes to what the long way comes to, to the letter."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.authority import Actor, Authority
from servicecore.kernel.facts import Facts
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import Rounding, RoundingMode
from servicecore.pricing import (
    Cart,
    CartLine,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    RoundingPolicy,
    compile_book,
    price_cart,
)

PLAIN = Item("A", "Lamp")
ITEMS = st.sampled_from(
    [
        PLAIN,
        Item("A", "Lamp", cost=Money("1", "EUR")),
        Item("A", "Lamp", lowest_price=Money("2", "EUR")),
        Item("A", "Lamp", discountable=False),
        Item("A", "Lamp", base_price=Money("3.5", "EUR")),
    ]
)
AMOUNTS = st.decimals(0, 10_000, places=2) | st.decimals(0, 100, places=5) | st.integers(0, 50).map(Decimal)
QUANTITIES = (
    st.sampled_from([2, 10, 50]).map(Decimal)
    | st.integers(1, 60).map(Decimal)
    | st.decimals("0.001", 60, places=3)
    | st.just(Decimal("1E+2"))
)
ROUNDINGS = st.sampled_from(
    [
        Rounding(),
        Rounding(RoundingMode.HALF_EVEN, digits=4),
        Rounding(RoundingMode.DOWN),
        Rounding(step=Decimal("0.05")),
    ]
)
FACTS = Facts(datetime(2026, 1, 15, tzinfo=UTC), Actor("a"), Authority())
NOWHERE = PriceRow(amount=Money("1", "EUR"), category="nowhere")
"""A row of no item's category: where one is filed, rows are looked up the long way."""


@given(
    item=ITEMS,
    breaks=st.dictionaries(st.sampled_from([0, 2, 10, 50]), AMOUNTS, min_size=1),
    quantities=st.lists(QUANTITIES, min_size=1, max_size=3),
    rounding=ROUNDINGS,
)
def test_the_short_way_and_the_long_way_are_one(
    item: Item, breaks: dict[int, Decimal], quantities: list[Decimal], rounding: Rounding
) -> None:
    rows = tuple(PriceRow("A", Money(amount, "EUR"), min_quantity=minimum) for minimum, amount in breaks.items())
    answers: list[Any] = []
    for more in ((), (NOWHERE,)):
        lists = (PriceList("list", (*rows, *more), PriceListType.BASE),)
        book = PriceBook("b", "1", items=(item,), lists=lists, rounding=RoundingPolicy(line=rounding))
        cart = Cart("C", "EUR", [CartLine("A", each) for each in quantities])
        answers.append(price_cart(compile_book(book), cart, FACTS, "Q"))
    short, long = answers
    assert repr(short) == repr(long)
