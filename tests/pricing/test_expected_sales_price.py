"""What an item may be sold for, and the margin at which a purchase is expected to be sold (A11, CC 9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.kernel.money import Money
from servicecore.kernel.problems import Problem
from servicecore.pricing import (
    ExpectedSalesPrice,
    Margin,
    MarginLevel,
    MarginPolicy,
    PriceBook,
    PriceFormula,
    PriceList,
    PriceListType,
    PriceRow,
    SalesOutlook,
    TaxSettings,
    compile_book,
    expected_sales_price,
    judge_purchase,
)

DAY = date(2026, 1, 15)
DESK = Item("DESK", "Desk", categories=("furniture",), base_price=Money("2000", "EUR"))


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def book(*rows: PriceRow, item: Item = DESK) -> PriceBook:
    lists = (PriceList("trade", rows, PriceListType.SALE),) if rows else ()
    return PriceBook("b", "1", items=(item,), lists=lists, margin=MarginPolicy(20, 10))


def expected(made: PriceBook, item: str = "DESK", currency: str = "EUR") -> ExpectedSalesPrice:
    found = expected_sales_price(compile_book(made), item, currency, DAY)
    assert isinstance(found, ExpectedSalesPrice)
    return found


PUBLISHED = book(*(PriceRow("DESK", eur(price)) for price in ("1800", "1500", "1100")))


def test_the_published_example() -> None:
    """2000 and agreements of 1800, 1500 and 1100: highest, lowest, and the mean of all four."""
    found = expected(PUBLISHED)
    assert found.expected(SalesOutlook.OPTIMISTIC) == eur("2000")
    assert found.expected(SalesOutlook.PESSIMISTIC) == eur("1100")
    assert found.expected(SalesOutlook.AVERAGE) == eur("1600")


def test_rows_that_cannot_count_on_the_day_are_left_out() -> None:
    rows = (
        PriceRow("DESK", eur("1"), valid_until=date(2026, 1, 14)),
        PriceRow("DESK", eur("2"), valid_from=date(2026, 1, 16)),
        PriceRow("DESK", Money("3", "USD")),
        PriceRow("DESK", eur("4"), unit="pallet"),
        PriceRow("DESK", eur("5"), includes_tax=True),
        PriceRow("CHAIR", eur("6")),
        PriceRow(amount=eur("7"), category="lamps"),
        PriceRow("DESK", formula=PriceFormula(multiplier=Decimal("0.5")), currency="EUR"),
        PriceRow(amount=eur("1900"), category="furniture", customer="C-1"),
    )
    assert expected(book(*rows)).prices == (eur("2000"), eur("1900"))


def test_a_price_for_several_units_counts_for_one() -> None:
    assert expected(book(item=evolve(DESK, price_unit=4))).prices == (eur("500"),)


@pytest.mark.parametrize(
    ("item", "currency", "code"), [("SOFA", "EUR", "unknown_item"), ("DESK", "USD", "missing_price")]
)
def test_what_has_no_price_is_refused(item: str, currency: str, code: str) -> None:
    found = expected_sales_price(compile_book(PUBLISHED), item, currency, DAY)
    assert isinstance(found, Problem)
    assert found.code == f"pricing.{code}"


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_the_average_lies_between_and_is_the_mean_to_half_a_cent(cents: list[int]) -> None:
    first, *others = [Money(Decimal(each) / 100, "EUR") for each in cents]
    found = expected(book(*(PriceRow("DESK", each) for each in others), item=evolve(DESK, base_price=first)))
    assert min(found.prices) <= found.average <= max(found.prices)
    mean = Fraction(sum(cents), 100 * len(cents))
    assert abs(Fraction(found.average.amount) - mean) <= Fraction(1, 200)


def _margin(cost: str, outlook: SalesOutlook, made: PriceBook = PUBLISHED) -> Margin:
    found = judge_purchase(compile_book(made), "DESK", eur(cost), DAY, outlook)
    assert isinstance(found, Margin)
    return found


def test_a_purchase_is_judged_by_the_bands_of_the_alert() -> None:
    """Bought at 1000.00, 2000.00 is a markup of 100 %, and 1100.00 of 10 %, which is questionable."""
    assert _margin("1000", SalesOutlook.OPTIMISTIC).percent == 100
    low = _margin("1000", SalesOutlook.PESSIMISTIC)
    assert (low.level, low.percent, low.suggested) == (MarginLevel.WARNING, Decimal(10), eur("1200.00"))
    assert _margin("1001", SalesOutlook.PESSIMISTIC).level is MarginLevel.ERROR
    assert _margin("1600", SalesOutlook.AVERAGE).percent == 0


@pytest.mark.parametrize(
    ("made", "cost", "path"),
    [
        (evolve(PUBLISHED, margin=None), "1", "margin"),
        (evolve(PUBLISHED, tax=TaxSettings(prices_include_tax=True)), "1", "tax.prices_include_tax"),
        (PUBLISHED, "-1", "unit_cost"),
    ],
)
def test_where_it_cannot_be_judged_it_says_why(made: PriceBook, cost: str, path: str) -> None:
    found = judge_purchase(compile_book(made), "DESK", eur(cost), DAY)
    assert isinstance(found, Problem)
    assert (found.code, found.path) == ("value.not_accepted", path)
    unknown = judge_purchase(compile_book(PUBLISHED), "SOFA", eur("1"), DAY)
    assert isinstance(unknown, Problem)
