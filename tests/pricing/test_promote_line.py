"""Catalogue promotions in quotes: the price of a unit is lower for everybody, and the list price stays shown."""

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
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import (
    CartLine,
    CataloguePromotion,
    PriceBook,
    PriceList,
    PriceListType,
    PriceOverride,
    PriceRow,
    compile_book,
)
from servicecore.pricing.catalogue_promotions import CatalogueItem, catalogue_price


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


BOOK = PriceBook(
    "b",
    "1",
    items=(
        Item("LAMP", "Lamp", categories=("light",), base_price=_eur(20)),
        Item("PEN", "Pen", base_price=_eur(2)),
    ),
    lists=(PriceList("trade", (PriceRow("LAMP", _eur(16), customer_group="trade"),), PriceListType.SALE),),
    conversions=(Conversion("box", "each", 12),),
)
TEN = CataloguePromotion("TEN", percent=Decimal(10), categories=("light",))
FIFTY_CENTS = CataloguePromotion("FIFTY", amount=Decimal("0.50"), currency="EUR", variants=("LAMP", "PEN"))


def _with(*promotions: CataloguePromotion) -> PriceBook:
    return evolve(BOOK, catalogue_promotions=promotions)


def _line(desk: Any, book: PriceBook, line: CartLine, **cart: Any) -> Any:
    return desk.quote(book, desk.cart(line, **cart)).lines[0]


def test_promotions_lower_the_price_of_a_unit_one_after_the_other(desk: Any) -> None:
    """20.00 less 10 percent is 18.00, less 0.50 is 17.50; three of them 52.50."""
    line = _line(desk, _with(TEN, FIFTY_CENTS), CartLine("LAMP", 3))
    assert (line.list_price, line.unit_price, line.net) == (_eur(20), _eur("17.50"), _eur("52.50"))
    step = line.explanation.steps[-1]
    assert (step.text(), step.delta) == ("catalogue promotion TEN, FIFTY: 17.50 EUR each", _eur("-7.50"))


def test_they_start_from_an_agreed_price(desk: Any) -> None:
    """16.00 less 10 percent."""
    line = _line(desk, _with(TEN), CartLine("LAMP", 1), customer_groups=("trade",))
    assert (line.list_price, line.unit_price) == (_eur(20), _eur("14.40"))


def test_an_amount_is_off_one_of_the_items_own_unit(desk: Any) -> None:
    """A box has 12 pens: 24.00 less 12 x 0.50 is 18.00."""
    assert _line(desk, _with(FIFTY_CENTS), CartLine("PEN", 1, "box")).net == _eur("18.00")


def test_a_price_set_by_hand_is_not_lowered(desk: Any) -> None:
    override = PriceOverride(_eur(19), "goodwill")
    assert _line(desk, _with(TEN), CartLine("LAMP", 1, override=override)).net == _eur("19.00")


@pytest.mark.parametrize(
    "promotion",
    [
        evolve(TEN, valid_until=date(2026, 1, 14)),
        evolve(TEN, channels=("shop",)),
        evolve(TEN, categories=("desk",)),
        evolve(FIFTY_CENTS, currency="USD"),
    ],
)
def test_one_that_does_not_fit_changes_nothing(desk: Any, promotion: CataloguePromotion) -> None:
    """Properties 12 and 13: neither the figures nor the explanation."""
    line = CartLine("LAMP", 2)
    assert _line(desk, _with(promotion), line, channel="web") == _line(desk, BOOK, line, channel="web")


@pytest.mark.parametrize(
    ("promotion", "code", "path"),
    [
        (evolve(FIFTY_CENTS, currency=""), "pricing.promotion_currency", "catalogue_promotions.FIFTY.currency"),
        (evolve(TEN, categories=()), "pricing.promotion_for_nothing", "catalogue_promotions.TEN"),
    ],
)
def test_one_that_cannot_be_meant_is_refused(promotion: CataloguePromotion, code: str, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        compile_book(_with(promotion))
    assert (refused.value.problem.code, refused.value.problem.path) == (code, path)


_promotions = st.builds(
    CataloguePromotion,
    id=st.sampled_from("abcdef"),
    percent=st.integers(0, 100).map(Decimal),
    categories=st.sampled_from((("light",), ("desk",))),
    priority=st.integers(0, 2),
    exclusive=st.booleans(),
)


@given(promotions=st.lists(_promotions, max_size=4, unique_by=lambda each: each.id), quantity=st.integers(1, 9))
def test_a_quote_charges_what_the_catalogue_shows(
    desk: Any, promotions: list[CataloguePromotion], quantity: int
) -> None:
    """The price beside an item, which vectors prove, is the price in the cart, however promotions are filed."""
    shown = catalogue_price(
        CatalogueItem("LAMP", Decimal(20), categories=("light",)),
        promotions,
        "EUR",
        day=desk.now.toordinal(),
    )
    line = _line(desk, _with(*promotions), CartLine("LAMP", quantity))
    assert line.unit_price.amount == shown.amount
    assert line.net.amount == shown.amount * quantity
