"""Page space: what the room of an item costs and brings, and pages that are sold twice (A05, CC 5.4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing import CataloguePage, PageSpace, analyse_space


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def test_sales_less_the_part_of_the_page() -> None:
    """A quarter of a page of 4000.00 costs 1000.00; sales of 3200.00 leave 2200.00, and no sales lose the cost."""
    page = CataloguePage("12", eur("4000.00"), (PageSpace("LAMP", 25), PageSpace("PEN", "12.5")))
    done = analyse_space([page], {"LAMP": eur("3200.00")})
    assert [(each.page, each.item, each.cost, each.sales, each.contribution) for each in done.results] == [
        ("12", "LAMP", eur("1000.00"), eur("3200.00"), eur("2200.00")),
        ("12", "PEN", eur("500.00"), eur("0.00"), eur("-500.00")),
    ]
    assert done.warnings == ()


def test_a_page_of_which_more_than_all_is_taken_is_a_warning() -> None:
    full = CataloguePage("1", eur("10"), (PageSpace("A", 60), PageSpace("B", 40)))
    twice = CataloguePage("2", eur("10"), (PageSpace("A", 60), PageSpace("B", "40.01")))
    (warning,) = analyse_space([full, twice], {}).warnings
    assert (warning.code, warning.path) == ("pricing.page_overbooked", "pages[1].spaces")
    assert warning.text() == "pages[1].spaces: the items of page 2 take 100.01 percent of it; accepted: 100 or less"


@pytest.mark.parametrize("percent", ["-0.01", "100.01", "all"])
def test_a_part_is_a_percentage(percent: str) -> None:
    with pytest.raises(InvalidValue):
        PageSpace("A", percent)


def test_costs_below_nothing_and_sales_in_another_currency_are_refused() -> None:
    with pytest.raises(InvalidValue) as negative:
        CataloguePage("1", eur("-1"))
    assert negative.value.problem.path == "cost"
    with pytest.raises(InvalidValue) as foreign:
        analyse_space([CataloguePage("1", eur("1"), (PageSpace("A", 1),))], {"A": Money("1", "USD")})
    assert foreign.value.problem.path == "sales.A"


@given(cents=st.integers(0, 10**7), percents=st.lists(st.integers(0, 10000), min_size=1, max_size=5))
def test_a_cost_is_the_percentage_to_half_a_cent_and_nothing_is_lost_beside_it(cents: int, percents: list[int]) -> None:
    spaces = tuple(PageSpace(f"I{n}", Decimal(each) / 100) for n, each in enumerate(percents))
    page = CataloguePage("1", Money(Decimal(cents) / 100, "EUR"), spaces)
    for each, result in zip(percents, analyse_space([page], {"I0": eur("7.77")}).results, strict=True):
        assert abs(Fraction(result.cost.amount) * 100 - Fraction(cents * each, 10000)) <= Fraction(1, 2)
        assert result.contribution + result.cost == result.sales
