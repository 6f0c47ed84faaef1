"""Source codes: prices of a catalogue's groups, its free products, and codes that do not count (A05, CC 5.3)."""

from __future__ import annotations

from datetime import date
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
    FreeProduct,
    InCustomerGroup,
    Offer,
    PercentOff,
    PriceBook,
    PriceList,
    PriceListType,
    PriceRow,
    SourceCode,
    compile_book,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ITEMS = (
    Item("LAMP", "Lamp", base_price=_eur(20)),
    Item("PEN", "Pen", base_price=_eur(2)),
    Item("LEAFLET", "Leaflet"),
)
SPRING = Catalogue("SPRING", price_groups=("spring",), free_products=(FreeProduct("PEN", 2), FreeProduct("LEAFLET")))
WINTER = Catalogue("WINTER", price_groups=("winter",))
BOOK = PriceBook(
    "b",
    "1",
    items=ITEMS,
    lists=(
        PriceList(
            "mail",
            (PriceRow("LAMP", _eur(15), customer_group="spring"), PriceRow("LAMP", _eur(12), customer_group="winter")),
            PriceListType.SALE,
        ),
    ),
    catalogues=(SPRING, WINTER),
    source_codes=(
        SourceCode("SP-1", "SPRING", date(2026, 1, 1), date(2026, 3, 31)),
        SourceCode("WI-1", "WINTER"),
        SourceCode("OLD", "WINTER", valid_until=date(2026, 1, 14)),
    ),
)


def _lines(desk: Any, *lines: CartLine, book: PriceBook = BOOK, **cart: Any) -> list[tuple[str, str, str]]:
    quote = desk.quote(book, desk.cart(*lines, **cart))
    return [(line.item, str(line.quantity), str(line.net.amount)) for line in quote.lines]


def test_a_carts_source_code_gives_its_catalogues_prices_and_free_products(desk: Any) -> None:
    assert _lines(desk, CartLine("LAMP", 1)) == [("LAMP", "1", "20.00")]
    free = [("PEN", "2", "0.00"), ("LEAFLET", "1", "0.00")]
    assert _lines(desk, CartLine("LAMP", 1), source_code=" sp-1 ") == [("LAMP", "1", "15.00"), *free]


def test_a_line_may_carry_another_source_code(desk: Any) -> None:
    """Each catalogue's free products come once, however many lines carry its code."""
    lines = (CartLine("LAMP", 1), CartLine("LAMP", 1, source_code="SP-1"), CartLine("LAMP", 2, source_code="SP-1"))
    found = _lines(desk, *lines, source_code="WI-1")
    assert found[:3] == [("LAMP", "1", "12.00"), ("LAMP", "1", "15.00"), ("LAMP", "2", "30.00")]
    assert [item for item, _quantity, _net in found[3:]] == ["PEN", "LEAFLET"]


def test_a_free_product_shows_its_list_price_and_who_gives_it(desk: Any) -> None:
    pen = desk.quote(BOOK, desk.cart(CartLine("LAMP", 1, number=7), source_code="SP-1")).lines[1]
    assert (pen.number, pen.list_price, pen.net) == (8, _eur(2), _eur("0.00"))
    assert [step.delta for step in pen.explanation.steps] == [_eur(4), _eur(-4)]
    assert pen.explanation.steps[1].text() == "free with the catalogue SPRING"


def test_offers_for_the_catalogues_groups_count_and_leave_free_products_alone(desk: Any) -> None:
    """15.00 less 10 percent is 13.50; the pens stay at 0."""
    book = evolve(
        BOOK, offers=(Offer("TEN", PercentOff(10, on_order=True), conditions=(InCustomerGroup(("spring",)),)),)
    )
    assert _lines(desk, CartLine("LAMP", 1), book=book) == [("LAMP", "1", "20.00")]
    nets = [net for _item, _quantity, net in _lines(desk, CartLine("LAMP", 1), book=book, source_code="SP-1")]
    assert nets == ["13.50", "0.00", "0.00"]


def test_an_item_outside_the_catalogue_keeps_its_price(desk: Any) -> None:
    assert _lines(desk, CartLine("PEN", 1), source_code="WI-1") == [("PEN", "1", "2.00")]


def test_the_quote_keeps_the_cart_as_it_was_asked(desk: Any) -> None:
    cart = desk.cart(CartLine("LAMP", 1), source_code="SP-1")
    assert desk.quote(BOOK, cart).cart == cart


@pytest.mark.parametrize(
    ("code", "problem"),
    [("NOBODY", "pricing.unknown_source_code"), ("OLD", "pricing.source_code_inactive")],
)
def test_a_code_that_does_not_count_is_refused_where_it_stands(desk: Any, code: str, problem: str) -> None:
    assert desk.codes(BOOK, desk.cart(CartLine("LAMP", 1), source_code=code)) == [(problem, "source_code")]
    line = CartLine("LAMP", 1, source_code=code)
    assert desk.codes(BOOK, desk.cart(CartLine("PEN", 1), line)) == [(problem, "lines[1].source_code")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source_codes": (SourceCode("A", "NONE"),)}, "pricing.unknown_catalogue"),
        ({"source_codes": (SourceCode("A", "WINTER"), SourceCode("a", "WINTER"))}, "pricing.source_code_given_twice"),
        ({"catalogues": (SPRING, SPRING, WINTER)}, "pricing.given_twice"),
        ({"catalogues": (evolve(SPRING, free_products=(FreeProduct("X"),)), WINTER)}, "pricing.unknown_item"),
    ],
)
def test_a_book_whose_sources_contradict_themselves_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        compile_book(evolve(BOOK, **changes))
    assert refused.value.problem.code == code


@given(quantity=st.integers(1, 50), code=st.sampled_from(("", "SP-1", "WI-1")))
def test_free_products_never_change_the_total(desk: Any, quantity: int, code: str) -> None:
    price = {"": 20, "SP-1": 15, "WI-1": 12}[code]
    quote = desk.quote(BOOK, desk.cart(CartLine("LAMP", quantity), source_code=code))
    assert quote.subtotal == _eur(price * quantity)
