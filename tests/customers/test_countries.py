"""The countries of addresses."""

from __future__ import annotations

import pytest
from babel import Locale

from servicecore.customers.countries import COUNTRIES, check_country
from servicecore.errors import InvalidValue

# CLDR's two-letter codes that ISO 3166 has not assigned to a country.
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}


def test_the_codes_are_the_249_of_iso_3166() -> None:
    territories = {code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()}
    assert territories - NO_COUNTRIES == COUNTRIES
    assert len(COUNTRIES) == 249


@pytest.mark.parametrize("wrong", ["it", "ITA", "UK", "XK", "", None, 39, ["IT"]])
def test_what_is_no_country_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_country(wrong, "address.country")
    assert (refused.value.problem.code, refused.value.problem.path) == ("customers.unknown_country", "address.country")
