"""A price for several units: what one costs, and that a line comes to its share of the stated price (A07, CC 7.1)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.quantity import Conversion
from servicecore.kernel.rounding import Rounding, RoundingMode
from servicecore.pricing import (
    CartLine,
    FormulaBasis,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceRow,
    RoundingPolicy,
    compile_book,
)
from servicecore.pricing.lint import lint_book
from servicecore.pricing.look_up_price import PriceAnswer, PriceQuery, look_up_price


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


SCREW = Item("SCREW", "Screw", base_price=eur("10.00"), price_unit=50)
BOOK = PriceBook("b", "1", items=(SCREW,))


def test_ten_euros_for_fifty_are_twenty_cents_each(desk: Any) -> None:
    (line,) = desk.quote(BOOK, desk.cart(CartLine("SCREW", 7))).lines
    assert (line.unit_price, line.net) == (eur("0.20"), eur("1.40"))
    answer = look_up_price(compile_book(BOOK), PriceQuery("SCREW", "EUR", 1))
    assert isinstance(answer, PriceAnswer)
    assert answer.price.amount == eur("0.20")


def test_what_cannot_be_stated_in_full_is_exact_all_the_same(desk: Any) -> None:
    """Three of 10.00 for three are 10.00 in one step, without a rounding."""
    thirds = evolve(BOOK, items=(evolve(SCREW, price_unit=3),))
    (line,) = desk.quote(thirds, desk.cart(CartLine("SCREW", 3))).lines
    assert (line.gross, line.net) == (eur("10.00"), eur("10.00"))
    assert [step.delta for step in line.explanation.steps] == [eur("10.00")]


@pytest.mark.parametrize(
    ("stated", "mode", "each"), [("2.985", "half_up", "1.00"), ("3.03", "floor", "1.01"), ("3.03", "half_up", "1.01")]
)
def test_a_third_of_a_price_is_rounded_from_what_it_is(desk: Any, stated: str, mode: str, each: str) -> None:
    """Three to a pack: 2.985 a pack is 0.995 each, and half a cent goes up; 3.03 is 1.01, which no rounding lowers."""
    packs = PriceBook(
        "b",
        "1",
        items=(Item("PACK", "Pack", unit="pack", base_price=eur(stated)),),
        conversions=(Conversion("each", "pack", 1, per=3),),
        rounding=RoundingPolicy(unit_price=Rounding(RoundingMode(mode))),
    )
    (line,) = desk.quote(packs, desk.cart(CartLine("PACK", 1, "each"))).lines
    assert line.unit_price == eur(each)


def test_another_unit_of_measure_and_formulas_start_from_the_price_of_one(desk: Any) -> None:
    """A box of 24 at 0.20 each is 4.80, less a tenth by a formula on the list price 4.32."""
    row = PriceRow(
        "SCREW",
        formula=PriceFormula(FormulaBasis.LIST, Decimal("0.9")),
        currency="EUR",
        customer_group="trade",
    )
    book = evolve(
        BOOK,
        lists=(PriceList("trade", (row,), PriceListType.SALE),),
        conversions=(Conversion("box", "each", 24, 1),),
    )
    box = CartLine("SCREW", 2, "box")
    assert desk.quote(book, desk.cart(box)).lines[0].unit_price == eur("4.80")
    (line,) = desk.quote(book, desk.cart(box, customer_groups=("trade",))).lines
    assert (line.list_price, line.unit_price, line.net) == (eur("4.80"), eur("4.32"), eur("8.64"))


def test_the_linter_compares_the_price_of_one_with_cost_and_breaks() -> None:
    cheap = evolve(BOOK, items=(evolve(SCREW, cost=eur("0.21")),))
    assert "lint.below_cost" in {each.code for each in lint_book(cheap)}
    assert not list(lint_book(evolve(BOOK, items=(evolve(SCREW, cost=eur("0.19")),))))


@given(cents=st.integers(0, 10**6), price_unit=st.integers(1, 1000), quantity=st.integers(1, 5000))
def test_a_line_is_its_share_of_the_stated_price_rounded_once(cents: int, price_unit: int, quantity: int) -> None:
    item = Item("A", "A", base_price=Money(Decimal(cents) / 100, "EUR"), price_unit=price_unit)
    (line,) = _lines(item, quantity)
    exact = Fraction(cents * quantity, price_unit)
    rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    # 2 * exact is whole where the share lies between two cents: half a cent is rounded up
    assert line.net.amount * 100 == rounded
    assert abs(Fraction(line.net.amount * 100) - exact) <= Fraction(1, 2)


def _lines(item: Item, quantity: int) -> Any:
    from tests.pricing.conftest import Desk

    made = Desk()
    return made.quote(PriceBook("b", "1", items=(item,)), made.cart(CartLine("A", quantity))).lines


@pytest.mark.parametrize("price_unit", [0, -1, "none"])
def test_it_is_above_nothing_and_needs_a_price(price_unit: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        Item("A", "A", base_price=eur("1"), price_unit=price_unit)
    assert refused.value.problem.path == "price_unit"
    with pytest.raises(InvalidValue):
        Item("A", "A", price_unit=2)
