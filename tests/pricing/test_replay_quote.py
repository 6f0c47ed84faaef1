"""F02: a stored quote is made once more from cart, book and tax answer, byte for byte."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.operations import Refusal
from servicecore.pricing import (
    CartLine,
    Offer,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceOverride,
    PriceRow,
    QuantityBetween,
    Quote,
    compile_book,
    replay_quote,
)
from servicecore.storage.codec import JsonCodec

CODEC = JsonCodec()
ITEMS = ("tea", "pot")


def book_of(cents: int, agreed: int, percent: int, least: int) -> PriceBook:
    rows = (PriceRow("tea", Money.from_minor(agreed, "EUR"), min_quantity=Decimal(least)),)
    return PriceBook(
        "shop",
        "1",
        items=tuple(Item(name, name, base_price=Money.from_minor(cents, "EUR")) for name in ITEMS),
        lists=(PriceList("deal", rows, type=PriceListType.SALE),),
        offers=(Offer("off", PercentOff(Decimal(percent)), conditions=(QuantityBetween(Decimal(least)),)),),
    )


@settings(max_examples=50, deadline=None)
@given(
    figures=st.tuples(st.integers(1, 9999), st.integers(1, 9999), st.integers(1, 99), st.integers(1, 5)),
    lines=st.lists(
        st.tuples(st.sampled_from(ITEMS), st.integers(1, 9), st.none() | st.integers(0, 500)), min_size=1, max_size=4
    ),
    codes=st.lists(st.sampled_from(["NOPE", "none "]), max_size=2),
)
def test_a_quote_read_from_storage_is_replayed_byte_for_byte(
    desk: Any, figures: tuple[int, int, int, int], lines: list[tuple[str, int, int | None]], codes: list[str]
) -> None:
    book = book_of(*figures)
    asked = [
        CartLine(
            item,
            Decimal(quantity),
            override=None if price is None else PriceOverride(Money.from_minor(price, "EUR"), "loyalty"),
        )
        for item, quantity, price in lines
    ]
    stored = CODEC.encode(desk.quote(book, desk.cart(*asked, codes=codes), desk.facts("boss")))
    quote = CODEC.decode(Quote, stored)
    later = evolve(desk, now=desk.now.replace(year=2030)).facts("boss")
    again = replay_quote(compile_book(book), quote, later)
    assert isinstance(again, Quote)
    assert CODEC.encode(again) == stored
    assert again == quote


def test_another_version_of_the_book_is_refused(desk: Any) -> None:
    book = book_of(450, 420, 10, 3)
    quote = desk.quote(book, desk.cart(CartLine("tea", Decimal(1))))
    answer = replay_quote(compile_book(evolve(book, version="2")), quote, desk.facts())
    assert isinstance(answer, Refusal)
    assert [problem.code for problem in answer.problems] == ["pricing.other_book"]
