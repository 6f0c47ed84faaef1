"""Markup, margin and amount between two prices, and the formulas that make the price again (CC 7.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    FormulaBasis,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceRow,
    compare_prices,
    compile_book,
)
from servicecore.pricing.look_up_price import PriceAnswer, PriceQuery, look_up_price


def eur(amount: object) -> Money:
    return Money(Decimal(str(amount)), "EUR")


def priced(formula: PriceFormula, cost: Money) -> Money:
    rows = (PriceRow(formula=formula, currency="EUR", category="C"),)
    item = Item("A", "A", categories=("C",), cost=cost, base_price=eur(40))
    type_ = PriceListType.SALE if formula.basis is FormulaBasis.LIST else PriceListType.BASE
    book = compile_book(PriceBook("b", "1", (item,), (PriceList("rules", rows, type_),)))
    answer = look_up_price(book, PriceQuery("A", "EUR", 1))
    assert isinstance(answer, PriceAnswer)
    return answer.price.amount


def test_the_published_example() -> None:
    """A cost of 10 and a price of 15 are a markup of 50 %, a margin of 33.3 %, a fixed amount of 5."""
    found = compare_prices(eur(10), eur(15))
    assert found.markup_percent == 50
    assert found.margin_percent is not None
    assert round(found.margin_percent, 1) == Decimal("33.3")
    assert found.amount == eur(5)


def test_rules_for_a_category_on_cost_or_list_price() -> None:
    """8.00 at a margin of 20 % is 10.00; 40.00 less 25 % is 30.00; 8.00 and 1.25 are 9.25."""
    assert priced(PriceFormula.by_margin(20), eur(8)) == eur("10.00")
    assert priced(PriceFormula.by_markup(-25, FormulaBasis.LIST), eur(8)) == eur("30.00")
    assert priced(PriceFormula.by_amount("1.25"), eur(8)) == eur("9.25")
    assert priced(PriceFormula.by_markup("12.5"), eur(8)) == eur("9.00")


def test_a_percentage_of_nothing_is_none() -> None:
    assert compare_prices(eur(0), eur(5)).markup_percent is None
    assert compare_prices(eur(5), eur(0)).margin_percent is None


@pytest.mark.parametrize(
    "make",
    [lambda: PriceFormula.by_margin(100), lambda: PriceFormula.by_markup(-100), lambda: PriceFormula.by_margin(101)],
)
def test_a_rule_that_leaves_no_price_is_refused(make: Any) -> None:
    with pytest.raises(InvalidValue):
        make()


def test_prices_of_two_currencies_are_not_compared() -> None:
    with pytest.raises(InvalidValue) as refused:
        compare_prices(eur(1), Money("1", "USD"))
    assert refused.value.problem.code == "money.currency_mismatch"


@given(cost=st.integers(1, 10**7), price=st.integers(1, 10**7))
def test_each_rule_makes_the_price_of_the_cost_again(cost: int, price: int) -> None:
    basis, wanted = eur(Decimal(cost) / 100), eur(Decimal(price) / 100)
    found = compare_prices(basis, wanted)
    assert found.markup_percent is not None
    assert found.margin_percent is not None
    for formula in (
        PriceFormula.by_markup(found.markup_percent),
        PriceFormula.by_margin(found.margin_percent),
        PriceFormula.by_amount(found.amount.amount),
    ):
        assert priced(formula, basis) == wanted
