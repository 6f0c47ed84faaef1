from __future__ import annotations

from datetime import date
from decimal import Decimal

from attrs import evolve

from servicecore.kernel.money import Money
from servicecore.pricing import TaxableLine, TaxLine, TaxQuote, TaxRequest, TaxRounding
from servicecore.pricing.check_tax_quote import check_tax_quote, tax_by_key


def _eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


REQUEST = TaxRequest(
    "EUR",
    (TaxableLine("line:1", "standard", _eur("10.00")), TaxableLine("charge:freight", "standard", _eur("5.00"))),
    date(2026, 1, 15),
)


def _line(key: str, tax: str, jurisdiction: str = "IT") -> TaxLine:
    return TaxLine(key, jurisdiction, "standard", Decimal("0.22"), _eur("10.00"), _eur(tax))


GOOD = TaxQuote("engine", (_line("line:1", "2.20"), _line("charge:freight", "1.10")), _eur("3.30"))


def _codes(answer: TaxQuote) -> list[str]:
    return [problem.code for problem in check_tax_quote(REQUEST, answer)]


def test_a_good_answer_is_believed() -> None:
    assert _codes(GOOD) == []


def test_several_jurisdictions_of_one_line_add_up() -> None:
    answer = evolve(GOOD, lines=(*GOOD.lines, _line("line:1", "0.30", "IT-RM")), total=_eur("3.60"))
    assert _codes(answer) == []
    assert tax_by_key(answer) == {"line:1": _eur("2.50"), "charge:freight": _eur("1.10")}


def test_another_currency_a_missing_key_a_strange_key_and_a_wrong_sum_are_refused() -> None:
    assert _codes(evolve(GOOD, total=Money(Decimal("3.30"), "USD"))) == ["money.currency_mismatch"]
    assert _codes(evolve(GOOD, lines=GOOD.lines[:1], total=_eur("2.20"))) == ["pricing.tax_missing_key"]
    strange = evolve(GOOD, lines=(*GOOD.lines, _line("line:9", "0.00")))
    assert _codes(strange) == ["pricing.tax_unasked_key"]
    assert _codes(evolve(GOOD, total=_eur("3.31"))) == ["pricing.tax_wrong_sum"]


def test_a_line_that_has_two_answers_of_one_jurisdiction_is_refused() -> None:
    """2.20 twice would be 4.40 of tax on 10.00 at 22 %."""
    answer = evolve(GOOD, lines=(*GOOD.lines, GOOD.lines[0]), total=_eur("5.50"))
    (problem,) = check_tax_quote(REQUEST, answer)
    assert problem.code == "pricing.tax_answered_twice"
    assert problem.text("en") == (
        "tax_quote.lines: the tax engine engine answered more than once for line:1 in IT;"
        " accepted: one answer for each line and jurisdiction"
    )


def test_an_engine_that_rounds_once_may_differ_from_the_sum_of_its_lines() -> None:
    assert _codes(evolve(GOOD, total=_eur("3.31"), rounding=TaxRounding.PER_DOCUMENT)) == []
