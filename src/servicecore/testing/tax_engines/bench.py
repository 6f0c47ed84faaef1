"""The bench that a tax engine stands on while it is checked: a clock, its settings, and the host's own checks."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attrs import evolve
from pydantic import BaseModel

from servicecore.kernel.clock import FixedClock
from servicecore.kernel.currencies import currency_digits
from servicecore.plugins.checks import Violation, show
from servicecore.plugins.protocols import PluginContext, TaxEngine
from servicecore.plugins.requests import TaxFailure
from servicecore.plugins.scrub import Scrubber, plugin_log
from servicecore.plugins.tax_checks import check_tax_quote
from servicecore.pricing.taxes import TaxQuote, TaxRequest
from servicecore.testing.stores.expectation import expect

_TOLD: Final = 500
_UNREADABLE: Final = "wrong_type"


class TaxBench:
    """Asks a tax engine as the host would, and fails where the host would not believe the answer.

    Args:
        engine: the engine.
        clock: the clock of the engine's context.
        settings: what the engine finds in its context; None where it takes none.

    """

    def __init__(self, engine: TaxEngine, clock: FixedClock, settings: BaseModel | None) -> None:
        self.engine = engine
        self.clock = clock
        self._context = PluginContext("kit", clock, plugin_log("kit", Scrubber()), settings)

    @property
    def digits(self) -> int | None:
        """Return the decimals that the engine declares for its amounts; None for the currency's own."""
        digits: int | None = getattr(self.engine, "digits", None)
        return digits

    def step(self, currency: str) -> Decimal:
        """Return the smallest amount of tax in major units: 0.01 in EUR, 1 in JPY, 0.001 in KWD."""
        digits = self.digits
        return Decimal(1).scaleb(-(currency_digits(currency) if digits is None else digits))

    def ask(self, request: TaxRequest) -> TaxQuote | TaxFailure:
        """Return a quote or a refusal whose classes are right; an exception or anything else fails."""
        before = evolve(request)
        try:
            answer = self.engine.quote(request, self._context)
        except Exception as error:
            raise AssertionError(
                f"a tax engine answers or refuses by TaxFailure, it raises nothing\n  asked:    {request!r}"
                f"\n  raised:   {type(error).__name__}: {error}"
            ) from error
        expect(request, before, "an engine does not change its request")
        refused = type(answer) is TaxFailure
        unreadable = [each for each in self.violations(request, answer) if refused or each.code == _UNREADABLE]
        expect(show(unreadable)[:_TOLD], "", "the answer has the documented form, and its money is exact decimals")
        return answer

    def quote(self, request: TaxRequest) -> TaxQuote:
        """Return the quote for what the engine is declared to know; a refusal fails."""
        answer = self.ask(request)
        if isinstance(answer, TaxFailure):
            raise AssertionError(  # noqa: TRY004 - the engine broke the contract, no caller gave a wrong type
                f"what the test class declares is taxed, not refused\n  asked:    {request!r}"
                f"\n  refused:  {answer.code}: {answer.reason}"
            )
        return answer

    def check(self, request: TaxRequest, rule: str, *codes: str) -> TaxQuote:
        """Return the quote; fails with ``rule`` where the host finds a violation with one of ``codes`` in it."""
        quote = self.quote(request)
        found = [each for each in self.violations(request, quote) if each.code in codes]
        expect(show(found)[:_TOLD], "", rule)
        return quote

    def believe(self, request: TaxRequest) -> TaxQuote:
        """Return the quote; fails where the host would not believe it, whatever the reason."""
        quote = self.quote(request)
        expect(show(self.violations(request, quote))[:_TOLD], "", "the host believes the answer")
        return quote

    def violations(self, request: TaxRequest, answer: object) -> tuple[Violation, ...]:
        """Return what the host finds wrong with ``answer``."""
        return check_tax_quote(request, answer, engine=self.engine.name, digits=self.digits)
