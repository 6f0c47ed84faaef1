"""Each of these engines has one fault, and the kit finds it by the check that is made for it."""

# ruff: noqa: ARG002 - a fault overrides what it does not look at

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any, ClassVar, cast

import pytest
from _pytest.outcomes import Skipped
from attrs import evolve
from tests.testing.kit_check import run_check

from servicecore.kernel.money import sum_money
from servicecore.plugins.api import Money, PluginContext, TaxFailure, TaxQuote, TaxRequest
from servicecore.plugins.builtin.rate_table_tax import RateTableEngine
from servicecore.plugins.builtin.tax_rates import RateTableSettings
from servicecore.testing.tax_engines import BaseTaxEngineContract

RATES: list[dict[str, Any]] = [
    {"country": "IT", "rate": "0.22"},
    {"country": "IT", "category": "books", "rate": "0.04"},
    {"country": "IT", "category": "letters", "rate": "0"},
]
TABLE: dict[str, Any] = {"rates": RATES, "exemptions": [{"id": "EX-1", "reason": "embassy"}]}


def add_up(quote: TaxQuote) -> TaxQuote:
    return evolve(quote, total=sum_money((line.amount for line in quote.lines), quote.total.currency))


class Faulty(RateTableEngine):
    """Changes the request or the quote on the way."""

    table: ClassVar[dict[str, Any]] = TABLE

    def __init__(self) -> None:
        super().__init__(RateTableSettings.model_validate(self.table))

    def quote(self, request: TaxRequest, context: PluginContext) -> TaxQuote | TaxFailure:
        answer = super().quote(self.before(request), context)
        return self.after(request, answer) if isinstance(answer, TaxQuote) else self.refuse(answer)

    def before(self, request: TaxRequest) -> TaxRequest:
        return request

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return quote

    def refuse(self, failure: TaxFailure) -> TaxFailure:
        return failure


class FloatMoney(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return evolve(quote, total=cast("Any", float(quote.total.amount)))


class WrongCurrency(Faulty):
    """Answers everything in euro, as if a yen were one."""

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        lines = tuple(
            evolve(line, base=Money(line.base.amount, "EUR"), amount=Money(line.amount.amount, "EUR"))
            for line in quote.lines
        )
        return evolve(quote, lines=lines, total=Money(quote.total.amount, "EUR"))


class MissingLine(Faulty):
    """Leaves out lines on which there is no tax."""

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return evolve(quote, lines=tuple(line for line in quote.lines if line.base or line.amount))


class MissingCharge(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return add_up(evolve(quote, lines=tuple(line for line in quote.lines if line.key != "charge:freight")))


class DoubleLine(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        if request.prices_include_tax:
            return quote
        return add_up(evolve(quote, lines=(*quote.lines, quote.lines[0])))


class NegativeTax(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        if request.prices_include_tax:
            return quote
        return add_up(
            evolve(quote, lines=tuple(evolve(line, rate=-line.rate, amount=-line.amount) for line in quote.lines))
        )


class TotalOffByACent(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return evolve(quote, total=quote.total + Money.from_minor(1, request.currency))


class RaisesOnWhatItDoesNotKnow(Faulty):
    def refuse(self, failure: TaxFailure) -> TaxFailure:
        raise KeyError(failure.code)


class RefusesWithoutACode(Faulty):
    def refuse(self, failure: TaxFailure) -> TaxFailure:
        return evolve(failure, code="unknown", problem=None)


class RefusesAsAnother(Faulty):
    def refuse(self, failure: TaxFailure) -> TaxFailure:
        return evolve(failure, engine="somebody-else")


class TooManyDecimals(Faulty):
    """Keeps four decimals and does not declare it."""

    table: ClassVar[dict[str, Any]] = {**TABLE, "digits": 4}

    def __init__(self) -> None:
        super().__init__()
        self.digits = None


class CentsOfYen(Faulty):
    """Rounds to two decimals whatever the currency: right for euro, half a yen of tax."""

    table: ClassVar[dict[str, Any]] = {**TABLE, "digits": 2}

    def __init__(self) -> None:
        super().__init__()
        self.digits = None


class SignsAsAnother(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return evolve(quote, engine="somebody-else")


class ForgetsThePlace(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return evolve(quote, lines=tuple(evolve(line, jurisdiction="") for line in quote.lines))


class TakesIncludedTaxOnTop(Faulty):
    """Takes 22 percent of a price that includes them."""

    def before(self, request: TaxRequest) -> TaxRequest:
        return evolve(request, prices_include_tax=False)


class TakesMoreThanThePrice(Faulty):
    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        if not request.prices_include_tax:
            return quote
        lines = tuple(
            evolve(line, amount=line.base + line.amount + line.amount, base=-line.amount) for line in quote.lines
        )
        return add_up(evolve(quote, lines=lines))


class FeeOnNothing(Faulty):
    """Takes a fee of one step on a line of 0."""

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        lines = (evolve(line, amount=line.amount or Money.from_minor(1, request.currency)) for line in quote.lines)
        return quote if any(line.base for line in quote.lines) else add_up(evolve(quote, lines=tuple(lines)))


class OffByTwoCents(Faulty):
    """The host bears it, for a rate of 0.22 may have been cut; the kit does not."""

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        two = Money.from_minor(2, request.currency)
        lines = tuple(
            evolve(line, amount=line.amount + two)
            if line.base >= two * 1000 and not request.prices_include_tax
            else line
            for line in quote.lines
        )
        return add_up(evolve(quote, lines=lines))


class SaysDocumentAndRoundsLines(Faulty):
    """Each line is within a cent of its tax, and a thousand lines are euros off."""

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        if request.prices_include_tax:
            return quote
        cent = Money.from_minor(1, request.currency)
        lines = tuple(
            evolve(line, amount=line.amount + cent) if line.base * line.rate > line.amount else line
            for line in quote.lines
        )
        return evolve(add_up(evolve(quote, lines=lines)), rounding=type(quote.rounding).PER_DOCUMENT)


class TaxesTheExempt(Faulty):
    def before(self, request: TaxRequest) -> TaxRequest:
        return evolve(request, exemption="")


class TaxesWhatIsUntaxed(Faulty):
    table: ClassVar[dict[str, Any]] = {**TABLE, "rates": [*RATES[:2], {**RATES[2], "rate": "0.01"}]}


class Counts(Faulty):
    """Every tenth quote is called provisional."""

    def __init__(self) -> None:
        super().__init__()
        self.count = itertools.count(1)

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        return evolve(quote, provisional=next(self.count) % 10 == 0)


class FirstLineCheaper(Faulty):
    """Grants the first line of the request a step."""

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        first, *others = quote.lines
        cent = Money.from_minor(1, request.currency)
        if request.prices_include_tax or first.amount < cent * 10:
            return quote
        return add_up(evolve(quote, lines=(evolve(first, amount=first.amount - cent), *others)))


class CutsLargeCarts(Faulty):
    """Asks its server for 500 lines at a time, and forgets the rest."""

    def before(self, request: TaxRequest) -> TaxRequest:
        return evolve(request, lines=request.lines[:500])


class BreaksOnOddSums(Faulty):
    """Fails where nobody wrote an example: on totals whose thousandths leave 6 when parted by 7, one in seven."""

    def after(self, request: TaxRequest, quote: TaxQuote) -> TaxQuote:
        if len(quote.lines) > 1 and quote.total.amount.scaleb(3) % 7 == Decimal(6):
            return evolve(quote, total=-quote.total)
        return quote


ROUND = "test_any_cart_is_taxed_right"
FAULTS: list[tuple[type[Faulty], str, str]] = [
    (FloatMoney, "test_money_is_exact", "total is of class float; accepted: Money"),
    (WrongCurrency, "test_the_currency_is_the_requests", "answered in EUR, asked in JPY"),
    (MissingLine, "test_nothing_costs_nothing", "missing_line: line:free"),
    (MissingCharge, "test_every_line_is_answered_once", "missing_line: charge:freight"),
    (DoubleLine, "test_every_line_is_answered_once", "answered once in a jurisdiction"),
    (NegativeTax, "test_no_tax_is_negative", "negative: line:1 in IT: rate -0.22"),
    (TotalOffByACent, "test_the_lines_make_the_total", "total: the parts make"),
    (RaisesOnWhatItDoesNotKnow, "test_what_it_does_not_know_is_an_answer_or_a_refusal", "raised: +KeyError"),
    (RefusesWithoutACode, "test_what_it_does_not_know_is_an_answer_or_a_refusal", "a refusal is dotted"),
    (RefusesAsAnother, "test_what_it_does_not_know_is_an_answer_or_a_refusal", "signed by 'somebody-else'"),
    (TooManyDecimals, "test_amounts_have_the_currencys_digits", "accepted: a multiple of 0.01"),
    (CentsOfYen, "test_amounts_have_the_currencys_digits", "JPY; accepted: a multiple of 1"),
    (SignsAsAnother, "test_a_host_takes_it", "signed by 'somebody-else'; accepted: 'rate-table'"),
    (ForgetsThePlace, "test_every_answer_names_what_it_taxed", "jurisdiction: line:1 names none"),
    (TakesIncludedTaxOnTop, "test_every_answer_names_what_it_taxed", "base: line:2: 1.03 EUR; accepted: 0.99 EUR"),
    (TakesMoreThanThePrice, "test_included_tax_is_within_the_price", "is a part of it, not"),
    (FeeOnNothing, "test_nothing_costs_nothing", "tax on 0 is 0"),
    (OffByTwoCents, "test_tax_is_the_rate_of_its_base", "tax is the rate of the base, to one step"),
    (SaysDocumentAndRoundsLines, "test_a_large_cart_is_taxed", "the total is the exact tax, rounded once"),
    (TaxesTheExempt, "test_an_exempt_customer_pays_no_tax", "with the certificate EX-1 there is no tax"),
    (TaxesWhatIsUntaxed, "test_what_is_untaxed_costs_no_tax", "there is no tax on letters"),
    (Counts, "test_the_same_request_gives_the_same_answer", "the same request gives the same answer"),
    (Counts, "test_many_callers_at_once_get_the_same_answer", "do not disturb each other"),
    (FirstLineCheaper, "test_the_order_of_lines_does_not_matter", "does not depend on the order of lines"),
    (CutsLargeCarts, "test_a_large_cart_is_taxed", "missing_line: charge:freight, line:501"),
    (BreaksOnOddSums, "test_any_cart_is_taxed_right", "the host believes the answer"),
]
CHECKS = tuple(name for name in dir(BaseTaxEngineContract) if name.startswith("test_"))


def run(engine: type[Faulty], check: str, **declared: Any) -> None:
    class Contract(BaseTaxEngineContract):
        categories = ("standard", "books")
        untaxed_category = "letters"
        exemption = "EX-1"

        def make_engine(self) -> Faulty:
            return engine()

    for name, value in declared.items():
        setattr(Contract, name, value)
    run_check(Contract(), check)


@pytest.mark.parametrize(("engine", "check", "says"), FAULTS)
def test_the_kit_finds_the_fault_and_says_it(engine: type[Faulty], check: str, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        run(engine, check)


def test_every_check_is_seen_to_fail() -> None:
    assert {check for _engine, check, _says in FAULTS} == {*CHECKS}


def test_without_a_fault_every_check_passes() -> None:
    for check in CHECKS:
        run(Faulty, check)


def test_what_is_not_declared_is_skipped_with_the_reason() -> None:
    with pytest.raises(Skipped, match="no exemption is declared"):
        run(Faulty, "test_an_exempt_customer_pays_no_tax", exemption="")
    with pytest.raises(Skipped, match="no untaxed_category is declared"):
        run(Faulty, "test_what_is_untaxed_costs_no_tax", untaxed_category="")


def test_an_engine_that_refuses_what_is_declared_fails() -> None:
    with pytest.raises(AssertionError, match=r"not refused(.|\n)*tax.unknown_category"):
        run(Faulty, "test_money_is_exact", categories=("standard", "wine"))


def test_an_engine_without_included_tax_has_to_refuse_it() -> None:
    with pytest.raises(AssertionError, match="prices that include tax are refused"):
        run(Faulty, "test_included_tax_is_within_the_price", inclusive=False)


def test_the_base_is_not_collected_by_itself() -> None:
    assert not BaseTaxEngineContract.__name__.startswith("Test")
