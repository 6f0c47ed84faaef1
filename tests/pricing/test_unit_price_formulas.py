"""Formulas on the unit price: what a list makes of the price that would hold without it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import (
    BreakPricing,
    CartLine,
    FormulaBasis,
    Offer,
    PercentOff,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceMode,
    PriceRow,
    compile_book,
)
from servicecore.pricing.look_up_price import PriceAnswer, PriceQuery, look_up_price

SALE, BASE, UP = PriceListType.SALE, PriceListType.BASE, PriceListType.OVERRIDE


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


TEA = Item("TEA", "Tea", base_price=eur("10.00"), cost=eur("4.00"))
BARE = Item("TEA", "Tea")


def unit(multiplier: str, amount: str = "0", **row: Any) -> PriceRow:
    formula = PriceFormula(FormulaBasis.UNIT, Decimal(multiplier), amount=Decimal(amount))
    return PriceRow(currency="EUR", formula=formula, **row)


def stated(amount: str, **row: Any) -> PriceRow:
    return PriceRow(amount=eur(amount), **row)


def made(name: str, kind: PriceListType, priority: int, *rows: PriceRow, **more: Any) -> PriceList:
    return PriceList(name, rows, kind, priority, **more)


def line(desk: Any, *lists: PriceList, item: Item = TEA, units: int = 1) -> Any:
    book = PriceBook("b", "1", items=(item,), lists=lists)
    return desk.quote(book, desk.cart(CartLine("TEA", units))).lines[0]


@pytest.mark.parametrize(
    ("lists", "price", "shown"),
    [
        # a sale list on the list price, and on the sale list below it: 8.00 less a tenth
        ([made("gold", SALE, 1, unit("0.9"))], "9.00", "10.00"),
        ([made("gold", SALE, 1, unit("0.9")), made("may", SALE, 0, stated("8.00"))], "7.20", "10.00"),
        # three, one on the other: 8.00, 7.20, 7.20 less 1.00
        (
            [
                made("vip", SALE, 2, unit("1", "-1")),
                made("gold", SALE, 1, unit("0.9")),
                made("may", SALE, 0, stated("8.00")),
            ],
            "6.20",
            "10.00",
        ),
        # a list below that does not match is passed over
        ([made("gold", SALE, 1, unit("0.9")), made("may", SALE, 0, stated("8.00", channel="fax"))], "9.00", "10.00"),
        # another list price: of the override list below, of the base list, of the item itself
        ([made("up", UP, 1, unit("1.1"))], "11.00", "11.00"),
        (
            [made("up", PriceListType.OVERRIDE, 1, unit("1.1")), made("list", BASE, 0, stated("20.00"))],
            "22.00",
            "22.00",
        ),
        ([made("list", BASE, 1, unit("1.5"))], "15.00", "15.00"),
        ([made("list", BASE, 1, unit("1.5")), made("old", BASE, 0, stated("8.00"))], "12.00", "12.00"),
        # the lowest of rows that compete, of which one starts from what is below
        ([made("gold", SALE, 1, unit("0.9"), stated("9.50"), mode=PriceMode.LOWEST)], "9.00", "10.00"),
    ],
)
def test_it_starts_from_the_price_that_holds_without_its_list(
    desk: Any, lists: list[PriceList], price: str, shown: str
) -> None:
    for given_in in (lists, lists[::-1]):
        found = line(desk, *given_in)
        assert (found.unit_price, found.list_price) == (eur(price), eur(shown))
        assert found.explanation.figure == found.net


def test_a_fallback_list_may_start_from_a_lower_one_and_the_trail_names_both(desk: Any) -> None:
    lists = (
        made("more", PriceListType.FALLBACK, 1, unit("1.25")),
        made("last", PriceListType.FALLBACK, 0, stated("4.00")),
    )
    found = line(desk, *lists, item=BARE)
    assert found.unit_price == eur("5.00")
    assert "list price 5.00 EUR of more: unit * 1.25 (last)" in found.explanation.text()
    assert "more: unit * 1.25 (last)" in found.explanation.text("de")


@pytest.mark.parametrize("kind", [BASE, PriceListType.OVERRIDE, PriceListType.FALLBACK])
def test_where_nothing_below_has_a_price_the_row_gives_none(desk: Any, kind: PriceListType) -> None:
    with pytest.raises(AssertionError, match=r"pricing\.missing_price"):
        line(desk, made("up", kind, 1, unit("1.1")), item=BARE)


def test_each_part_of_graduated_prices_starts_from_what_is_below(desk: Any) -> None:
    """The first three at 10.00, the one beyond at 10.00 less a fifth."""
    rows = (unit("1"), unit("0.8", min_quantity=Decimal(3)))
    found = line(desk, made("more", SALE, 1, *rows, breaks=BreakPricing.GRADUATED), units=4)
    assert found.net == eur("38.00")


def test_a_formula_below_waits_for_the_percent_of_the_offer(desk: Any) -> None:
    """10.00 times 0.60 less 10 %: 5.00; a tenth off it is 4.50."""
    agreed = PriceFormula(multiplier=Decimal("0.60"), less_offer_percent=True)
    lists = (made("gold", SALE, 1, unit("0.9")), made("deal", SALE, 0, PriceRow(formula=agreed, currency="EUR")))
    offer = Offer("TENTH", PercentOff(10), target=Offer("x").target)
    book = PriceBook("b", "1", items=(TEA,), lists=lists, offers=(offer,))
    quote = desk.quote(book, desk.cart(CartLine("TEA", 1, offers=("TENTH",))))
    assert quote.lines[0].unit_price == eur("4.50")


@pytest.mark.parametrize("gross", [True, False])
def test_a_looked_up_price_contains_tax_as_the_price_that_it_starts_from(gross: bool) -> None:
    lists = (made("gold", SALE, 1, unit("0.9")), made("may", SALE, 0, stated("8.00", includes_tax=gross)))
    book = PriceBook("b", "1", items=(TEA,), lists=lists)
    answer = look_up_price(compile_book(book), PriceQuery("TEA", "EUR", 1))
    assert isinstance(answer, PriceAnswer)
    assert (answer.price.amount, answer.price.includes_tax) == (eur("7.20"), gross)


def test_it_states_no_tax_convention_of_its_own() -> None:
    with pytest.raises(InvalidValue) as caught:
        unit("1", includes_tax=True)
    assert caught.value.problem.path == "includes_tax"


@given(
    start=st.integers(1, 9999),
    factors=st.lists(st.integers(1, 150), max_size=4),
    skipped=st.sets(st.integers(0, 3)),
)
def test_a_chain_of_lists_is_the_chain_of_roundings(
    desk: Any, start: int, factors: list[int], skipped: set[int]
) -> None:
    """In cents, by hand: each list that matches multiplies and rounds what the ones below it made."""
    lists, expected = [], Decimal(start)
    for place, factor in enumerate(factors):
        other = {"channel": "fax"} if place in skipped else {}
        lists.append(made(f"l{place}", SALE, place, unit(str(Decimal(factor).scaleb(-2)), **other)))
        if not other:
            expected = (expected * factor / 100).quantize(Decimal(1), ROUND_HALF_UP)
    item = Item("TEA", "Tea", base_price=Money.from_minor(start, "EUR"))
    assert line(desk, *lists, item=item).unit_price == Money.from_minor(int(expected), "EUR")
