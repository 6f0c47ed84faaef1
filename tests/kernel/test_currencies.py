"""ISO 4217: the decimals of amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_territory_currencies, list_currencies

from servicecore.errors import InvalidValue
from servicecore.kernel.currencies import DIGITS, MINOR_UNITS, currency_digits, minor_unit

# CLDR's codes that are no legal tender: funds, metals, testing, and the offshore yuan, which ISO does not list.
NOT_MONEY = {"CNH", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}


@pytest.mark.parametrize(
    ("currency", "digits", "unit"),
    [
        ("EUR", 2, "0.01"),
        ("CHF", 2, "0.01"),
        ("NOK", 2, "0.01"),
        ("HUF", 2, "0.01"),
        ("JPY", 0, "1"),
        ("ISK", 0, "1"),
        ("KWD", 3, "0.001"),
        ("TND", 3, "0.001"),
        ("CLF", 4, "0.0001"),
    ],
)
def test_digits_are_those_of_iso_4217(currency: str, digits: int, unit: str) -> None:
    assert currency_digits(currency) == digits
    assert minor_unit(currency) == MINOR_UNITS[currency] == Decimal(unit)


def test_every_currency_that_a_country_uses_today_is_known_and_none_is_invented() -> None:
    territories = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]
    in_use = {currency for code in territories for currency in get_territory_currencies(code, non_tender=True)}
    assert in_use - NOT_MONEY <= set(DIGITS)
    assert set(DIGITS) <= set(list_currencies())


@pytest.mark.parametrize("wrong", ["eur", "EURO", "", "XXX", None, ["EUR"]])
def test_an_unknown_currency_is_refused_by_name(wrong: str) -> None:
    for function in (currency_digits, minor_unit):
        with pytest.raises(InvalidValue) as refused:
            function(wrong)
        assert refused.value.problem.code == "money.unknown_currency"
        assert refused.value.problem.param("value") == repr(wrong)
