from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from servicecore.catalog import Item
from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.kernel.rounding import HALF_UP, Rounding
from servicecore.pricing import (
    CartLine,
    MarginBasis,
    MarginEnforcement,
    MarginLevel,
    MarginPolicy,
    Offer,
    PercentOff,
    PriceBook,
    TaxSettings,
)


def _eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


ON_COST = MarginPolicy(Decimal(40), Decimal(20))
ON_PRICE = evolve(ON_COST, basis=MarginBasis.MARGIN_ON_PRICE)
THING = Item("A", "Thing", base_price=_eur(140), cost=_eur(100))


@pytest.mark.parametrize(("policy", "level", "percent"), [(ON_COST, "ok", "40.0000"), (ON_PRICE, "warning", "28.5714")])
def test_140_over_a_cost_of_100_is_40_percent_of_cost_and_28_of_price(
    policy: MarginPolicy, level: str, percent: str
) -> None:
    margin = policy.judge(Decimal(140), Decimal(1), _eur(100))
    assert (margin.level.value, str(margin.percent)) == (level, percent)


@pytest.mark.parametrize(
    ("cost", "level"), [("75", "ok"), ("80", "ok"), ("80.5", "warning"), ("90", "warning"), ("90.1", "error")]
)
def test_the_bands_include_their_lower_end(cost: str, level: str) -> None:
    """Margin on a price of 100: 25, 20, 19.5, 10 and 9.9 percent against 20 and 10."""
    policy = MarginPolicy(Decimal(20), Decimal(10), MarginBasis.MARGIN_ON_PRICE)
    assert policy.judge(Decimal(100), Decimal(1), _eur(cost)).level.value == level


@pytest.mark.parametrize(
    ("net", "cost", "level"),
    [(10, None, "unknown_cost"), (10, "0", "ok"), (0, "0", "ok"), (0, "5", "error"), (-1, "5", "error")],
)
def test_no_cost_and_no_price_have_answers_of_their_own(net: int, cost: str | None, level: str) -> None:
    margin = ON_COST.judge(Decimal(net), Decimal(2), None if cost is None else _eur(cost))
    assert (margin.level.value, margin.percent) == (level, None)


@pytest.mark.parametrize("basis", list(MarginBasis))
def test_bands_in_the_wrong_order_are_refused(basis: MarginBasis) -> None:
    with pytest.raises(InvalidValue) as refused:
        MarginPolicy(Decimal(20), Decimal("20.5"), basis)
    assert refused.value.problem.text() == (
        "questionable_percent: the questionable margin is 20.5 percent; accepted: below 20"
    )
    with pytest.raises(InvalidValue):
        MarginPolicy(Decimal(20), Decimal(20), basis)


def test_a_margin_of_the_whole_price_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        MarginPolicy(Decimal(100), Decimal(20), MarginBasis.MARGIN_ON_PRICE)
    assert refused.value.problem.text() == "acceptable_percent: 100 is not accepted; accepted: below 100"


@pytest.mark.parametrize(
    ("acceptable", "questionable", "field"), [("forty", 20, "acceptable"), (40, "x", "questionable")]
)
def test_a_percentage_that_is_no_number_is_refused_by_its_name(acceptable: Any, questionable: Any, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        MarginPolicy(acceptable, questionable)
    assert refused.value.problem.path == f"{field}_percent"


@pytest.mark.parametrize(
    ("acceptable", "questionable", "code", "text"),
    [
        (20, -1, "config.negative_percent", "questionable_percent: -1 percent is negative; accepted: 0 or more"),
        (-1, -2, "config.negative_percent", "acceptable_percent: -1 percent is negative; accepted: above 0"),
        (-1, 5, "config.negative_percent", "acceptable_percent: -1 percent is negative; accepted: above 0"),
        (0, 0, "value.not_accepted", "acceptable_percent: 0 is not accepted; accepted: above 0"),
    ],
)
def test_bands_below_0_are_refused(acceptable: int, questionable: int, code: str, text: str) -> None:
    """CC 9 and appendix B. At 0 nothing would be left for the band below it."""
    with pytest.raises(InvalidValue) as refused:
        MarginPolicy(acceptable, questionable)
    assert (refused.value.problem.code, refused.value.problem.text()) == (code, text)


def test_the_lowest_bands_are_taken() -> None:
    assert MarginPolicy(Decimal("0.01"), 0).questionable_percent == 0


def test_a_blocked_margin_names_the_lowest_price(desk: Any) -> None:
    """Cost 100 and a markup of 20 percent: nothing below 120.00; 140.00 less 20 percent is 112.00."""
    policy = evolve(ON_COST, enforcement=MarginEnforcement.BLOCK)
    book = PriceBook("b", "1", items=(THING,), margin=policy, offers=(Offer("o", PercentOff(20)),))
    assert desk.codes(book, desk.cart(CartLine("A", 2))) == [("margin.blocked", "lines[0]")]
    assert desk.said(book, desk.cart(CartLine("A", 2))) == [
        "lines[0]: at 112.00 EUR a unit of A the margin is not acceptable; accepted: 120.00 EUR or more"
    ]
    informed = desk.quote(evolve(book, margin=ON_COST), desk.cart(CartLine("A", 2)))
    assert informed.lines[0].margin.level is MarginLevel.ERROR


def test_the_lowest_price_is_rounded_up_by_the_step_of_the_prices() -> None:
    """20 percent on 1.01 is 1.212: 1.22 in cents, 1.25 in steps of five cents, 1.2120 in four decimals."""
    steps = (HALF_UP, Rounding(step=Decimal("0.05")), Rounding(digits=4))
    assert [ON_COST.lowest_price(_eur("1.01"), each) for each in steps] == [_eur("1.22"), _eur("1.25"), _eur("1.212")]


def test_the_context_of_the_embedding_program_changes_no_lowest_price() -> None:
    """20 percent on 123.45 is 148.14."""
    with decimal.localcontext(prec=3):
        assert ON_COST.lowest_price(_eur("123.45"), HALF_UP) == _eur("148.14")


def test_tax_in_the_price_is_no_margin(desk: Any) -> None:
    """140.00 with 22 percent inside is 114.75 net: 14.75 percent over a cost of 100."""
    book = PriceBook("b", "1", items=(THING,), margin=ON_COST, tax=TaxSettings(prices_include_tax=True))
    margin = desk.quote(book, desk.cart(CartLine("A", 1))).lines[0].margin
    assert (margin.level, str(margin.percent)) == (MarginLevel.ERROR, "14.7500")


@given(
    net=st.integers(-100, 100000),
    cost=st.integers(0, 1000),
    quantity=st.integers(1, 9),
    low=st.integers(0, 40),
    width=st.integers(1, 50),
    basis=st.sampled_from(MarginBasis),
)
def test_the_level_is_that_of_the_exact_ratio(
    net: int, cost: int, quantity: int, low: int, width: int, basis: MarginBasis
) -> None:
    """Property 40, with fractions instead of decimals."""
    policy = MarginPolicy(Decimal(low + width), Decimal(low), basis)
    level = policy.judge(Decimal(net).scaleb(-2), Decimal(quantity), _eur(cost)).level
    price, whole_cost = Fraction(net, 100), Fraction(cost * quantity)
    if whole_cost == 0:
        expected = MarginLevel.OK
    elif price <= 0:
        expected = MarginLevel.ERROR
    else:
        ratio = (price - whole_cost) / (whole_cost if basis is MarginBasis.MARKUP_ON_COST else price) * 100
        below = (ratio < low) + (ratio < low + width)
        expected = (MarginLevel.OK, MarginLevel.WARNING, MarginLevel.ERROR)[below]
    assert level is expected


@given(
    cost=st.integers(1, 100000),
    percent=st.integers(0, 90),
    basis=st.sampled_from(MarginBasis),
    rounding=st.sampled_from((HALF_UP, Rounding(digits=4), Rounding(step=Decimal("0.05")))),
)
def test_the_lowest_price_is_accepted_and_one_step_less_is_not(
    cost: int, percent: int, basis: MarginBasis, rounding: Rounding
) -> None:
    policy = MarginPolicy(Decimal(percent + 1), Decimal(percent), basis)
    unit_cost = Money.from_minor(cost, "EUR")
    price = policy.lowest_price(unit_cost, rounding)
    assert price is not None
    lowest = price.amount
    step = rounding.step or Decimal(1).scaleb(-(rounding.digits or 2))
    assert policy.judge(lowest, Decimal(1), unit_cost).level is not MarginLevel.ERROR
    assert policy.judge(lowest - step, Decimal(1), unit_cost).level is MarginLevel.ERROR
