"""Money: exact, of one currency, never a float."""

from __future__ import annotations

import decimal
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.money import Money, exact_decimal, sum_money, trusted_money
from servicecore.kernel.rounding import Rounding, RoundingMode

decimals = st.decimals(-(10**9), 10**9, places=6)
moneys = decimals.map(lambda amount: Money(amount, "EUR"))


@given(moneys, moneys, moneys)
def test_addition_is_exact_and_a_commutative_group(a: Money, b: Money, c: Money) -> None:
    assert Fraction((a + b).amount) == Fraction(a.amount) + Fraction(b.amount)
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + b - b == a
    assert a + -a == Money.zero("EUR")
    assert sum_money([a, b, c], "EUR") == a + b + c


@given(moneys, st.integers(-1000, 1000), st.decimals(-1000, 1000, places=4))
def test_multiplication_is_exact_on_both_sides(a: Money, count: int, factor: Decimal) -> None:
    assert Fraction((a * count).amount) == Fraction(a.amount) * count
    assert factor * a == a * factor
    assert Fraction((a * factor).amount) == Fraction(a.amount) * Fraction(factor)


@given(moneys, moneys)
def test_order_is_that_of_the_amounts(a: Money, b: Money) -> None:
    assert [a < b, a <= b, a > b, a >= b, a == b] == [
        a.amount < b.amount,
        a.amount <= b.amount,
        a.amount > b.amount,
        a.amount >= b.amount,
        a.amount == b.amount,
    ]
    assert abs(a) == (a if a.amount >= 0 else -a)
    assert bool(a) is (a.amount != 0)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_minor_units_there_and_back(units: int, currency: str) -> None:
    money = Money.from_minor(units, currency)
    assert money.to_minor() == units
    assert money.is_rounded()
    assert money.round() == money


@given(decimals, st.sampled_from(list(RoundingMode)))
def test_rounding_is_the_rules_answer_also_on_the_short_way(amount: Decimal, mode: RoundingMode) -> None:
    money = Money(amount, "EUR")
    assert money.round() == money.round(Rounding()) == money.round(Rounding(digits=2))
    assert money.round(Rounding(mode)).amount == Rounding(mode).apply(amount, "EUR")
    assert abs(money.round().amount - amount) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.125", "EUR", "0.13"),
        ("0.135", "EUR", "0.14"),
        ("-0.125", "EUR", "-0.13"),
        ("0.5", "JPY", "1"),
        ("2.5", "JPY", "3"),
        ("0.0005", "KWD", "0.001"),
    ],
)
def test_halves_are_rounded_away_from_zero_unless_a_rule_says_else(amount: str, currency: str, rounded: str) -> None:
    assert Money(amount, currency).round() == Money(rounded, currency)


def test_minor_units_of_an_unrounded_amount_are_refused() -> None:
    assert Money.from_minor(1250, "EUR") == Money("12.50", "EUR")
    assert not Money("0.001", "EUR").is_rounded()
    with pytest.raises(InvalidValue) as refused:
        Money("0.001", "EUR").to_minor()
    accepted = "an amount rounded to the currency's decimals"
    assert refused.value.problem.text() == f"amount: 0.001 EUR is not accepted; accepted: {accepted}"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("12.5", "EUR", "12.50 EUR"),
        ("1E+3", "EUR", "1000.00 EUR"),
        ("0.00000001", "EUR", "0.00000001 EUR"),
        ("1.2340", "EUR", "1.234 EUR"),
        ("-0", "EUR", "0.00 EUR"),
        ("1500", "JPY", "1500 JPY"),
        ("1.5", "KWD", "1.500 KWD"),
    ],
)
def test_text_shows_at_least_the_currencys_decimals_and_never_an_exponent(
    amount: str, currency: str, shown: str
) -> None:
    assert str(Money(amount, currency)) == shown


_AMOUNTS = "a Decimal, an int, or text such as '12.50'"
_BOUNDS = "a number below 1E30 of at most 60 digits"
_ONES = "0." + "1" * 61


@pytest.mark.parametrize(
    ("amount", "code", "said"),
    [
        (1.5, "value.wrong_type", f"1.5 is of type float; accepted: {_AMOUNTS}"),
        (True, "value.wrong_type", f"True is of type bool; accepted: {_AMOUNTS}"),
        (None, "value.wrong_type", f"None is of type NoneType; accepted: {_AMOUNTS}"),
        (Fraction(1, 3), "value.wrong_type", f"Fraction(1, 3) is of type Fraction; accepted: {_AMOUNTS}"),
        ("12,50", "value.not_accepted", f"'12,50' is not accepted; accepted: {_AMOUNTS}"),
        ("", "value.not_accepted", f"'' is not accepted; accepted: {_AMOUNTS}"),
        ("NaN", "value.not_accepted", "'NaN' is not accepted; accepted: a finite amount"),
        ("sNaN", "value.not_accepted", "'sNaN' is not accepted; accepted: a finite amount"),
        (Decimal("Infinity"), "value.not_accepted", "Decimal('Infinity') is not accepted; accepted: a finite amount"),
        (Decimal("1E30"), "value.not_accepted", f"1E+30 is not accepted; accepted: {_BOUNDS}"),
        ("1E-999999", "value.not_accepted", f"1E-999999 is not accepted; accepted: {_BOUNDS}"),
        ("0E-999999", "value.not_accepted", f"0E-999999 is not accepted; accepted: {_BOUNDS}"),
        (_ONES, "value.not_accepted", f"{_ONES} is not accepted; accepted: {_BOUNDS}"),
    ],
)
def test_what_is_no_exact_amount_is_refused(amount: object, code: str, said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Money(amount, "EUR")
    assert refused.value.problem.code == code
    assert refused.value.problem.text() == f"amount: {said}"


def test_a_whole_number_of_thousands_of_digits_is_refused_shortly() -> None:
    with pytest.raises(InvalidValue, match="below 1E30") as refused:
        Money(10**5000, "EUR")
    assert len(str(refused.value)) < 200


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(InvalidValue, match="'euro' is not a currency"):
        Money(1, "euro")


@pytest.mark.parametrize(
    "combine",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: sum_money([b], a.currency),
    ],
)
def test_currencies_are_never_mixed(combine: Callable[[Money, Money], object]) -> None:
    with pytest.raises(InvalidValue) as refused:
        combine(Money(0, "EUR"), Money(1, "USD"))
    assert refused.value.problem.code == "money.currency_mismatch"
    said = "currency: 0.00 EUR cannot be combined with 1.00 USD; accepted: amounts in one currency"
    assert refused.value.problem.text() == said


def test_money_is_no_number() -> None:
    euro: object = Money(1, "EUR")
    for wrong in (
        lambda: euro + 1,  # type: ignore[operator]
        lambda: euro - 1,  # type: ignore[operator]
        lambda: euro * 1.5,  # type: ignore[operator]
        lambda: euro * True,  # type: ignore[operator]
        lambda: euro * euro,  # type: ignore[operator]
    ):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(InvalidValue) as refused:
        _ = euro < 1  # type: ignore[operator]
    assert refused.value.problem.text() == "money: 1 is of type int; accepted: money"
    assert euro != 1


def test_a_product_beyond_the_bounds_is_refused() -> None:
    for factor in (Decimal("1E29"), Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(InvalidValue):
            Money(10, "EUR") * factor


def test_money_cannot_be_changed_and_equal_amounts_are_one_key() -> None:
    money = Money("1.50", "EUR") + Money(0, "EUR")
    with pytest.raises(FrozenInstanceError):
        money.amount = Decimal(2)  # type: ignore[misc]
    assert len({money, Money("1.5", "EUR"), Money("1.500", "EUR")}) == 1
    assert Money(0, "EUR") != Money(0, "USD")
    assert pickle.loads(pickle.dumps(money)) == money  # noqa: S301 - our own bytes


def test_the_context_of_the_embedding_program_changes_nothing() -> None:
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_FLOOR):
        big = Money("1234567.89", "EUR")
        assert big + Money("0.02", "EUR") == Money("1234567.91", "EUR")
        assert big - Money("0.02", "EUR") == Money("1234567.87", "EUR")
        assert -big == Money("-1234567.89", "EUR")
        assert abs(-big) == big
        assert big * 3 == Money("3703703.67", "EUR")
        assert str(big) == "1234567.89 EUR"
        assert str(Money("1234567.891", "EUR")) == "1234567.891 EUR"
        assert big.to_minor() == 123456789
        assert Money.from_minor(123456789, "EUR") == big
        assert sum_money([big, big], "EUR").round() == Money("2469135.78", "EUR")


def test_the_sum_of_nothing_is_zero_of_the_named_currency() -> None:
    assert sum_money([], "JPY") == Money.zero("JPY")


def test_exact_decimal_names_the_path_that_it_was_given() -> None:
    assert exact_decimal("1.10", "factor") == Decimal("1.10")
    with pytest.raises(InvalidValue) as refused:
        exact_decimal(0.1, "factor")
    assert refused.value.problem.path == "factor"


@given(st.decimals(-(10**9), 10**9, places=5))
def test_trusted_money_is_the_same_money(amount: Decimal) -> None:
    made = trusted_money(amount, "EUR")
    assert made == Money(amount, "EUR")
    assert hash(made) == hash(Money(amount, "EUR"))
