"""The rate-table tax engine: hand-calculated quotes, an oracle in fractions, and refusals instead of 0."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from servicecore.kernel.clock import FixedClock
from servicecore.plugins import PluginHost, PluginSettings, TaxFailure
from servicecore.plugins.api import Money, PluginContext, TaxableLine, TaxQuote, TaxRequest, TaxRounding
from servicecore.plugins.builtin.rate_table_tax import RateTableEngine
from servicecore.plugins.builtin.tax_rates import RateTableSettings
from servicecore.plugins.scrub import Scrubber, plugin_log
from servicecore.plugins.tax_checks import check_tax_quote

OpenHost = Callable[..., PluginHost]
CONTEXT = PluginContext(
    "rate-table", FixedClock(datetime(2026, 3, 2, tzinfo=UTC)), plugin_log("rate-table", Scrubber())
)
DAY = date(2026, 3, 2)


def lines(*amounts: str, category: str = "standard", currency: str = "EUR") -> tuple[TaxableLine, ...]:
    return tuple(
        TaxableLine(f"line:{number}", category, Money(amount, currency)) for number, amount in enumerate(amounts, 1)
    )


def request(*amounts: str, country: str = "IT", category: str = "standard", **fields: Any) -> TaxRequest:
    currency = fields.get("currency", "EUR")
    given_ = {"currency": currency, "lines": lines(*amounts, category=category, currency=currency), "on": DAY}
    return TaxRequest(**{**given_, "country": country, **fields})


def quote(table: dict[str, Any], asked: TaxRequest) -> TaxQuote:
    engine = RateTableEngine(RateTableSettings.model_validate(table))
    answer = engine.quote(asked, CONTEXT)
    assert isinstance(answer, TaxQuote), answer
    assert check_tax_quote(asked, answer, engine="rate-table", digits=engine.digits) == ()
    return answer


def failure(table: dict[str, Any], asked: TaxRequest) -> TaxFailure:
    answer = RateTableEngine(RateTableSettings.model_validate(table)).quote(asked, CONTEXT)
    assert isinstance(answer, TaxFailure), answer
    assert check_tax_quote(asked, answer) == ()
    return answer


def taxes(answer: TaxQuote) -> list[str]:
    return [str(line.amount.amount) for line in answer.lines]


ITALY: dict[str, Any] = {
    "rates": [{"country": "IT", "rate": "0.22"}, {"country": "IT", "category": "books", "rate": "0.04"}]
}


def test_each_line_is_rounded_for_itself_by_default() -> None:
    """0.22 x 1.03 = 0.2266 -> 0.23, three times 0.69; 0.22 x 3.09 = 0.6798 would have been 0.68."""
    answer = quote(ITALY, request("1.03", "1.03", "1.03"))
    assert taxes(answer) == ["0.23", "0.23", "0.23"]
    assert answer.total == Money("0.69", "EUR")


def test_per_document_the_total_is_rounded_once_and_its_parts_still_sum_to_it() -> None:
    """0.22 x 3.09 = 0.6798 -> 0.68; the exact parts are equal, so the first two lines get the odd cents."""
    answer = quote({**ITALY, "rounding": "per_document"}, request("1.03", "1.03", "1.03"))
    assert answer.rounding is TaxRounding.PER_DOCUMENT
    assert taxes(answer) == ["0.23", "0.23", "0.22"]
    assert answer.total == Money("0.68", "EUR")


def test_a_table_can_keep_four_decimals() -> None:
    """Online tax of the recorded orders is 8 % with four decimals: 0.08 x 3578.27 = 286.2616."""
    table = {"rates": [{"country": "US", "rate": "0.08"}], "digits": 4}
    answer = quote(table, request("3578.2700", country="US", currency="USD"))
    assert taxes(answer) == ["286.2616"]


def test_prices_that_include_tax_are_divided() -> None:
    """122.00 contains 22.00 at 22 %; 10.00 contains 10 x 0.22 / 1.22 = 1.803... -> 1.80."""
    answer = quote(ITALY, request("122.00", "10.00", prices_include_tax=True))
    assert [(str(line.base.amount), str(line.amount.amount)) for line in answer.lines] == [
        ("100.00", "22.00"),
        ("8.20", "1.80"),
    ]


def test_a_regions_tax_comes_on_top_or_instead() -> None:
    """Federal 5 % and provincial 9.975 % of 100: 5.00 and 9.975 -> 9.98; Ontario replaces both by 13 %."""
    table = {
        "rates": [
            {"country": "CA", "rate": "0.05"},
            {"country": "CA", "region": "QC", "rate": "0.09975", "on_top": True},
            {"country": "CA", "region": "ON", "rate": "0.13", "jurisdiction": "CA HST"},
        ]
    }
    quebec = quote(table, request("100.00", country="CA", region="QC", currency="CAD"))
    assert [(line.jurisdiction, str(line.amount.amount)) for line in quebec.lines] == [
        ("CA", "5.00"),
        ("CA-QC", "9.98"),
    ]
    assert quebec.amount_for("line:1") == Money("14.98", "CAD")
    ontario = quote(table, request("100.00", country="CA", region="ON", currency="CAD"))
    assert [(line.jurisdiction, str(line.amount.amount)) for line in ontario.lines] == [("CA HST", "13.00")]
    alberta = quote(table, request("100.00", country="CA", region="AB", currency="CAD"))
    assert taxes(alberta) == ["5.00"]
    # 114.975 contains 100 net: 5.00 and 9.975 -> 9.98, so 99.995 is not a base in cents; 114.98 leaves 100.00.
    gross = quote(table, request("114.98", country="CA", region="QC", currency="CAD", prices_include_tax=True))
    assert [str(line.base.amount) for line in gross.lines] == ["100.00", "100.00"]


def test_rates_hold_from_their_first_day_until_before_their_last() -> None:
    """Germany's half year of 16 %: from 2020-07-01, until before 2021-01-01."""
    table = {
        "rates": [
            {"country": "DE", "rate": "0.19", "valid_from": "2007-01-01", "valid_until": "2020-07-01"},
            {"country": "DE", "rate": "0.16", "valid_from": "2020-07-01", "valid_until": "2021-01-01"},
            {"country": "DE", "rate": "0.19", "valid_from": "2021-01-01"},
        ]
    }
    days = [date(2020, 6, 30), date(2020, 7, 1), date(2020, 12, 31), date(2021, 1, 1)]
    assert [taxes(quote(table, request("100.00", country="DE", on=day))) for day in days] == [
        ["19.00"],
        ["16.00"],
        ["16.00"],
        ["19.00"],
    ]
    early = failure(table, request("100.00", country="DE", on=date(2006, 12, 31)))
    assert early.code == "tax.no_rate_on_date"
    assert "2006-12-31" in early.reason


def test_what_the_table_does_not_know_is_refused_and_named() -> None:
    assert failure(ITALY, request("1.00", country="FR")).reason == (
        "line:1: 'FR' has no rate in the tax table; accepted: IT"
    )
    assert failure(ITALY, request("1.00", country="")).code == "tax.unknown_jurisdiction"
    assert failure(ITALY, request("1.00", category="wine")).reason == (
        "line:1: tax category 'wine' has no rate in IT; accepted: books, standard"
    )
    assert failure({}, request("1.00")).code == "tax.unknown_jurisdiction"
    states = {"rates": [{"country": "US", "region": "WA", "rate": "0.065"}]}
    assert failure(states, request("1.00", country="US", region="TX", currency="USD")).reason == (
        "line:1: US-TX has no rate in the tax table; accepted: a region of US: WA"
    )


def test_every_refusal_has_three_languages() -> None:
    problem = failure(ITALY, request("1.00", country="FR")).problem
    assert problem is not None
    assert len({problem.text(locale) for locale in ("en", "it", "de")}) == 3


def test_an_amount_in_another_currency_is_refused() -> None:
    asked = TaxRequest("EUR", lines("1.00", currency="USD"), DAY, country="IT")
    assert failure(ITALY, asked).code == "tax.mixed_currencies"


def test_wildcards_answer_only_for_places_and_categories_without_rows() -> None:
    table = {
        "rates": [
            {"country": "*", "category": "*", "rate": "0"},
            {"country": "IT", "rate": "0.22"},
            {"country": "FR", "category": "*", "rate": "0.20"},
            {"country": "FR", "category": "books", "rate": "0.055"},
        ]
    }
    assert taxes(quote(table, request("100.00", country="BR", category="wine"))) == ["0.00"]
    assert taxes(quote(table, request("100.00", country="FR", category="wine"))) == ["20.00"]
    assert taxes(quote(table, request("100.00", country="FR", category="books"))) == ["5.50"]
    assert failure(table, request("100.00", country="IT", category="wine")).code == "tax.unknown_category"


EXEMPT: dict[str, Any] = {
    **ITALY,
    "exemptions": [
        {"id": "EX-1", "reason": "reseller", "customer": "C-1", "categories": ["standard"], "valid_until": "2026-04-01"}
    ],
}


def test_a_certificate_frees_what_it_covers_and_says_why() -> None:
    asked = TaxRequest(
        "EUR",
        (TaxableLine("a", "standard", Money("10.00", "EUR")), TaxableLine("b", "books", Money("10.00", "EUR"))),
        DAY,
        country="IT",
        customer="C-1",
        exemption="EX-1",
    )
    free, taxed = quote(EXEMPT, asked).lines
    assert (free.amount, free.rate, free.exemption) == (Money.zero("EUR"), Decimal(0), "reseller")
    assert (taxed.amount, taxed.exemption) == (Money("0.40", "EUR"), "")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"exemption": "EX-9", "customer": "C-1"}, "not known"),
        ({"exemption": "EX-1", "customer": "C-2"}, "it belongs to another customer"),
        ({"exemption": "EX-1", "customer": "C-1", "on": date(2026, 4, 1)}, "not valid on 2026-04-01"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused_and_never_ignored(fields: dict[str, Any], why: str) -> None:
    refused = failure(EXEMPT, request("10.00", **fields))
    assert refused.code == "tax.unknown_exemption"
    assert why in refused.reason


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"country": "IT", "rate": 0.22}, "of type float"),
        ({"country": "IT", "rate": "-0.01"}, "accepted: a fraction such as 0.22"),
        ({"country": "IT", "rate": "22"}, "accepted: a fraction such as 0.22"),
        ({"country": "IT", "rate": "0.1", "valid_from": "2026-01-01", "valid_until": "2026-01-01"}, "after valid_from"),
        ({"country": "IT", "rate": "0.1", "on_top": True}, "on_top is not accepted without a region"),
        ({"country": "*", "region": "X", "rate": "0.1"}, "a region is not accepted for the country *"),
        ({"country": "IT", "rate": "0.1", "percent": 3}, "Extra inputs"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(row: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RateTableSettings.model_validate({"rates": [row]})
    assert expected in str(caught.value)


def test_two_rates_for_the_same_day_are_refused() -> None:
    rows = [
        {"country": "IT", "rate": "0.22", "valid_from": "2013-10-01"},
        {"country": "IT", "rate": "0.21", "valid_until": "2013-10-02"},
    ]
    with pytest.raises(ValidationError, match="two rates for IT/-/standard are valid on the same day"):
        RateTableSettings.model_validate({"rates": rows})


def test_the_host_builds_the_table_from_its_settings(open_host: OpenHost) -> None:
    host = open_host(settings=PluginSettings(plugins={"rate-table": ITALY}))
    answer = host.quote_tax("rate-table", request("10.00"))
    assert isinstance(answer, TaxQuote)
    assert answer.total == Money("2.20", "EUR")


amounts = st.lists(st.integers(-50_000, 50_000), min_size=1, max_size=6)
rates = st.integers(0, 4000).map(lambda basis: Decimal(basis) / 10000)


def half_away(value: Fraction, digits: int) -> Fraction:
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**digits)


@example([-1, 93, -555], Decimal("0.0054"), False, True, None)
@given(amounts, rates, st.booleans(), st.booleans(), st.sampled_from([None, 0, 1, 4]))
def test_the_quote_is_what_fractions_say(
    cents: list[int], rate: Decimal, gross: bool, once: bool, digits: int | None
) -> None:
    """Oracle: exact fractions and integer rounding; per document only the total is fixed, the parts within a step."""
    asked = request(*(str(Decimal(each) / 100) for each in cents), prices_include_tax=gross)
    rounding = "per_document" if once else "per_line"
    answer = quote({"rates": [{"country": "IT", "rate": rate}], "rounding": rounding, "digits": digits}, asked)
    keep = 2 if digits is None else digits
    share = Fraction(rate) / (1 + Fraction(rate)) if gross else Fraction(rate)
    exact = [Fraction(each, 100) * share for each in cents]
    got = [Fraction(line.amount.amount) for line in answer.lines]
    if once:
        assert Fraction(answer.total.amount) == half_away(sum(exact, Fraction(0)), keep)
        assert all(abs(part - whole) < Fraction(1, 10**keep) for part, whole in zip(got, exact, strict=True))
    else:
        assert got == [half_away(each, keep) for each in exact]
    assert sum(got) == Fraction(answer.total.amount)
    assert answer == quote({"rates": [{"country": "IT", "rate": rate}], "rounding": rounding, "digits": digits}, asked)


ON_TOP: dict[str, Any] = {
    "rates": [
        {"country": "CA", "rate": "0.05"},
        {"country": "CA", "region": "BC", "rate": "0.07", "on_top": True},
    ]
}


@pytest.mark.parametrize(
    ("place", "expected"),
    [("CA", ["0.00", "0.00"]), ("CA-BC", ["5.00", "0.00"]), ("CA-ON", ["5.00", "7.00"])],
)
def test_a_certificate_recorded_with_the_customer_frees_from_the_taxes_of_its_jurisdiction(
    place: str, expected: list[str]
) -> None:
    """The table need not know it; a province's certificate leaves the country's tax."""
    answer = quote(ON_TOP, request("100.00", country="CA", region="BC", exemption="EX-7", exemption_in=place))
    assert taxes(answer) == expected
    assert {line.exemption for line in answer.lines if not line.amount} <= {"EX-7"}


def test_a_certificate_leaves_only_the_taxes_that_remain_in_a_price() -> None:
    """105.00 with 5 percent in it, the province's 7 not owed: 5.00."""
    asked = request(
        "105.00", country="CA", region="BC", exemption="EX-7", exemption_in="CA-BC", prices_include_tax=True
    )
    assert taxes(quote(ON_TOP, asked)) == ["5.00", "0.00"]
