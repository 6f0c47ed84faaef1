"""Lines that offers add to a cart: priced, lowered, explained, and left alone by everything else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    CartLine,
    Catalogue,
    Coupon,
    FreeProduct,
    Offer,
    OfferTrigger,
    PercentOff,
    PriceBook,
    SourceCode,
    Target,
    compile_book,
    with_offer,
)
from servicecore.pricing.promotions.benefits import AddItem


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


LAMP = Target(items=("LAMP",))
BULB = Offer("BULB", AddItem("BULB", _eur(3), per_units=2), name="a bulb for two lamps", target=LAMP)
BOOK = PriceBook(
    "b",
    "1",
    items=(Item("LAMP", "Lamp", base_price=_eur(20)), Item("BULB", "Bulb", cost=_eur(1)), Item("PEN", "Pen")),
    offers=(BULB,),
)


def _lines(desk: Any, book: PriceBook, *lines: CartLine, **cart: Any) -> list[tuple[str, str, str]]:
    quote = desk.quote(book, desk.cart(*lines, **cart))
    return [(line.item, str(line.quantity), str(line.net.amount)) for line in quote.lines]


@pytest.mark.parametrize(
    ("lamps", "expected"),
    [
        (1, [("LAMP", "1", "20.00")]),
        (2, [("LAMP", "2", "40.00"), ("BULB", "1", "0.00")]),
        (5, [("LAMP", "5", "100.00"), ("BULB", "2", "0.00")]),  # two pairs, and one lamp without
    ],
)
def test_an_offer_adds_its_item_for_every_so_many_units(desk: Any, lamps: int, expected: list[Any]) -> None:
    assert _lines(desk, BOOK, CartLine("LAMP", lamps)) == expected


def test_what_is_added_may_cost_something_and_says_by_whom(desk: Any) -> None:
    """Half off 3.00 for each of two bulbs: 6.00 less 3.00."""
    offer = evolve(BULB, benefits=(AddItem("BULB", _eur(3), per_units=1, percent=50),))
    quote = desk.quote(evolve(BOOK, offers=(offer,)), desk.cart(CartLine("LAMP", 2, number=4)))
    bulb = quote.lines[1]
    assert (bulb.number, bulb.net, bulb.discount) == (5, _eur("3.00"), _eur("3.00"))
    assert [step.text() for step in bulb.explanation.steps] == [
        "price 3.00 EUR of the offer BULB, times 2",
        "offer BULB a bulb for two lamps: + 1 of BULB, -50 % on 6.00 EUR (quantity 2)",
    ]
    assert quote.subtotal == _eur("43.00")


def test_a_code_that_adds_an_item_took_effect(desk: Any) -> None:
    offer = evolve(BULB, trigger=OfferTrigger.CODE)
    book = evolve(BOOK, offers=(offer,), coupons=(Coupon("light", ("LIGHT",), offer="BULB"),))
    quote = desk.quote(book, desk.cart(CartLine("LAMP", 2), codes=("light",)))
    assert [each.code for each in quote.lines[1].discounts] == ["LIGHT"]
    assert quote.not_applied == ()


def test_gifts_stand_after_free_products_and_other_offers_leave_both_alone(desk: Any) -> None:
    """10 percent off every lamp: 36.00; pen and bulb stay at 0."""
    book = evolve(
        BOOK,
        offers=(BULB, Offer("TEN", PercentOff(10))),
        catalogues=(Catalogue("SPRING", free_products=(FreeProduct("PEN"),)),),
        source_codes=(SourceCode("SP", "SPRING"),),
    )
    expected = [("LAMP", "2", "36.00"), ("PEN", "1", "0.00"), ("BULB", "1", "0.00")]
    assert _lines(desk, book, CartLine("LAMP", 2), source_code="SP") == expected


def test_an_offer_cannot_add_what_is_no_item() -> None:
    offer = evolve(BULB, benefits=(AddItem("X", _eur(3)),))
    with pytest.raises(InvalidValue) as compiled:
        compile_book(evolve(BOOK, offers=(offer,)))
    with pytest.raises(InvalidValue) as changed:
        with_offer(compile_book(BOOK), offer, "2")
    for refused in (compiled, changed):
        assert refused.value.problem.code == "pricing.unknown_item"
        assert refused.value.problem.path == "offers.BULB.benefits[0].item"


@given(lamps=st.integers(1, 40), per=st.integers(1, 5), quantity=st.integers(1, 3), percent=st.integers(0, 100))
def test_the_total_is_that_of_the_goods_and_of_what_was_added(
    desk: Any, lamps: int, per: int, quantity: int, percent: int
) -> None:
    """By whole cents: 300 for each bulb, less its percentage."""
    offer = evolve(BULB, benefits=(AddItem("BULB", _eur(3), quantity=quantity, per_units=per, percent=percent),))
    quote = desk.quote(evolve(BOOK, offers=(offer,)), desk.cart(CartLine("LAMP", lamps)))
    bulbs = lamps // per * quantity
    assert quote.subtotal.to_minor() == 2000 * lamps + 300 * bulbs * (100 - percent) // 100
