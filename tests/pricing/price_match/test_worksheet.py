"""The worksheet: the difference over all units, the part of it that is given, one rounding."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money
from servicecore.pricing.price_match import CompetitorPrice, worksheet

CENT = Decimal("0.01")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_seventy_percent_of_the_difference_of_three_units() -> None:
    # (100.00 - 3 x 31.90) x 70 % = 4.30 x 0.7 = 3.01
    sheet = worksheet(eur("100.00"), Decimal(3), CompetitorPrice("rival", eur("31.90")), Decimal(70))
    assert sheet.credit == eur("3.01")
    assert sheet.explanation.figure == eur("3.01")
    assert "31.90 EUR" in sheet.explanation.text("en")
    assert "rival" in sheet.explanation.text("it")
    assert "70 %" in sheet.explanation.text("de")


@pytest.mark.parametrize(("includes_tax", "words"), [(False, "without tax"), (True, "with tax")])
def test_every_figure_of_a_worksheet_is_told(words: str, *, includes_tax: bool) -> None:
    """2.00 less 3 x 0.55 is 0.35, of which 70 % are 0.245: less than a euro, rounded up to 0.25."""
    price = CompetitorPrice("rival", eur("0.50"), shipping=eur("0.05"), includes_tax=includes_tax)
    sheet = worksheet(eur("2.00"), Decimal(3), price, Decimal(70))
    assert (sheet.quantity, sheet.paid, sheet.price, sheet.percent) == (Decimal(3), eur("2.00"), price, Decimal(70))
    assert sheet.credit == eur("0.25")
    assert sheet.explanation.subject == "price match"
    assert [(step.text(), step.delta.amount) for step in sheet.explanation.steps] == [
        (f"our price of 3 units {words}", Decimal("2.00")),
        ("price of rival: 0.55 EUR a unit, times 3", Decimal("-1.65")),
        ("of the difference to rival 70 % are given", Decimal("-0.105")),
        ("rounded half_up to the currency's decimals", Decimal("0.005")),
    ]


def test_the_context_of_the_embedding_program_changes_nothing() -> None:
    """12345.67 less 345.67 is 12000.00, of which 70.55 % are 8466.00."""
    with decimal.localcontext(prec=3):
        sheet = worksheet(eur("12345.67"), Decimal(1), CompetitorPrice("rival", eur("345.67")), Decimal("70.55"))
    assert sheet.credit == eur("8466.00")


def test_a_dearer_competitor_gives_nothing() -> None:
    sheet = worksheet(eur("30.00"), Decimal(3), CompetitorPrice("rival", eur("10.01")), Decimal(100))
    assert sheet.credit == eur("0.00")
    assert sheet.explanation.figure == eur("0.00")


@given(
    paid=st.integers(0, 10**7),
    quantity=st.integers(1, 500),
    theirs=st.integers(0, 10**6),
    percent=st.integers(1, 10_000),
)
def test_the_credit_is_the_rounded_part_of_the_difference_never_below_zero_nor_above_what_was_paid(
    paid: int, quantity: int, theirs: int, percent: int
) -> None:
    price = CompetitorPrice("rival", Money(Decimal(theirs).scaleb(-4), "EUR"))
    share = Decimal(percent).scaleb(-2)
    sheet = worksheet(Money.from_minor(paid, "EUR"), Decimal(quantity), price, share)
    exact = max((Fraction(paid, 100) - Fraction(theirs, 10_000) * quantity) * Fraction(percent, 10_000), Fraction(0))
    doubled = exact * 200  # half cents, to round half up without decimals
    expected = Decimal((doubled.numerator // doubled.denominator + 1) // 2) * CENT
    assert sheet.credit.amount == expected
    assert 0 <= sheet.credit.amount <= Decimal(paid) * CENT


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"unit_price": eur("-0.01")}, "price.unit_price"),
        ({"unit_price": eur("5"), "shipping": eur("-1")}, "price.shipping"),
        ({"unit_price": eur("5"), "adjustments": eur("-5.01")}, "price.adjustments"),
    ],
)
def test_a_price_below_zero_is_refused(fields: dict[str, Money], path: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        CompetitorPrice("rival", **fields)  # type: ignore[arg-type]
    assert caught.value.problem.path == path
