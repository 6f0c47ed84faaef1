"""Prices without a cart: the row that names most, its list price beside it, quantities, units and tax."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.kernel.quantity import Conversion
from servicecore.pricing import PriceBook, PriceList, PriceListType, PriceMode, PriceRow, compile_book
from servicecore.pricing.look_up_price import PriceAnswer, PriceQuery, TaxPreference, look_up_price
from servicecore.pricing.price_lists import RowRule

DAY = date(2026, 1, 15)


def row(amount: str, item: str = "tea", **more: Any) -> PriceRow:
    return PriceRow(item, Money(Decimal(amount), "EUR"), **more)


def rule(name: str, *values: str) -> RowRule:
    return RowRule(name, values)


def answer(*lists: PriceList, base_price: str | None = None, **asked: Any) -> PriceAnswer | None:
    item = Item("tea", "Tea", base_price=None if base_price is None else Money(Decimal(base_price), "EUR"))
    book = compile_book(PriceBook("b", "1", (item,), lists, conversions=(Conversion("case", "each", Decimal(12)),)))
    got = look_up_price(book, PriceQuery(**{"item": "tea", "currency": "EUR", "day": DAY.toordinal(), **asked}))
    assert not isinstance(got, Problem), got
    return got


def base(*rows: PriceRow, mode: PriceMode = PriceMode.MOST_RULES) -> PriceList:
    return PriceList("base", rows, mode=mode)


def charged(*lists: PriceList, **asked: Any) -> str:
    got = answer(*lists, **asked)
    return "none" if got is None else str(got.price.amount.amount)


def test_every_rule_of_a_row_has_to_hold_and_the_row_with_most_of_them_wins() -> None:
    prices = base(
        row("10"),
        row("9", rules=(rule("region", "PL", "DE"),)),
        row("8", rules=(rule("region", "PL"), rule("tier", "1"))),
    )
    assert charged(prices) == "10"
    assert charged(prices, attributes=(("region", "DE"),)) == "9"
    assert charged(prices, attributes=(("region", "PL"),)) == "9"
    assert charged(prices, attributes=(("region", "PL"), ("tier", "1"))) == "8"


def test_of_rows_with_equally_many_rules_the_lower_amount_wins_or_the_higher_break() -> None:
    rows = (row("10"), row("12", min_quantity=2))
    assert charged(base(*rows), quantity=2) == "10"
    assert charged(base(*rows, mode=PriceMode.MOST_SPECIFIC), quantity=2) == "12"


def test_a_row_holds_up_to_its_last_quantity() -> None:
    prices = base(row("10", max_quantity=3), row("9", min_quantity=4))
    assert [charged(prices, quantity=quantity) for quantity in (3, 4)] == ["10", "9"]
    assert charged(base(row("10", max_quantity=3)), quantity=4) == "none"
    with pytest.raises(InvalidValue):
        row("1", min_quantity=4, max_quantity=3)


def test_a_sale_keeps_the_list_price_beside_it_and_an_override_replaces_it() -> None:
    sale = PriceList("sale", (row("7"),), PriceListType.SALE)
    got = answer(base(row("10")), sale)
    assert got is not None
    assert got.original is not None
    assert (str(got.price.amount), str(got.original.amount)) == ("7.00 EUR", "10.00 EUR")
    assert (got.price.in_base, got.original.in_base, got.price.list) == (False, True, "sale")
    override = PriceList("override", (row("8"),), PriceListType.OVERRIDE)
    other = answer(base(row("10")), override)
    assert other is not None
    assert other.original == other.price
    assert (str(other.price.amount), other.price.in_base) == ("8.00 EUR", False)


def test_an_agreement_needs_no_list_price_to_be_shown() -> None:
    got = answer(PriceList("sale", (row("7"),), PriceListType.SALE))
    assert got is not None
    assert got.original is None


def test_without_a_row_the_items_own_price_counts_or_there_is_none() -> None:
    assert charged(base_price="5.00") == "5.00"
    assert charged() == "none"
    assert charged(base_price="5.00", unit="case") == "60.00"


def test_what_is_unknown_is_a_problem_and_a_currency_is_never_implied() -> None:
    book = compile_book(PriceBook("b", "1", (Item("tea", "Tea"),)))
    got = look_up_price(book, PriceQuery("coffee", "EUR", DAY.toordinal()))
    assert isinstance(got, Problem)
    assert got.code == "pricing.unknown_item"
    unit = look_up_price(book, PriceQuery("tea", "EUR", DAY.toordinal(), unit="barrel"))
    assert isinstance(unit, Problem)
    assert unit.code == "quantity.unknown_conversion"
    with pytest.raises(InvalidValue):
        PriceQuery("tea", "", DAY.toordinal())


def test_the_preference_of_an_attribute_that_a_row_names_beats_that_of_the_currency() -> None:
    wishes = (TaxPreference("currency", "EUR", includes_tax=False), TaxPreference("region", "PL", includes_tax=True))
    prices = base(row("10"), row("9", rules=(rule("region", "PL"),)))

    def includes(**asked: Any) -> bool:
        got = answer(prices, tax_preferences=wishes, **asked)
        assert got is not None
        return got.price.includes_tax

    assert not includes()
    assert includes(attributes=(("region", "PL"),))


def test_under_lowest_the_row_that_is_named_gave_the_price() -> None:
    got = answer(base(row("10"), row("7"), row("9"), mode=PriceMode.LOWEST))
    assert got is not None
    assert got.price.row is not None
    assert str(got.price.row.amount) == "7.00 EUR"
