"""What near misses would give: each tried alone, with every other rule of the book."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.pricing import (
    CartLine,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    QuantityBetween,
    compile_book,
    potential_discounts,
)

TEA = Item("tea", "Tea", base_price=Money("10.00", "EUR"))
FIVE = QuantityBetween(Decimal(5))


def book_of(*offers: Offer) -> PriceBook:
    return PriceBook("shop", "1", items=(TEA,), offers=offers)


def found(desk: Any, book: PriceBook, quantity: int = 3) -> list[tuple[str, str, str]]:
    quote = desk.quote(book, desk.cart(CartLine("tea", Decimal(quantity))))
    potential = potential_discounts(compile_book(book), quote, desk.facts())
    return [(each.offer, str(each.amount), each.missing.code) for each in potential]


def test_an_offer_from_five_units_on_would_give_ten_percent_of_three(desk: Any) -> None:
    # 10 % of 3 x 10.00; with five units it is applied and no near miss any more.
    book = book_of(Offer("ten", PercentOff(Decimal(10)), conditions=(FIVE,)))
    assert found(desk, book) == [("ten", "3.00 EUR", "pricing.condition_quantity")]
    assert found(desk, book, quantity=5) == []


def test_the_largest_comes_first_and_who_needs_a_code_is_no_near_miss(desk: Any) -> None:
    offers = [Offer(f"o{percent}", PercentOff(Decimal(percent)), conditions=(FIVE,)) for percent in (5, 20)]
    coded = Offer("coded", PercentOff(Decimal(50)), trigger=OfferTrigger.CODE, conditions=(FIVE,))
    told = found(desk, book_of(*offers, coded))
    assert [(offer, amount) for offer, amount, _code in told] == [("o20", "6.00 EUR"), ("o5", "1.50 EUR")]


def test_no_more_than_asked_are_tried(desk: Any) -> None:
    offers = [Offer(f"o{place}", PercentOff(Decimal(place)), conditions=(FIVE,)) for place in range(1, 9)]
    book = book_of(*offers)
    quote = desk.quote(book, desk.cart(CartLine("tea", Decimal(3))))
    assert len(potential_discounts(compile_book(book), quote, desk.facts(), most=3)) == 3


@settings(max_examples=40, deadline=None)
@given(
    percents=st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=4),
    quantity=st.integers(1, 7),
)
def test_it_is_the_difference_to_the_quote_of_a_book_without_the_condition(
    desk: Any, percents: list[tuple[int, bool]], quantity: int
) -> None:
    """The oracle compiles a book whose offer has no condition and quotes the cart with it."""
    offers = tuple(
        Offer(f"o{place}", PercentOff(Decimal(percent)), conditions=(FIVE,) if conditional else ())
        for place, (percent, conditional) in enumerate(percents)
    )
    book = book_of(*offers)
    cart = desk.cart(CartLine("tea", Decimal(quantity)))
    before = desk.quote(book, cart).subtotal
    expected = {}
    if quantity < 5:
        for place, (_percent, conditional) in enumerate(percents):
            if conditional:
                free = tuple(evolve(each, conditions=()) if at == place else each for at, each in enumerate(offers))
                gain = before - desk.quote(book_of(*free), cart).subtotal
                if gain.amount > 0:
                    expected[f"o{place}"] = str(gain)
    assert {offer: amount for offer, amount, _code in found(desk, book, quantity)} == expected
