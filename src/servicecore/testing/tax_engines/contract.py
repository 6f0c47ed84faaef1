"""The contract of a tax engine: subclass it, say how an engine is made and what it knows, and run pytest."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar, Final

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from servicecore.kernel.clock import FixedClock
from servicecore.kernel.money import Money, sum_money
from servicecore.kernel.rounding import EXACT
from servicecore.plugins.discovery import BUILT_IN
from servicecore.plugins.hookspecs import hookimpl
from servicecore.plugins.host import PluginHost
from servicecore.plugins.manifest import PluginInfo
from servicecore.plugins.protocols import TaxEngine
from servicecore.plugins.requests import TaxFailure
from servicecore.plugins.settings import PluginSettings
from servicecore.pricing.taxes import TaxableLine, TaxLine, TaxQuote, TaxRequest, TaxRounding
from servicecore.testing.stores.expectation import expect
from servicecore.testing.tax_engines.bench import TaxBench

_START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_MINOR: Final = (1, 103, 103, 103, 1_999, 25_000, 1_000_000, 99_999_999_999)
_CALLERS: Final = 8
_LARGE: Final = 1_000
_UNKNOWN: Final = "kit-no-such"


class _KitPlugin:
    def __init__(self, engine: TaxEngine) -> None:
        self._engine = engine

    @hookimpl
    def servicecore_plugin_info(self) -> PluginInfo:
        return PluginInfo(id="kit", version="1.0", api="1.0")

    @hookimpl
    def servicecore_tax_engines(self) -> tuple[TaxEngine, ...]:
        return (self._engine,)


class BaseTaxEngineContract:
    """Everything that servicecore relies on in a tax engine, as pytest tests.

    Subclass it in a test module, call the class ``Test...``, give it ``make_engine``, and say what the engine knows.
    What is declared has to be taxed, a refusal fails; what is not declared is skipped.

    Attributes:
        country: ISO 3166 of a place where the engine knows the tax.
        region: state or province of that place; empty where the engine needs none.
        on: civil date of the sales.
        categories: tax categories that it knows there.
        currencies: of the sales.
        inclusive: whether it takes prices that include tax; where not, it has to refuse them.
        exact_rates: whether the rate of a line is the one that was used, not one cut to a few decimals.
        untaxed_category: a category on which there is no tax there; empty where there is none.
        customer: who holds ``exemption``.
        exemption: a certificate of ``customer`` that holds there for all ``categories``; empty where there is none.
        exemption_in: jurisdiction in which the certificate holds, where it is recorded with the customer.
        examples: how many random carts are tried.

    """

    country: ClassVar[str] = "IT"
    region: ClassVar[str] = ""
    on: ClassVar[date] = date(2026, 3, 2)
    categories: ClassVar[tuple[str, ...]] = ("standard",)
    currencies: ClassVar[tuple[str, ...]] = ("EUR", "JPY", "KWD")
    inclusive: ClassVar[bool] = True
    exact_rates: ClassVar[bool] = True
    untaxed_category: ClassVar[str] = ""
    customer: ClassVar[str] = "C-1"
    exemption: ClassVar[str] = ""
    exemption_in: ClassVar[str] = ""
    examples: ClassVar[int] = 60

    @abstractmethod
    def make_engine(self) -> TaxEngine:
        """Return a new engine."""
        raise NotImplementedError

    def make_settings(self) -> BaseModel | None:
        """Return the settings that the engine finds in its context; None where it takes none."""
        return None

    def make_bench(self) -> TaxBench:
        """Return a bench with a new engine."""
        return TaxBench(self.make_engine(), FixedClock(_START), self.make_settings())

    @pytest.fixture
    def bench(self) -> TaxBench:
        """Make an engine and put it on the bench."""
        return self.make_bench()

    def test_a_host_takes_it(self, bench: TaxBench) -> None:
        """Name, method and digits are such that a host registers it, and its quotes carry its name."""
        alone = PluginSettings(disabled=tuple(plugin for plugin, _module in BUILT_IN))
        with PluginHost((_KitPlugin(bench.engine),), clock=bench.clock, autoload=False, settings=alone) as host:
            expect([failed.reason for failed in host.report.failed], [], "a host can load it")
            expect(host.tax_engine_names(), (bench.engine.name,), "it is found by its name")
        for request in self._sales():
            bench.check(request, "a quote carries the engine's name", "engine")

    def test_every_line_is_answered_once(self, bench: TaxBench) -> None:
        """There is one answer for each line and jurisdiction: none missing, none invented, none twice."""
        for request in self._sales():
            bench.check(
                request,
                "every line is answered once in a jurisdiction, and no other",
                "missing_line",
                "unknown_line",
                "answered_twice",
            )

    def test_every_answer_names_what_it_taxed(self, bench: TaxBench) -> None:
        """Each line names its jurisdiction, and the category and the base as they were asked."""
        for request in self._sales():
            bench.check(request, "a line says what was taxed, and where", "jurisdiction", "category", "base")

    def test_money_is_exact(self, bench: TaxBench) -> None:
        """Amounts are `Money`, rates are `Decimal`, never floats, and lines come as a tuple."""
        for request in self._sales():
            bench.quote(request)

    def test_the_currency_is_the_requests(self, bench: TaxBench) -> None:
        """A request in EUR is answered in EUR, one in JPY in JPY."""
        for request in self._sales():
            bench.check(request, f"a request in {request.currency} is answered in it", "currency")

    def test_amounts_have_the_currencys_digits(self, bench: TaxBench) -> None:
        """Tax is in whole cents, whole yen, whole fils, or in the digits that the engine declares."""
        for request in self._sales():
            bench.check(request, "no amount has more decimals than were declared", "scale")

    def test_no_tax_is_negative(self, bench: TaxBench) -> None:
        """A price is never lowered by its tax, and no rate is below 0."""
        for request in self._sales():
            bench.check(request, "tax is 0 or more", "negative")

    def test_tax_is_the_rate_of_its_base(self, bench: TaxBench) -> None:
        """Each line's tax is its rate of its base, to one step of rounding; without a rate there is no tax."""
        for request in self._sales():
            quote = bench.check(request, "tax is the rate of the base", "rate", "exempt_taxed")
            if self.exact_rates:
                expect(_far_from_rate(request, quote, bench), [], "tax is the rate of the base, to one step")

    def test_the_lines_make_the_total(self, bench: TaxBench) -> None:
        """Rounded by line, the lines sum to the total; by document, the total is the exact sum, rounded once."""
        for request in self._sales():
            quote = bench.check(request, "the lines make the total", "total")
            if self.exact_rates and not request.prices_include_tax:
                _expect_document_total(quote, bench)

    def test_included_tax_is_within_the_price(self, bench: TaxBench) -> None:
        """Tax of a price that includes it is 0 or more and below the price; without support it is refused."""
        for request in self._sales(inclusive=True):
            if not self.inclusive:
                refused = isinstance(bench.ask(request), TaxFailure)
                expect(refused, True, "prices that include tax are refused where they are not supported")
                continue
            quote = bench.quote(request)
            for line in request.lines:
                tax = quote.amount_for(line.key)
                within = Money.zero(request.currency) <= tax <= line.amount
                expect(within, True, f"tax of {line.amount} with tax is a part of it, not {tax}")

    def test_nothing_costs_nothing(self, bench: TaxBench) -> None:
        """A line of 0 is answered with a tax of 0, alone and beside others."""
        for request in self._sales():
            free = TaxableLine("line:free", self.categories[0], Money.zero(request.currency))
            for lines in ((free,), (*request.lines, free)):
                quote = bench.check(evolve(request, lines=lines), "a line of 0 is answered", "missing_line")
                expect(quote.amount_for(free.key), Money.zero(request.currency), "tax on 0 is 0")

    def test_what_is_untaxed_costs_no_tax(self, bench: TaxBench) -> None:
        """In a category without tax every line is answered, with a tax of 0."""
        if not self.untaxed_category:
            pytest.skip("no untaxed_category is declared")
        for request in self._sales():
            lines = tuple(evolve(line, category=self.untaxed_category) for line in request.lines)
            quote = bench.believe(evolve(request, lines=lines))
            expect(_taxed(quote), [], f"there is no tax on {self.untaxed_category}")

    def test_an_exempt_customer_pays_no_tax(self, bench: TaxBench) -> None:
        """With a certificate every line is answered with 0, and with the exemption or a rate of 0 as the reason."""
        if not self.exemption:
            pytest.skip("no exemption is declared")
        for request in self._sales():
            exempt = evolve(request, customer=self.customer, exemption=self.exemption, exemption_in=self.exemption_in)
            quote = bench.believe(exempt)
            expect(_taxed(quote), [], f"with the certificate {self.exemption} there is no tax")
            unexplained = [line for line in quote.lines if line.rate and not line.exemption]
            expect(unexplained, [], "a line without tax has an exemption or a rate of 0")

    def test_the_same_request_gives_the_same_answer(self, bench: TaxBench) -> None:
        """Asked again, after other requests, and of another engine made alike."""
        requests = tuple(self._sales())
        first = [bench.quote(request) for request in requests]
        again = [bench.quote(request) for request in reversed(requests)]
        expect(again[::-1], first, "the same request gives the same answer")
        other = self.make_bench()
        expect([other.quote(request) for request in requests], first, "another engine made alike says the same")

    def test_many_callers_at_once_get_the_same_answer(self, bench: TaxBench) -> None:
        """A host asks from many threads; each gets what it would have got alone."""
        requests = tuple(self._sales())
        alone = [bench.quote(request) for request in requests]
        with ThreadPoolExecutor(_CALLERS) as pool:
            together = list(pool.map(bench.quote, requests * _CALLERS))
        expect(together, alone * _CALLERS, "callers at the same time do not disturb each other")

    def test_the_order_of_lines_does_not_matter(self, bench: TaxBench) -> None:
        """Lines asked in another order are taxed alike; by document a step may fall on another line."""
        for request in self._sales():
            quote = bench.quote(request)
            turned = bench.quote(evolve(request, lines=request.lines[::-1]))
            expect(turned.total, quote.total, "the total does not depend on the order of lines")
            by_document = quote.rounding is TaxRounding.PER_DOCUMENT
            jurisdictions = max(Counter(line.key for line in quote.lines).values(), default=0)
            allowed = bench.step(request.currency) * jurisdictions if by_document else Decimal(0)
            for line in request.lines:
                before, after = quote.amount_for(line.key), turned.amount_for(line.key)
                if abs(after - before).amount > allowed:
                    expect(after, before, f"{line.key} is taxed alike in any order of lines")

    def test_what_it_does_not_know_is_an_answer_or_a_refusal(self, bench: TaxBench) -> None:
        """An unknown place, category, date or certificate is a sound quote or a `TaxFailure` with a stable code."""
        for request in self._unknown():
            answer = bench.ask(request)
            if not isinstance(answer, TaxFailure):
                bench.believe(request)
            else:
                dotted = all(answer.code.split(".")) and "." in answer.code
                expect(dotted, True, f"the code of a refusal is dotted, such as tax.unknown_category: {answer.code!r}")
                expect(bench.ask(request), answer, "the same request is refused in the same way")

    def test_a_large_cart_is_taxed(self, bench: TaxBench) -> None:
        """A thousand lines are all answered, and make the total."""
        for currency in self.currencies:
            lines = self._lines(currency, tuple(range(1, _LARGE + 1)))
            quote = bench.believe(self._request(currency, lines))
            if self.exact_rates:
                _expect_document_total(quote, bench)

    def test_any_cart_is_taxed_right(self) -> None:
        """Hypothesis looks for a cart on which the answer is not one that the host believes, and shrinks it."""

        @settings(max_examples=self.examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(
            currency=st.sampled_from(self.currencies),
            priced=st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from(self.categories)), min_size=1, max_size=8),
            inclusive=st.booleans() if self.inclusive else st.just(value=False),
        )
        def search(currency: str, priced: list[tuple[int, str]], inclusive: bool) -> None:
            lines = tuple(
                TaxableLine(f"line:{number}", category, Money.from_minor(minor, currency))
                for number, (minor, category) in enumerate(priced, 1)
            )
            request = self._request(currency, lines, inclusive=inclusive)
            bench = self.make_bench()
            quote = bench.believe(request)
            if self.exact_rates:
                expect(_far_from_rate(request, quote, bench), [], "tax is the rate of the base, to one step")

        search()

    def _sales(self, *, inclusive: bool | None = None) -> Iterator[TaxRequest]:
        kinds = ((False, True) if self.inclusive else (False,)) if inclusive is None else (inclusive,)
        for currency in self.currencies:
            lines = self._lines(currency, _MINOR)
            for kind in kinds:
                yield self._request(currency, lines, inclusive=kind)
                yield self._request(currency, lines[:1], inclusive=kind)

    def _lines(self, currency: str, minor: tuple[int, ...]) -> tuple[TaxableLine, ...]:
        """Return a line for each amount, the categories in turn, the last one a charge."""
        keys = (*(f"line:{number}" for number in range(1, len(minor))), "charge:freight")
        return tuple(
            TaxableLine(key, self.categories[number % len(self.categories)], Money.from_minor(units, currency))
            for number, (key, units) in enumerate(zip(keys, minor, strict=True))
        )

    def _request(self, currency: str, lines: tuple[TaxableLine, ...], *, inclusive: bool = False) -> TaxRequest:
        return TaxRequest(
            currency=currency,
            lines=lines,
            on=self.on,
            country=self.country,
            region=self.region,
            prices_include_tax=inclusive,
            customer=self.customer,
        )

    def _unknown(self) -> Iterator[TaxRequest]:
        for currency in self.currencies:
            known = self._request(currency, self._lines(currency, _MINOR))
            yield evolve(known, country="ZZ", region="")
            yield evolve(known, country="", region="")
            yield evolve(known, region=_UNKNOWN)
            yield evolve(known, on=date(1900, 1, 1))
            yield evolve(known, on=date(2999, 12, 31))
            yield evolve(known, exemption=_UNKNOWN)
            yield evolve(known, customer="", tax_group=_UNKNOWN)
            yield evolve(known, lines=(*known.lines, TaxableLine("line:odd", _UNKNOWN, Money.from_minor(1, currency))))
            yield evolve(known, lines=(TaxableLine("line:odd", "", Money.from_minor(1, currency)),))


def _taxed(quote: TaxQuote) -> list[TaxLine | Money]:
    return [*(line for line in quote.lines if line.amount), *([quote.total] if quote.total else [])]


def _far_from_rate(request: TaxRequest, quote: TaxQuote, bench: TaxBench) -> list[TaxLine]:
    """Return the lines whose tax is more than a step from their rate of their base.

    The base of a price with tax is what its rounded taxes leave of it, so it carries a step of each of them.
    """
    step = bench.step(request.currency)
    taxes = Counter(line.key for line in quote.lines)
    far = []
    for line in quote.lines:
        inside = EXACT.multiply(line.rate, taxes[line.key]) if request.prices_include_tax else Decimal(0)
        off = EXACT.subtract(line.amount.amount, EXACT.multiply(line.base.amount, line.rate))
        if not line.exemption and off.copy_abs() > EXACT.multiply(step, EXACT.add(inside, 1)):
            far.append(line)
    return far


def _expect_document_total(quote: TaxQuote, bench: TaxBench) -> None:
    """Check that a total rounded once is within a step, for each rate, of the exact tax of prices without tax."""
    if quote.rounding is not TaxRounding.PER_DOCUMENT:
        return
    currency = quote.total.currency
    exact = sum_money((line.base * line.rate for line in quote.lines if not line.exemption), currency)
    rates = len({(line.jurisdiction, line.rate) for line in quote.lines})
    if abs(quote.total - exact).amount > EXACT.multiply(bench.step(currency), rates):
        expect(quote.total, exact, "rounded by document, the total is the exact tax, rounded once")
