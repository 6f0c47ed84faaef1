"""Named rounding, against an oracle of whole numbers."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.errors import InvalidValue
from servicecore.kernel.rounding import EXACT, HALF_UP, Rounding, RoundingMode, round_decimal, settled

values = st.integers(-10_000_000, 10_000_000).map(lambda units: Decimal(units).scaleb(-5))
steps = st.sampled_from([Decimal(text) for text in ("0.01", "1", "0.02", "0.05", "0.25", "0.001", "5", "10", "0.1")])


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        # -2.5 -1.5 -1.1 1.1 1.5 2.5 2.6
        (RoundingMode.HALF_UP, [-3, -2, -1, 1, 2, 3, 3]),
        (RoundingMode.HALF_EVEN, [-2, -2, -1, 1, 2, 2, 3]),
        (RoundingMode.HALF_DOWN, [-2, -1, -1, 1, 1, 2, 3]),
        (RoundingMode.UP, [-3, -2, -2, 2, 2, 3, 3]),
        (RoundingMode.DOWN, [-2, -1, -1, 1, 1, 2, 2]),
        (RoundingMode.CEILING, [-2, -1, -1, 2, 2, 3, 3]),
        (RoundingMode.FLOOR, [-3, -2, -2, 1, 1, 2, 2]),
    ],
)
def test_each_mode_goes_its_way(mode: RoundingMode, expected: list[int]) -> None:
    given_values = [Decimal(text) for text in ("-2.5", "-1.5", "-1.1", "1.1", "1.5", "2.5", "2.6")]
    assert [round_decimal(value, Decimal(1), mode) for value in given_values] == expected


def oracle(value: Decimal, step: Decimal, mode: RoundingMode) -> Fraction:
    """Count steps as a fraction; choose between the two neighbours."""
    exact = Fraction(value) / Fraction(step)
    low, high = floor(exact), ceil(exact)
    towards_zero, away = (low, high) if exact >= 0 else (high, low)
    fixed = {
        RoundingMode.UP: away,
        RoundingMode.DOWN: towards_zero,
        RoundingMode.CEILING: high,
        RoundingMode.FLOOR: low,
    }
    if mode in fixed:
        return fixed[mode] * Fraction(step)
    if exact - low != Fraction(1, 2):
        return (low if exact - low < Fraction(1, 2) else high) * Fraction(step)
    tie = {
        RoundingMode.HALF_UP: away,
        RoundingMode.HALF_DOWN: towards_zero,
        RoundingMode.HALF_EVEN: low if low % 2 == 0 else high,
    }
    return tie[mode] * Fraction(step)


@given(values, steps, st.sampled_from(list(RoundingMode)))
def test_the_result_is_the_multiple_that_the_mode_names(value: Decimal, step: Decimal, mode: RoundingMode) -> None:
    rounded = round_decimal(value, step, mode)
    assert Fraction(rounded) == oracle(value, step, mode)
    assert round_decimal(rounded, step, mode) == rounded


@given(values, st.sampled_from(list(RoundingMode)), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_a_rule_rounds_to_the_currencys_digit(value: Decimal, mode: RoundingMode, currency: str) -> None:
    digit = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    assert Fraction(Rounding(mode).apply(value, currency)) == oracle(value, digit, mode)


def test_digits_and_cash_steps_override_the_currency() -> None:
    assert Rounding(digits=4).apply(Decimal("1.23455"), "EUR") == Decimal("1.2346")
    assert Rounding(digits=0).apply(Decimal("0.5"), "EUR") == Decimal(1)
    # Swiss cash: 7.025 is half way between 7.00 and 7.05
    assert Rounding(step=Decimal("0.05")).apply(Decimal("7.025"), "CHF") == Decimal("7.05")
    assert Rounding(RoundingMode.HALF_DOWN, step=Decimal("0.05")).apply(Decimal("7.025"), "CHF") == Decimal("7.00")


def test_a_rule_names_itself() -> None:
    assert Rounding(RoundingMode.HALF_EVEN, digits=4).name == "half_even to 4 decimals"
    assert Rounding(step=Decimal("0.05")).name == "half_up to 0.05"
    assert HALF_UP.name == "half_up to the currency's decimals"
    assert Rounding() == HALF_UP
    assert repr(Rounding()) == "Rounding(mode=<RoundingMode.HALF_UP: 'half_up'>, digits=None, step=None)"


_MODES = "half_up, half_even, half_down, up, down, ceiling, floor"
_DIGITS = "0 to 12, or none for the currency's own"
_STEPS = "a Decimal above 0, such as 0.05"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"digits": -1}, f"digits: -1 is not accepted; accepted: {_DIGITS}"),
        ({"digits": 13}, f"digits: 13 is not accepted; accepted: {_DIGITS}"),
        ({"digits": "2"}, f"digits: '2' is not accepted; accepted: {_DIGITS}"),
        ({"step": Decimal(0)}, f"step: Decimal('0') is not accepted; accepted: {_STEPS}"),
        ({"step": Decimal("NaN")}, f"step: Decimal('NaN') is not accepted; accepted: {_STEPS}"),
        ({"step": 0.05}, f"step: 0.05 is not accepted; accepted: {_STEPS}"),
        ({"mode": "half_up"}, f"mode: 'half_up' is not accepted; accepted: {_MODES}"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Rounding(**wrong)
    assert refused.value.problem.text() == said


def test_a_step_that_is_no_power_of_ten_is_counted() -> None:
    """1.01 is 50.5 steps of 0.02: half up 51, which is 1.02; 1.12 is 22.4 steps of 0.05: 22, which is 1.10."""
    assert round_decimal(Decimal("1.01"), Decimal("0.02")) == Decimal("1.02")
    assert round_decimal(Decimal("1.12"), Decimal("0.05")) == Decimal("1.10")


def test_a_rule_keeps_up_to_twelve_decimals() -> None:
    """0.1234567890125 to 12 decimals, half up: the 5 behind the twelfth lifts the 2 before it."""
    assert Rounding(digits=12).apply(Decimal("0.1234567890125"), "EUR") == Decimal("0.123456789013")
    assert Rounding(digits=0).apply(Decimal("0.5"), "EUR") == 1


def test_an_unknown_currency_has_no_digit_to_round_to() -> None:
    with pytest.raises(InvalidValue, match="'EURO' is not a currency"):
        HALF_UP.apply(Decimal(1), "EURO")


def test_what_only_the_last_digits_of_a_sum_lack_is_settled_and_nothing_else() -> None:
    """A third to 60 digits times three lacks 1 in the sixtieth; fifty digits are kept as they are, and half a cent."""
    third = EXACT.divide(Decimal(1), Decimal(3))
    assert EXACT.multiply(third, Decimal(3)) == Decimal("0." + "9" * 60)
    assert settled(EXACT.multiply(third, Decimal(3))) == 1
    assert settled(Decimal("-0." + "9" * 50)) == Decimal("-0." + "9" * 50)
    assert settled(Decimal("0." + "9" * 50 + "4")) == Decimal("0." + "9" * 50)
    assert settled(Decimal("123456.005")) == Decimal("123456.005")


def test_the_context_of_the_embedding_program_changes_nothing() -> None:
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_FLOOR):
        assert settled(Decimal("12345.675")) == Decimal("12345.675")
        assert HALF_UP.apply(Decimal("12345.675"), "EUR") == Decimal("12345.68")
        assert Rounding(step=Decimal("0.05")).apply(Decimal("12345.68"), "CHF") == Decimal("12345.70")
        assert Rounding(step=Decimal("0.01")).apply(Decimal("12345.675"), "CHF") == Decimal("12345.68")
